"""``init``: alone, with holders, as a demonstration; after an interruption it goes on; and what it refuses."""

import json
import os
import shutil

import pytest

from keys import ceremony, cli
from keys.channel import first
from keys.channel.place import Channel
from keys.channel.wording import DEMO
from keys.errors import KeysError
from keys.store import KeyStore

from .builders import NOW
from .killing import survives


@pytest.fixture(autouse=True)
def _cheap(cheap_scrypt):
    """Every key in these tests is written with a cost of nothing."""


@pytest.fixture
def places(tmp_path):
    return ("--keys", tmp_path / "keys", "--channel", tmp_path / "channel")


@pytest.fixture
def people(run, tmp_path):
    """The options with five holders' public files."""
    given = []
    for name in ("An", "Binh", "Chi", "Dung", "Giang"):
        roles = ("root", "targets", "keys", "unrevocation") if name in {"An", "Binh", "Chi"} else ("root",)
        options = [word for role in roles for word in ("--role", role)]
        run("holder", "new", tmp_path / "holders" / name, "--name", name, *options)
        given += ["--holder", tmp_path / "holders" / name / "public.json"]
    return given


def test_alone_it_makes_the_signers_and_says_how_to_go_on(run, places, tmp_path):
    code, out, err = run("init", *places)
    assert (code, err) == (0, "")
    assert len(KeyStore(tmp_path / "keys").signers()) == 2
    assert not (tmp_path / "channel").exists()
    assert "checkpoint-keys holder new holders/NAME --name NAME --role root" in out
    options = f"--keys {tmp_path}/keys --channel {tmp_path}/channel"
    assert f"checkpoint-keys init {options} --holder A/public.json" in out
    assert f"checkpoint-keys init --demo {options}" in out


def test_a_demonstration_is_one_command_and_says_so_everywhere(run, places, tmp_path):
    code, out, err = run("init", "--demo", *places)
    assert (code, err, out.splitlines()[0]) == (0, "", DEMO)
    release = Channel(tmp_path / "channel").current()
    kids = {it["kid"] for it in json.loads(release.target("keys/signers.json"))["signers"]}
    assert kids == {entry.kid.hex() for entry in KeyStore(tmp_path / "keys").signers()}
    assert run("status", *places)[1].startswith(DEMO)
    assert json.loads(run("status", "--json", *places)[1])["channel"]["demo"] is True


def test_with_holders_it_makes_signers_and_the_first_proposal(run, places, people, tmp_path):
    code, out, err = run("init", *places, *people)
    assert (code, err) == (0, "")
    assert len(KeyStore(tmp_path / "keys").signers()) == 2
    assert f"cp -r {tmp_path}/channel/proposal stick" in out
    assert "checkpoint-keys sign --proposal stick --holder YOUR-FOLDER" in out
    assert f"checkpoint-keys publish --copy stick --keys {tmp_path}/keys --channel {tmp_path}/channel" in out
    assert Channel(tmp_path / "channel").releases.current() is None


def test_with_holders_signers_that_are_there_are_kept(run, places, people, tmp_path):
    run("init", *places)
    before = (tmp_path / "keys/state.json").read_bytes()
    code, out, _ = run("init", *places, *people)
    assert code == 0
    assert f"The keys in {tmp_path}/keys are kept as they are." in out
    assert (tmp_path / "keys/state.json").read_bytes() == before


@pytest.mark.parametrize("step", [(ceremony, "_move_into_place"), (first, "_propose")])
def test_after_an_interruption_the_same_command_goes_on(run, places, people, tmp_path, step):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*step, _cut)
        with pytest.raises(KeyboardInterrupt):
            run("init", *places, *people)
    assert run("init", *places, *people)[0] == 0
    assert Channel(tmp_path / "channel").exists()
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")} == {
        "keys",
        "channel",
        "holders",
    }


def _cut(*_arguments, **_more):
    raise KeyboardInterrupt


