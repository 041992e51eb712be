"""A key folder that is not the one which the channel was published from: restored from last week, made anew, lost."""

import shutil

import pytest

from keys import ceremony
from keys.channel import documents, succession
from keys.errors import KeysError
from keys.lifecycle import DAY

from ..builders import NOW


def restored(office, copy):
    shutil.rmtree(office.store.root)
    shutil.copytree(copy, office.store.root)


@pytest.fixture
def backup(demo, tmp_path):
    """The key folder of the day on which nothing was revoked yet."""
    return shutil.copytree(demo.store.root, tmp_path / "backup")


def test_a_revoked_key_does_not_come_back_with_a_key_folder_of_last_week(demo, backup):
    stolen = demo.active()
    demo.revoke(stolen.name, NOW + DAY)
    demo.rotate(NOW + DAY)
    assert stolen.kid not in demo.published()
    restored(demo, backup)
    done = demo.rotate(NOW + 2 * DAY)
    assert stolen.kid not in demo.published()
    assert any("restore the newest copy" in problem for problem in done.problems)


def test_it_does_not_come_back_many_releases_later_either(demo, backup):
    stolen = demo.active()
    demo.revoke(stolen.name, NOW + DAY)
    demo.rotate(NOW + DAY)
    for week in range(1, 5):
        demo.renew(NOW + DAY + week * 7 * DAY)
    restored(demo, backup)
    demo.rotate(NOW + 40 * DAY)
    assert stolen.kid not in demo.published()


def test_a_list_of_signers_in_which_a_revoked_key_is_back_is_refused_by_name(demo):
    stolen, signers = demo.active(), documents.signers(demo.store.signers())
    demo.revoke(stolen.name, NOW + DAY)
    demo.rotate(NOW + DAY)
    with pytest.raises(KeysError, match=stolen.kid.hex()) as refused:
        demo.country.propose(NOW + 2 * DAY, files={documents.SIGNERS: signers})
    assert refused.value.code == "key_comes_back"


def test_a_proposal_made_by_other_means_in_which_it_is_back_is_not_published(demo, monkeypatch):
    stolen, signers = demo.active(), documents.signers(demo.store.signers())
    demo.revoke(stolen.name, NOW + DAY)
    demo.rotate(NOW + DAY)
    with monkeypatch.context() as patch:
        patch.setattr(succession, "refuse_if_back", lambda _release, _files: None)
        demo.country.propose(NOW + 2 * DAY, files={documents.SIGNERS: signers})
    with pytest.raises(KeysError) as refused:
        demo.country.publish(NOW + 2 * DAY)
    assert refused.value.code == "key_comes_back"


def test_a_release_from_before_departed_keys_were_kept_and_a_damaged_note(demo):
    release = demo.channel.current()
    note = release.folder / succession.DEPARTED_FILE
    assert succession.departed(release) == frozenset()
    note.write_text("{}")
    with pytest.raises(KeysError) as refused:
        succession.departed(release)
    assert refused.value.code == "damaged"
    note.unlink()
    assert succession.departed(release) == frozenset()


def test_the_command_refuses_a_key_folder_that_does_not_know_a_trusted_key(demo, run):
    shutil.rmtree(demo.store.root)
    ceremony.init(demo.store, NOW + DAY)
    places = ("--keys", demo.store.root, "--channel", demo.channel.root)
    code, _, err = run("propose", *places, now=NOW + DAY)
    assert code == 1
    assert "does not know the key" in err


def test_a_key_folder_that_does_not_know_a_trusted_key_turns_nobody_red(demo):
    trusted = demo.published()
    shutil.rmtree(demo.store.root)
    ceremony.init(demo.store, NOW + DAY)
    done = demo.rotate(NOW + DAY)
    assert trusted <= demo.published()
    assert any("does not know" in problem for problem in done.problems)
