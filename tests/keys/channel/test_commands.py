"""The channel's commands as administrators and holders call them: a demonstration, and a guided first day."""

import json
import shutil
import zipfile

import pytest

from keys.channel.place import Channel
from keys.channel.wording import DEMO
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.store import KeyStore
from vaccine_pass.revocation import foreign

from ..builders import NOW
from ..test_nothing_secret_shows import assert_hidden, writings_of
from .builders import Country, a_base, a_delta, a_list, a_scanner, counts


@pytest.fixture
def places(store, tmp_path):
    return ("--keys", store.root, "--channel", tmp_path / "channel")


@pytest.fixture
def demo(run, places):
    assert run("init", "--demo", *places)[0] == 0
    return Channel(places[3])


def test_a_demonstration_is_published_at_once_and_says_what_it_is(run, places, demo, tmp_path):
    for command in (["status"], ["export-bundle", "--out", tmp_path / "b.zip"]):
        rest = places if command == ["status"] else places[2:]
        code, out, err = run(*command, *rest)
        assert (code, err, out.splitlines()[0]) == (0, "", DEMO)
    assert DEMO in (demo.minutes / "release-000001.md").read_text()
    for path in demo.current().public.glob("metadata/*.json"):
        assert json.loads(path.read_text())["signed"]["demo"] is True


def test_a_demonstrations_signers_are_what_a_scanner_gets(run, places, demo, store, tmp_path):
    scanner = a_scanner(Country(tmp_path), tmp_path / "scanner")
    signers = json.loads(scanner.update(NOW))["signers"]
    assert {it["kid"] for it in signers} == {it.kid.hex() for it in store.signers()}


def test_a_new_signer_travels_through_the_channel_and_may_then_be_activated(run, places, demo, store):
    run("new", "--keys", store.root, "--form", "travel", "--name", "next")
    assert "in no published trust list" in run("activate", "--keys", store.root, "next")[2]
    code, out, _ = run("propose", *places)
    assert code == 0
    assert store.signers()[-1].kid.hex() in out
    late = ("new", "--keys", store.root, "--form", "domestic", "--name", "too-late-for-this-proposal")
    run(*late)
    holder = demo.root / "holder"
    assert run("sign", "--proposal", demo.proposal, "--look")[1].startswith(DEMO)
    assert run("sign", "--proposal", demo.proposal, "--holder", holder)[0] == 0
    code, out, _ = run("publish", *places, "--witness", "Bà Hoa", "--place", "Huế", now=NOW + DAY)
    assert code == 0
    assert "release-000003.md" in out
    published = {it.name: it.published_at for it in KeyStore(store.root).signers()}
    assert published["next"] == NOW + DAY
    assert published["too-late-for-this-proposal"] is None
    assert run("activate", "--keys", store.root, "next", now=NOW + DAY + STALENESS_LIMIT)[0] == 0