def test_a_demonstration_that_was_interrupted_goes_on(run, places, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first, "_propose", _cut)
        with pytest.raises(KeyboardInterrupt):
            run("init", "--demo", *places)
    kept = KeyStore(tmp_path / "keys").signers()
    assert run("init", "--demo", *places)[0] == 0
    assert KeyStore(tmp_path / "keys").signers() == kept


def test_killed_at_any_moment_the_whole_demonstration_goes_on_when_it_is_called_again(tmp_path, run):
    """Signers and channel: one cut in 37, and each of the last ones."""

    def cut_at(step):
        top = tmp_path / str(step)
        top.mkdir()
        call = ["init", "--demo", "--keys", str(top / "keys"), "--channel", str(top / "channel")]
        through = survives(lambda: cli.main(call, now=NOW), step)
        whole = Channel(top / "channel").exists()
        code, _, err = run(*call)
        assert (code, "nothing was changed" in err) == ((1, True) if whole else (0, False))
        release = Channel(top / "channel").current()
        assert all(KeyStore(top / "keys").open_key(entry) for entry in KeyStore(top / "keys").signers())
        assert release.target("revocation/base.bin")
        assert {path.name for path in top.iterdir()} <= {"keys", "channel", ".keys.lock", ".channel.lock"}
        return through

    end = next(step for step in range(1, 5_000, 37) if cut_at(step))
    for step in range(end - 8, end):
        cut_at(step)


@pytest.mark.parametrize("again", [(), ("--demo",)])
def test_what_is_whole_is_never_made_anew(run, places, tmp_path, again):
    run("init", "--demo", *places)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    code, out, err = run("init", *again, *places)
    assert (code, out) == (1, "")
    assert "nothing was changed; `checkpoint-keys status` shows" in err
    assert err.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_file_that_is_no_holders_is_refused_before_anything_is_made(run, places, people, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    code, out, err = run("init", *places, *people[:-1], tmp_path / "photo.jpg")
    assert (code, out) == (1, "")
    assert "photo.jpg is no file of holders' public keys" in err
    assert not (tmp_path / "keys").exists()


def test_too_few_holders_are_refused_in_words_and_the_signers_stay_for_the_next_try(run, places, people, tmp_path):
    code, _, err = run("init", *places, *people[:4])
    assert code == 1
    assert "root would have 2 keys and needs 5: name more holders" in err
    assert not (tmp_path / "channel").exists()
    assert run("init", *places, *people)[0] == 0


def test_a_province_goes_with_a_demonstration_only(run, places, tmp_path):
    code, _, err = run("init", "--province", "79", *places)
    assert code == 1
    assert "--province goes with --demo" in err
    assert not (tmp_path / "keys").exists()


def test_a_demonstration_and_holders_together_are_a_wrong_call(run, places):
    with pytest.raises(SystemExit) as ended:
        run("init", "--demo", "--holder", "x", *places)
    assert ended.value.code == 2


def test_on_a_full_disk_there_is_no_half_of_anything(run, places, tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, os.strerror(28))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, _, err = run("init", "--demo", *places)
    assert code == 1
    assert err.count("\n") == 1
    assert run("init", "--demo", *places)[0] == 0


def test_the_keys_of_a_first_day_count_as_published_from_then_on(run, places, tmp_path):
    run("init", *places)
    assert {entry.published_at for entry in KeyStore(tmp_path / "keys").signers()} == {NOW}


def test_a_source_folder_is_refused_as_a_place_for_keys(run):
    from pathlib import Path

    import keys

    with pytest.raises(KeysError, match="in the program's own source"):
        ceremony.init(KeyStore(Path(keys.__file__).parent / "secret"), NOW)


def test_a_lost_key_folder_is_not_made_anew_beside_a_channel_that_is_out(run, places, tmp_path):
    """Its new keys would be active at once, and no scanner would know them."""
    run("init", "--demo", *places)
    shutil.rmtree(tmp_path / "keys")
    code, out, err = run("init", *places)
    assert (code, out) == (1, "")
    assert "restore the newest copy" in err
    assert not (tmp_path / "keys").exists()
