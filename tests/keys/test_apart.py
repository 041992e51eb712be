"""A spare in separate custody: where it may lie, what happens without its stick, and how it comes home."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from keys import apart, ceremony, lifecycle
from keys.entry import KeyStatus, from_json, to_json
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.place import ApartPlace

from .builders import NOW, a_signer
from .killing import survives

pytestmark = pytest.mark.usefixtures("cheap_scrypt")
READY = NOW + STALENESS_LIMIT


@pytest.fixture
def stick(tmp_path):
    """A folder on another disk."""
    return tmp_path / "stick"


@pytest.fixture
def spare(store, stick):
    """A spare travel key that is published."""
    made = ceremony.new_spare(store, NOW, form="travel", name="VN-spare", where=stick)
    store.mark_published(NOW)
    return made


def refusal(action, *arguments, **named):
    with pytest.raises(KeysError) as refused:
        action(*arguments, **named)
    return refused.value


def activate(store, entry, now=READY):
    return store.change(lambda signers: lifecycle.activate(signers, entry.kid, now))


def files_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def at_home(store, entry):
    return [path for path in store.root.rglob("*") if path.is_file() and entry.kid.hex() in str(path)]


def test_the_private_half_of_a_spare_and_its_passphrase_lie_in_its_own_folder_and_nowhere_else(store, stick, spare):
    folder = spare.kid.hex()
    assert files_below(stick) == {f"{folder}/{name}" for name in ("README.txt", "private.pem", "passphrase")}
    assert [path.name for path in at_home(store, spare)] == ["certificate.pem"]
    assert (stick / folder / "private.pem").stat().st_mode & 0o777 == 0o600
    assert len(store.open_key(spare).sign(b"message")) == 64


@pytest.mark.parametrize("inside", ["", "spare", "signers", ".."])
def test_a_folder_in_the_key_folder_or_around_it_is_refused_before_a_key_is_made(store, inside):
    error = refusal(ceremony.new_spare, store, NOW, form="travel", name="x", where=store.root / inside)
    assert error.code == "not_apart"
    assert "another disk or stick" in error.message
    assert len(store.signers()) == 2


def test_a_link_into_the_key_folder_is_seen_through(store, tmp_path):
    (tmp_path / "link").symlink_to(store.root)
    where = tmp_path / "link" / "spare"
    assert refusal(ceremony.new_spare, store, NOW, form="travel", name="x", where=where).code == "not_apart"


def test_a_spare_can_sign_for_a_year_after_its_wait(spare):
    assert spare.sign_until - spare.sign_from == 366 * DAY
    assert spare.sign_from == READY


def test_without_its_stick_one_sentence_says_which_one_and_nothing_changes(store, stick, spare):
    shutil.rmtree(stick)
    before = store.state_file.read_bytes()
    for error in (refusal(store.open_key, spare), refusal(activate, store, spare)):
        assert error.code == "apart_absent"
        assert f"VN-spare (travel, {spare.kid.hex()}) is in the folder {stick}" in error.message
        assert "put in the stick" in error.message
    assert store.state_file.read_bytes() == before


def test_when_it_is_activated_it_comes_home_and_leaves_the_stick(store, stick, spare):
    activate(store, spare)
    entry = lifecycle.find(store.signers(), "VN-spare")
    assert (entry.status, entry.place, entry.spare) == (KeyStatus.ACTIVE, None, True)
    assert files_below(stick) == set()
    assert len(store.open_key(entry).sign(b"message")) == 64


def test_a_spare_is_activated_no_earlier_than_any_other_key(store, spare):
    assert refusal(activate, store, spare, READY - 1).code == "too_early"


def test_another_disk_is_not_complained_of(store, spare, monkeypatch):
    assert len(apart.same_disk(spare.place, store.root)) == 1
    real = Path.stat
    other = os.stat_result((0o40700, 1, 77, 1, 0, 0, 0, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda it, **rest: other if it == store.root else real(it, **rest))
    assert apart.same_disk(spare.place, store.root) == apart.same_disk(None, store.root) == ()


def test_a_spare_that_no_list_carried_is_not_activated_on_the_day_of_the_theft(store, stick):
    made = ceremony.new_spare(store, NOW, form="travel", name="VN-spare", where=stick)
    assert refusal(activate, store, made, READY).code == "not_published"


def test_another_key_in_its_folder_is_not_brought_home(store, stick, spare):
    other = ceremony.new_spare(store, NOW, form="domestic", name="other", where=stick)
    for name in ("private.pem", "passphrase"):
        shutil.copy(stick / other.kid.hex() / name, stick / spare.kid.hex() / name)
    assert refusal(activate, store, spare).code == "wrong_key"
    assert [path.name for path in at_home(store, spare)] == ["certificate.pem"]


def test_a_stick_that_cannot_be_written_delays_no_activation_and_is_cleaned_later(store, stick, spare, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(apart, "remove", lambda _path: (_ for _ in ()).throw(KeysError("read only")))
        activate(store, spare)
    assert [entry.name for entry in store.left_behind()] == ["VN-spare"]
    assert store.open_key(lifecycle.find(store.signers(), "VN-spare")).kid == spare.kid
    store.change(lambda signers: signers)
    assert store.left_behind() == ()
    assert files_below(stick) == set()


@pytest.mark.parametrize("end", [lifecycle.retire, lambda *it: lifecycle.revoke(*it, "stolen")])
def test_a_spare_that_ends_while_its_stick_is_away_is_destroyed_when_the_stick_is_back(store, stick, spare, end):
    away = stick.rename(stick.parent / "away")
    store.change(lambda signers: end(signers, spare.kid, NOW))
    assert [entry.name for entry in store.left_behind()] == ["VN-spare"]
    away.rename(stick)
    store.change(lambda signers: signers)
    assert files_below(stick) == set()
    assert store.left_behind() == ()


def test_a_spare_that_ended_after_it_came_home_is_destroyed_in_both_places(store, stick, spare, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(apart, "destroy", lambda place: place)
        activate(store, spare)
        store.change(lambda signers: lifecycle.revoke(signers, spare.kid, READY + DAY, "stolen"))
    assert len(files_below(stick)) == 3
    store.change(lambda signers: signers)
    assert files_below(stick) == set()
    assert [path.name for path in at_home(store, spare)] == ["certificate.pem"]


def test_a_cut_at_every_step_of_an_activation_leaves_the_spare_apart_or_at_home(store, stick, spare, tmp_path):
    whole = shutil.copytree(stick, tmp_path / "whole")
    for step in range(1, 200):
        copy = type(store)(shutil.copytree(store.root, tmp_path / str(step)))
        through = survives(lambda copy=copy: activate(copy, spare), step)
        if lifecycle.find(copy.signers(), "VN-spare").status is KeyStatus.PENDING:
            copy.change(lambda signers: signers)
            assert [path.name for path in at_home(copy, spare)] == ["certificate.pem"]
            activate(copy, spare)
        copy.change(lambda signers: signers)
        entry = lifecycle.find(copy.signers(), "VN-spare")
        assert (entry.status, entry.place) == (KeyStatus.ACTIVE, None)
        assert len(copy.open_key(entry).sign(b"message")) == 64
        assert files_below(stick) == set()
        shutil.rmtree(stick)
        shutil.copytree(whole, stick)
        if through:
            assert step > 8
            return
    raise AssertionError("the activation never came to its end")


def test_a_state_file_from_before_there_were_spares_has_none():
    document = to_json(a_signer())
    assert not {"spare", "left_at", "custody"} & set(document)
    assert from_json(document) == a_signer()


def test_a_spare_and_its_place_are_read_back_as_they_were_written():
    for place in (ApartPlace("/media/stick/0a"), ApartPlace("/s", moved=True), ApartPlace("/s", destroyed=True)):
        entry = replace(a_signer(), spare=True, place=place, left_at=NOW)
        assert from_json(json.loads(json.dumps(to_json(entry)))) == entry


def test_new_spare_by_command_says_where_it_is_and_what_follows(run, store, stick):
    code, out, _ = run("new", "--keys", store.root, "--form", "travel", "--name", "S", "--spare", "--apart", stick)
    assert code == 0
    assert f"in the folder {stick}" in out
    assert "another building" in out
    assert f"is on the same disk as {store.root}: whoever has the disk has both." in out
    entry = lifecycle.find(store.signers(), "S")
    assert entry.waits_as_spare
    assert entry.sign_until - entry.sign_from == 366 * DAY
    assert "spare    S" in run("status", "--keys", store.root)[1]


@pytest.mark.parametrize(
    "options",
    [
        ("--spare",),
        ("--apart", "stick"),
        ("--spare", "--apart", "stick", "--sign-from", "2027-03-01T00:00:00Z"),
        ("--spare", "--apart", "stick", "--custody", "pkcs11", "--module", "m", "--token", "t", "--pin-file", "p"),
    ],
)
def test_a_spare_needs_a_place_apart_and_nothing_else_gets_one(run, store, options):
    code, _, err = run("new", "--keys", store.root, "--form", "travel", "--name", "S", *options)
    assert code == 1
    assert "--apart" in err
    assert len(store.signers()) == 2


def test_check_goes_on_where_a_stick_is_away_and_says_so(run, store, stick, spare):
    assert run("check", "--keys", store.root)[1].count("good") == 3
    shutil.rmtree(stick)
    code, out, err = run("check", "--keys", store.root)
    assert (code, err, out.count("good")) == (0, "", 2)
    assert f"away     VN-spare (travel, {spare.kid.hex()}): not looked at, since the folder {stick}" in out


def test_a_spare_can_live_in_a_token_of_its_own(run, store, token):
    place = ("--module", token.place.module, "--token", token.place.token, "--pin-file", token.place.pin_file)
    options = ("--form", "travel", "--name", "S", "--spare", "--custody", "pkcs11", *place)
    assert run("new", "--keys", store.root, *options)[0] == 0
    store.mark_published(NOW)
    entry = lifecycle.find(store.signers(), "S")
    assert entry.waits_as_spare
    activate(store, entry)
    assert store.open_key(lifecycle.find(store.signers(), "S")).kid == entry.kid