def test_rules_unrevocations_and_revocations_are_carried(run, places, demo, tmp_path):
    base = a_base(1 << 20, sequence=2)
    contents = {"rules": b"rules", "unrevocation": a_list(), "approved": base, "issued": counts({1: 1_000})}
    contents |= {"delta": a_delta(base, (1 << 20) + 1, sequence=3), "foreign": foreign.encode([bytes(8)], 1, NOW)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    lists = [it for name in ("unrevocation", "approved", "issued") for it in (f"--{name}", tmp_path / name)]
    code, out, _ = run("propose", *places, "--rules", "01", tmp_path / "rules", *lists)
    assert code == 0
    assert "The list of revoked passes: 1 in all, 1 that were not approved before, 0 left out." in out
    assert "Issued so far, as the register counts: 1000 passes." in out
    assert "The list of passes that are good again: 0 in all, 0 new, 0 left out." in out
    run("sign", "--proposal", demo.proposal, "--holder", demo.root / "holder")
    assert run("publish", *places)[0] == 0
    code, out, _ = run("refresh", *places, "--delta", tmp_path / "delta", "--foreign", tmp_path / "foreign")
    assert (code, out) == (0, "Release 4: signed again: revocation, snapshot, timestamp.\n")
    scanner = a_scanner(Country(tmp_path), tmp_path / "scanner")
    carried = {"rules/01/rules.json": "rules", "revocation/delta.bin": "delta", "revocation/foreign.bin": "foreign"}
    for path, name in (carried | {"unrevocation/approved.bin": "approved"}).items():
        assert scanner.update(NOW, path) == contents[name]


def test_refresh_alarms_with_exit_code_1_and_one_sentence_a_role(run, places, demo):
    assert run("refresh", *places) == (0, "Release 2: nothing was due.\n", "")
    code, _, err = run("refresh", *places, now=NOW + 25 * DAY)
    assert code == 1
    assert len(err.splitlines()) == 6  # and the list of revoked passes, which nobody has compared since
    assert "its holders must sign it again now" in err


def test_the_bundle_is_one_file_with_everything_and_always_the_same_bytes(run, places, demo, tmp_path):
    for name in ("a.zip", "b.zip"):
        assert run("export-bundle", *places[2:], "--out", tmp_path / name)[0] == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    names = set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    assert {"metadata/1.root.json", "metadata/timestamp.json"} <= names


def test_a_bundle_never_replaces_a_folder_of_something_else(run, places, demo, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("x")
    code, _, err = run("export-bundle", *places[2:], "--out", tmp_path / "photos")
    assert code == 1
    assert "holds something else" in err
    assert (tmp_path / "photos" / "one.jpg").exists()


def test_a_guided_first_day_with_all_holders_by_command(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    roles = {"root": 5, "targets": 3, "keys": 3, "unrevocation": 3}
    people = {f"{role} {number}": role for role, count in roles.items() for number in range(count)}
    for name, role in people.items():
        code, out, _ = run("holder", "new", tmp_path / name, "--name", name, "--role", role)
        assert code == 0
        assert "public.json, and nothing else" in out
    given = [argument for name in people for argument in ("--holder", tmp_path / name / "public.json")]
    code, out, _ = run("init", *places, *given)
    assert code == 0
    assert "root 1: 0 signatures, 3 needed, 3 more of root 0, root 1" in out
    assert "Nothing is published yet." in run("status", *places)[1]
    assert "nothing has been published" in run("refresh", *places)[2]
    stick = shutil.copytree(tmp_path / "channel" / "proposal", tmp_path / "stick")
    for name in people:
        assert run("sign", "--proposal", stick, "--holder", tmp_path / name)[0] == 0
    assert "nothing was published" in run("publish", *places)[2]
    code, out, _ = run("publish", *places, "--copy", stick)
    assert code == 0
    assert "DEMONSTRATION" not in out + run("status", *places)[1]
    assert all(entry.published_at for entry in store.signers())
    assert a_scanner(Country(tmp_path), tmp_path / "scanner").update(NOW)


def test_a_channel_is_not_made_twice(run, places, demo):
    code, out, err = run("init", "--demo", *places)
    assert (code, out) == (1, "")
    assert "is in use, and nothing was changed" in err


@pytest.mark.parametrize(
    "command", [("publish",), ("propose",), ("refresh",), ("withdraw",), ("export-bundle", "--out", "x")]
)
def test_without_a_channel_every_command_says_to_run_init(run, tmp_path, command):
    code, out, err = run(*command, "--channel", tmp_path / "none")
    assert (code, out) == (1, "")
    assert "run `checkpoint-keys init` first" in err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments", [("channel",), ("sign",), ("holder",), ("init", "--demo", "--holder", "public.json")]
)
def test_a_wrong_call_is_exit_code_2(run, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sign", "--proposal", "none"), "there is no proposal in none"),
        (("holder", "new", "none", "--name", "A", "--role", "king"), "there is no role 'king'"),
        (("holder", "new", "none", "--name", "", "--role", "root"), "is no name for a holder"),
    ],
)
def test_bad_input_is_one_sentence(run, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def secrets_below(top):
    """Every passphrase and private number of every holder below a folder."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    found = set()
    for file in top.rglob("*.passphrase"):
        phrase = file.read_bytes().strip()
        key = load_pem_private_key(file.with_suffix(".pem").read_bytes(), phrase)
        found |= {phrase.decode()} | writings_of(key.private_numbers().private_value)
    return found


def test_nothing_secret_is_printed_proposed_or_published(run, places, demo, caplog, tmp_path):
    caplog.set_level("DEBUG")
    shown = [*run("propose", "--renew", "all", "--new-online", *places)]
    secrets = secrets_below(demo.root)
    shown += run("sign", "--proposal", demo.proposal, "--holder", demo.root / "holder")
    shown += [path.read_bytes().decode() for path in demo.proposal.rglob("*") if path.is_file()]
    shown += run("status", "--json", *places)
    shown += run("publish", *places)
    shown += run("status", *places)
    private = {demo.root / "holder", demo.online}
    for path in demo.root.rglob("*"):
        if path.is_file() and not private & set(path.parents):
            shown.append(path.read_bytes().decode("utf-8", "replace"))
    assert_hidden(secrets, "".join(map(str, shown)) + caplog.text)


def test_private_files_are_for_their_owner_only(demo):
    for path in (*(demo.root / "holder").rglob("*"), *demo.online.rglob("*")):
        mode = path.stat().st_mode & 0o777
        assert mode == (0o700 if path.is_dir() else 0o644 if path.name == "public.json" else 0o600), path


def test_a_holder_whose_passphrase_is_open_to_others_cannot_sign(run, places, demo):
    run("propose", "--renew", "keys", *places)
    (demo.root / "holder" / "keys.passphrase").chmod(0o644)
    code, _, err = run("sign", "--proposal", demo.proposal, "--holder", demo.root / "holder")
    assert code == 1
    assert "chmod 600" in err


def test_status_says_that_changed_signers_are_not_out_yet(run, places, demo, store):
    assert "signers that have changed" not in run("status", *places)[1]
    run("revoke", "--keys", store.root, store.signers()[0].name, "--reason", "stolen")
    assert "NOW: propose the signers that have changed" in run("status", *places)[1]
    run("propose", *places)
    assert "signers that have changed" not in run("status", *places)[1]
