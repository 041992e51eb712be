"""kill -9 before every change to the disk: afterwards the old or the new state, whole, and the next run goes on."""

import os
import shutil
from pathlib import Path

import pytest

from keys.channel import bundle, documents, first, proposal, proposing, publish, refresh, revoking
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.errors import KeysError

from ..killing import survives
from .builders import DAY, FILES, NOW, Country, a_base, a_delta, a_scanner, signers_file

NEW = signers_file(b"new")


pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """What a killed process wrote is in the kernel already; hundreds of syncs would only take time."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


def every_cut(country, tmp_path, action):
    """For each possible moment of the cut: a fresh copy, the cut, and the country after it."""
    for step in range(1, 1000):
        copy = Country(tmp_path / str(step))
        shutil.copytree(country.top, copy.top, symlinks=True, ignore=shutil.ignore_patterns("holders"))
        (copy.top / "holders").symlink_to(country.top / "holders")
        through = survives(lambda copy=copy: action(copy), step)
        yield copy
        shutil.rmtree(copy.top)
        if through:
            assert step >= 4
            return
    raise AssertionError("the command never came to its end")


def accepted_by_a_new_scanner(country, now=NOW):
    return a_scanner(country, country.top / "scanner").update(now)


def test_publish_leaves_the_old_or_the_new_release_and_can_be_run_again(country, tmp_path):
    country.propose(files={documents.SIGNERS: NEW}, new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B", "keys A", "keys B")
    seen = set()
    for cut in every_cut(country, tmp_path, lambda it: it.publish()):
        seen.add(content := accepted_by_a_new_scanner(cut))
        assert content in {FILES[documents.SIGNERS], NEW}
        try:
            cut.publish()
        except KeysError as error:
            assert error.code == "no_proposal"
            assert content == NEW
        refresh.refresh(cut.channel, NOW + DAY)
        assert cut.release().targets()["keys"].signed.version == 2
        assert (cut.channel.minutes / "release-000002.md").read_text().startswith("# Minutes")
        assert not proposal.exists(cut.channel.proposal)
        assert not list((cut.channel.online / "first").glob("*.pem"))
    assert seen == {FILES[documents.SIGNERS], NEW}


def test_a_new_approved_list_and_the_delta_made_anew_for_it_come_together_or_not_at_all(country, tmp_path):
    block, base = 1 << 20, a_base((1 << 20) + 1)
    country.propose(files={documents.APPROVED: base})
    country.sign("unrevocation A", "unrevocation B")
    country.publish()
    refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_DELTA: a_delta(base, block + 2)})
    country.propose(files={documents.APPROVED: a_base(block + 3, sequence=3)})
    country.sign("unrevocation A", "unrevocation B")
    old, new = {block + 1, block + 2}, {block + 2, block + 3}
    seen = []
    for cut in every_cut(country, tmp_path, lambda it: it.publish()):
        seen.append(revoked := set(revoking.lists_of(cut.release().target).effective()))
        if revoked == old:
            cut.publish()
        assert set(revoking.lists_of(cut.release().target).effective()) == new
    assert [revoked for revoked in seen if revoked not in (old, new)] == []
    assert (seen[0], seen[-1]) == (old, new)


def test_refresh_leaves_the_old_or_the_new_release_and_can_be_run_again(country, tmp_path):
    later = NOW + 4 * DAY
    for cut in every_cut(country, tmp_path, lambda it: refresh.refresh(it.channel, later)):
        number = cut.release().number
        assert number in {1, 2}
        assert bool(refresh.refresh(cut.channel, later).renewed) is (number == 1)
        assert accepted_by_a_new_scanner(cut, later)
        assert cut.release().number == 2


def test_propose_leaves_no_proposal_or_a_whole_one(country, tmp_path):
    def propose(it):
        proposing.propose(it.channel, Wish(files={documents.SIGNERS: NEW}), NOW)

    for cut in every_cut(country, tmp_path, propose):
        if not proposal.exists(cut.channel.proposal):
            propose(cut)
        cut.sign("keys A", "keys B")
        cut.publish()


def test_sign_leaves_a_proposal_that_can_be_signed_again(country, tmp_path):
    country.propose(renew=("targets", "keys"))
    country.sign("targets A", "keys A", "keys B")
    for cut in every_cut(country, tmp_path, lambda it: it.sign("targets B")):
        cut.sign("targets B")
        cut.publish()


def test_taking_in_signatures_of_a_copy_can_be_cut(country, tmp_path):
    country.propose(renew=("keys",))
    copy = shutil.copytree(country.channel.proposal, country.top / "copy")
    country.sign("keys A", "keys B", folder=copy)
    for cut in every_cut(country, tmp_path, lambda it: publish.take_in(it.channel.proposal, it.top / "copy")):
        cut.publish(copies=[cut.top / "copy"])


def a_cut_first_day(top, step):
    """The first day with a cut, what it left, and the first day again when it left nothing; True when uncut."""

    def start():
        first.demonstration(Channel(top / "channel"), [], FILES, NOW)

    top.mkdir()
    through = survives(start, step)
    if not Channel(top / "channel").exists():
        assert not (top / "channel").exists()
        start()
    assert accepted_by_a_new_scanner(Country(top)) == FILES[documents.SIGNERS]
    assert {path.name for path in top.iterdir()} == {"channel", ".channel.lock", "scanner"}
    shutil.rmtree(top)
    return through


def test_the_first_day_leaves_nothing_or_a_whole_channel_and_can_be_run_again(tmp_path):
    # All is written into a folder beside it: one cut in eleven, and each of the last ones, around the one rename.
    end = next(step for step in range(1, 1000, 11) if a_cut_first_day(tmp_path / str(step), step))
    for step in range(end - 10, end):
        a_cut_first_day(tmp_path / str(step), step)


def test_an_export_over_an_older_one_leaves_one_of_them_whole(country, tmp_path):
    out = country.top / "usb"
    bundle.export(country.release(), out)
    country.propose(files={documents.SIGNERS: NEW})
    country.sign("keys A", "keys B")
    country.publish()
    for cut in every_cut(country, tmp_path, lambda it: bundle.export(it.release(), it.top / "usb")):
        folders = [Path(cut.top / name) for name in ("usb", ".usb.old")]
        assert any((folder / "metadata" / "timestamp.json").exists() for folder in folders)
        bundle.export(cut.release(), cut.top / "usb")
        assert (cut.top / "usb" / "metadata" / "2.keys.json").exists()
        assert not (cut.top / ".usb.old").exists()


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_one_sentence_and_the_old_release_stays(country, monkeypatch, failing):
    import errno

    country.propose(files={documents.SIGNERS: NEW})
    country.sign("keys A", "keys B")

    def full(*_arguments, **_names):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, full)
        with pytest.raises(KeysError, match="No space left"):
            country.publish()
    assert country.release().number == 1
    country.publish()
    assert accepted_by_a_new_scanner(country) == NEW
