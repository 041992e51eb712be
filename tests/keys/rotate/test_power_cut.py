"""kill -9 before every change to the disk of a rotation: the old or the new state, whole, and the next run goes on."""

import shutil

import pytest

from keys import lifecycle, steps
from keys.channel import proposal
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT

from ..builders import NOW
from ..channel.builders import a_scanner
from ..killing import THROUGH, at_step, is_change, no_room, survives
from .builders import Office

pytestmark = pytest.mark.timeout(900)
# Each change to the disk in `make soak`, one in a few in `make test`: always another one of the same loop.
EACH = pytest.param(1, marks=pytest.mark.soak)
READY = NOW + STALENESS_LIMIT
_BOTH = ("active", "pending")


def every_cut(office, tmp_path, now, every=1, **order):
    """For each possible moment of the cut, or one in so many: a fresh copy, the cut, and the office after it."""
    before = {name: shutil.copytree(office.top / name, tmp_path / "kept" / name, symlinks=True) for name in _of(office)}
    for step in range(1, 2000, every):
        through = survives(lambda: office.rotate(now, **order), step)
        yield office
        shutil.rmtree(office.top)
        office.top.mkdir()
        for name, kept in before.items():
            shutil.copytree(kept, office.top / name, symlinks=True)
        if through:
            assert step > 20
            return
    raise AssertionError("the rotation never came to its end")


def _of(office):
    # The spares' places are whole paths, so the same folder is filled again for each cut.
    return [path.name for path in office.top.iterdir() if path.is_dir()]


def whole(office, now):
    """What is published is accepted by a scanner that knows nothing yet, and every key that may sign opens."""
    shutil.rmtree(office.top / "scanner", ignore_errors=True)
    assert a_scanner(office.country, office.top / "scanner").update(now)
    living = {KeyStatus.PENDING, KeyStatus.ACTIVE}
    assert all(office.store.open_key(entry) for entry in office.store.signers() if entry.status in living)


def gone_on(office, now, **order):
    """The same command again: afterwards nothing is left to do, and everybody knows every key."""
    assert office.rotate(now, **order).problems == []
    assert office.rotate(now, **order).done == []
    assert not proposal.exists(office.channel.proposal)
    trusted = {entry.kid for entry in office.store.signers() if entry.status is not KeyStatus.REVOKED}
    assert office.published() == trusted
    whole(office, now)


@pytest.mark.parametrize("every", [7, EACH])
def test_a_cut_while_spares_are_made_and_published(demo, tmp_path, every):
    demo.stick.mkdir()
    seen = set()
    for cut in every_cut(demo, tmp_path, NOW, every, apart=demo.stick):
        whole(cut, NOW)
        gone_on(cut, NOW, apart=cut.stick)
        kinds = sorted((entry.form, entry.status.value, entry.spare) for entry in cut.store.signers())
        assert kinds == [(form, status, status == "pending") for form in ("domestic", "travel") for status in _BOTH]
        seen.add(cut.channel.current().number)
    assert seen == {3}


@pytest.mark.parametrize("every", [5, EACH])
def test_a_cut_while_the_spare_takes_the_place_of_a_stolen_key(demo, tmp_path, every):
    demo.with_spares()
    stolen, spare = demo.active(), demo.of(spare=True)
    demo.renew(READY)
    demo.revoke(stolen.name, READY)
    for cut in every_cut(demo, tmp_path, READY, every):
        whole(cut, READY)
        assert cut.active() is None or cut.active().kid == spare.kid
        gone_on(cut, READY)
        assert cut.active().kid == spare.kid
        assert cut.active().place is None
        assert stolen.kid not in cut.published()
        assert cut.store.left_behind() == ()


@pytest.mark.parametrize("every", [2, EACH])
def test_a_cut_on_the_planned_day_of_the_change(demo, tmp_path, every):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    demo.renew(change)
    former, following = demo.active(), demo.of()
    for cut in every_cut(demo, tmp_path, change, every):
        assert cut.active().kid in {former.kid, following.kid}
        whole(cut, change)
        gone_on(cut, change)
        assert cut.active().kid == following.kid
        assert lifecycle.find(cut.store.signers(), former.name).status is KeyStatus.RETIRED


@pytest.mark.parametrize("every", [7, EACH])
def test_a_cut_while_signed_copies_are_published(country, tmp_path, every):
    country.rotate(apart=country.stick)
    copy = shutil.copytree(country.channel.proposal, country.top / "copy")
    country.country.sign("keys A", "keys B", folder=copy)
    later = NOW + DAY
    for cut in every_cut(country, tmp_path, later, every, copies=(copy,)):
        whole(cut, later)
        gone_on(cut, later, copies=(copy,))
        assert {entry.published_at for entry in cut.store.signers() if entry.spare} == {later}


def test_the_harness_starts_each_cut_from_the_same_files(demo, tmp_path):
    before = demo.state()
    first = next(every_cut(demo, tmp_path, NOW, apart=demo.stick))
    assert isinstance(first, Office)
    assert {path: data for path, data in first.state().items() if path in before} == before


def needs_room(event, arguments):
    """A change for which a full disk has no room: not what takes something away."""
    return is_change(event, arguments) and event not in {"os.remove", "os.rmdir", "shutil.rmtree"}


def test_a_disk_that_fills_up_at_any_write_is_a_sentence_and_with_room_again_it_goes_on(demo, tmp_path):
    demo.stick.mkdir()
    kept = shutil.copytree(demo.top, tmp_path / "kept", symlinks=True)

    def rotate():
        try:
            demo.rotate(apart=demo.stick)
        except KeysError:
            return 1
        return 0

    for step in range(1, 2000, 11):
        code = at_step(rotate, step, no_room, needs_room)
        assert code in {0, 1, THROUGH}
        whole(demo, NOW)
        gone_on(demo, NOW, apart=demo.stick)
        shutil.rmtree(demo.top)
        shutil.copytree(kept, demo.top, symlinks=True)
        if code == THROUGH:
            return
    raise AssertionError("the rotation never came to its end")
