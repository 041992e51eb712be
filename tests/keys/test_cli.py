"""``checkpoint-keys`` as an administrator calls it: words, exit codes, files."""

import json
import subprocess
import sys

import pytest

from keys import cli
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.store import KeyStore
from keys.trustlist import trust_data

from .builders import NOW, P384_KEY, RSA_KEY, a_certificate, pem_of

COMMANDS = ["init", "new", "status", "activate", "retire", "revoke", "import-signers"]


def test_init_makes_the_keys_and_says_where_they_are(run, tmp_path, cheap_scrypt):
    code, out, err = run("init", "--keys", tmp_path / "keys")
    assert (code, err) == (0, "")
    assert str(tmp_path / "keys" / "authority") in out
    assert len(KeyStore(tmp_path / "keys").signers()) == 2


def test_init_twice_is_one_sentence_and_exit_code_1(run, store):
    code, out, err = run("init", "--keys", store.root)
    assert (code, out) == (1, "")
    assert err == (
        f"checkpoint-keys: {store.root} has keys already, and nothing was changed; "
        "`checkpoint-keys status` shows them.\n"
    )


def test_a_whole_rotation_by_command(run, store):
    keys = ("--keys", store.root)
    former = store.signers()[1]
    assert run("new", *keys, "--form", "travel", "--name", "VN-2027-02")[0] == 0
    assert "in no published trust list" in run("activate", *keys, "VN-2027-02")[2]
    store.mark_published(NOW)
    assert "scanners may not know it before" in run("activate", *keys, "VN-2027-02", now=NOW + DAY)[2]
    code, out, _ = run("activate", *keys, "VN-2027-02", now=NOW + STALENESS_LIMIT)
    assert (code, out.split()[:2]) == (0, ["active", "VN-2027-02"])
    trusted = {signer.kid for signer in trust_data(KeyStore(store.root).signers(), signed_at=None).signers}
    assert former.kid in trusted
    assert run("revoke", *keys, former.kid.hex(), "--reason", "stolen")[0] == 0
    assert former.kid not in {signer.kid for signer in trust_data(store.signers(), signed_at=None).signers}


def test_retire_ends_a_key_and_status_says_so(run, store):
    name = store.signers()[0].name
    assert run("retire", "--keys", store.root, name)[0] == 0
    assert "NO KEY IS ACTIVE" in run("status", "--keys", store.root)[1]
    code, _, err = run("retire", "--keys", store.root, name)
    assert code == 1
    assert "is retired; it cannot be retired" in err


def test_status_gives_commands_that_can_be_copied(run, store, cheap_scrypt):
    document = json.loads(run("status", "--keys", store.root, "--json")[1])
    kinds = [(step["form"], step["kind"]) for step in document["next"]]
    assert kinds == [("domestic", "new_spare"), ("travel", "new_spare"), ("domestic", "new"), ("travel", "new")]
    command = document["next"][3]["command"].split()
    assert command[0] == "checkpoint-keys"
    assert run(*command[1:])[0] == 0


def test_status_in_json_is_one_ascii_line_with_all_signers(run, store):
    out = run("status", "--keys", store.root, "--json")[1]
    assert out.isascii()
    assert out.count("\n") == 1
    assert [signer["status"] for signer in json.loads(out)["signers"]] == ["active", "active"]


def test_status_names_what_a_power_cut_left(run, store):
    (store.root / "signers" / "0011223344556677").mkdir()
    assert "0011223344556677 belongs to no key" in run("status", "--keys", store.root)[1]


def test_status_asks_for_the_authority_to_be_moved_until_it_is(run, store):
    assert "Move the authority's private key" in run("status", "--keys", store.root)[1]
    store.authority_folder.rename(store.root.parent / "apart")
    out = run("status", "--keys", store.root, "--authority", store.root.parent / "apart")[1]
    assert "Move" not in out
    assert "certificate ends on" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("new", "--form", "travel", "--name", "x"),
        ("retire", "x"),
    ],
)
def test_without_keys_every_command_says_to_run_init_and_makes_nothing(run, tmp_path, arguments):
    code, out, err = run(*arguments, "--keys", tmp_path / "keys")
    assert (code, out) == (1, "")
    assert err == f"checkpoint-keys: {tmp_path}/keys has no keys yet; run `checkpoint-keys init` first.\n"
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("new",),
        ("new", "--form", "shc", "--name", "x"),
        ("init", "--sign-days", "0"),
        ("init", "--sign-days", "many"),
        ("import-signers", "--out", "t.json"),
        ("import-signers", "a.pem"),
    ],
)
def test_a_wrong_call_is_exit_code_2(run, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(run, capsys, command):
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: checkpoint-keys {command}")


def test_import_signers_writes_a_plain_list_that_everybody_may_read(run, tmp_path):
    (tmp_path / "a.pem").write_bytes(pem_of(a_certificate()) + pem_of(a_certificate(RSA_KEY)))
    code, out, err = run("import-signers", "--out", tmp_path / "t.json", tmp_path / "a.pem")
    assert (code, out, err) == (0, f"2 signers written to {tmp_path}/t.json\n", "")
    document = json.loads((tmp_path / "t.json").read_text())
    assert "signed_at" not in document
    assert [signer["alg"] for signer in document["signers"]] == ["ES256", "PS256"]
    assert (tmp_path / "t.json").stat().st_mode & 0o777 == 0o644


def test_import_signers_names_each_bad_file_and_writes_the_good_ones(run, tmp_path):
    (tmp_path / "good.der").write_bytes(a_certificate())
    (tmp_path / "curve.der").write_bytes(a_certificate(P384_KEY))
    (tmp_path / "junk.der").write_bytes(b"junk")
    files = [tmp_path / name for name in ("curve.der", "good.der", "junk.der")]
    code, _, err = run("import-signers", "--out", tmp_path / "t.json", *files)
    assert code == 1
    assert [line.split(": ")[1] for line in err.splitlines()] == [str(files[0]), str(files[2])]
    assert len(json.loads((tmp_path / "t.json").read_text())["signers"]) == 1


def test_import_signers_of_nothing_good_leaves_an_old_list_alone(run, tmp_path):
    (tmp_path / "junk.der").write_bytes(b"junk")
    (tmp_path / "t.json").write_text("old")
    code, out, err = run("import-signers", "--out", tmp_path / "t.json", tmp_path / "junk.der")
    assert (code, out) == (1, "")
    assert "nothing was written" in err
    assert (tmp_path / "t.json").read_text() == "old"


def test_a_list_that_cannot_be_written_is_one_sentence(run, tmp_path):
    (tmp_path / "a.der").write_bytes(a_certificate())
    code, out, err = run("import-signers", "--out", tmp_path / "missing" / "t.json", tmp_path / "a.der")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_a_time_that_is_none_is_refused(run, store):
    arguments = ("--keys", store.root, "--form", "travel", "--name", "x", "--sign-from", "soon")
    code, _, err = run("new", *arguments)
    assert code == 1
    assert "2026-12-01T00:00:00Z" in err


def test_the_module_runs_as_a_program():
    command = [sys.executable, "-m", cli.__name__, "--help"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.startswith(b"usage: checkpoint-keys")
