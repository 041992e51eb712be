"""The first day, each new signer, and two administrators at once."""

import multiprocessing
import shutil
from pathlib import Path

import pytest

from keys import ceremony
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.store import KeyStore

from .builders import NOW

pytestmark = pytest.mark.usefixtures("cheap_scrypt")
FORK = multiprocessing.get_context("fork")


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_first_day_ends_with_one_active_signer_of_each_form(store):
    assert [(entry.form, entry.status) for entry in store.signers()] == [
        ("domestic", KeyStatus.ACTIVE),
        ("travel", KeyStatus.ACTIVE),
    ]


def test_the_two_forms_have_different_keys(store):
    domestic, travel = store.signers()
    assert domestic.key != travel.key
    assert domestic.kid != travel.kid


def test_signers_stand_under_the_authority(store):
    holder = ceremony.open_authority(store.authority_folder)
    for entry in store.signers():
        store.certificate(entry).verify_directly_issued_by(holder.certificate)


def test_a_second_init_is_refused_and_changes_nothing(store):
    before = files_of(store.root)
    with pytest.raises(KeysError) as refused:
        ceremony.init(store, NOW)
    assert refused.value.code == "keys_exist"
    assert files_of(store.root) == before


def test_an_empty_folder_that_exists_is_used(tmp_path):
    (tmp_path / "keys").mkdir()
    assert len(ceremony.init(KeyStore(tmp_path / "keys"), NOW)) == 2


def test_a_folder_with_other_files_is_not_touched(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(KeysError) as refused:
        ceremony.init(KeyStore(tmp_path), NOW)
    assert refused.value.code == "folder_in_use"
    assert list(tmp_path.iterdir()) == [tmp_path / "letter.txt"]


@pytest.mark.parametrize("inside", ["", "private", "deep/in/it"])
def test_no_private_key_is_made_in_the_programs_source(tmp_path, inside):
    source = Path(ceremony.__file__).parent
    for folders in ((source / inside, None), (tmp_path / "keys", source / inside)):
        with pytest.raises(KeysError) as refused:
            ceremony.init(KeyStore(folders[0]), NOW, authority_folder=folders[1])
        assert refused.value.code == "folder_in_source"
    assert not list(source.rglob("*.pem"))


def test_a_folder_that_cannot_be_put_in_place_is_one_sentence(tmp_path, monkeypatch):
    def busy(_self, _target):
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(KeysError, match="Device or resource busy"):
        ceremony.init(KeyStore(tmp_path / "keys"), NOW)
    assert not (tmp_path / "keys").exists()


def test_what_an_interrupted_init_left_is_cleared_away(tmp_path):
    (tmp_path / ".keys.unfinished" / "signers").mkdir(parents=True)
    ceremony.init(KeyStore(tmp_path / "keys"), NOW)
    assert not (tmp_path / ".keys.unfinished").exists()


def test_the_authority_can_be_kept_in_a_folder_of_its_own_and_is_used_again(tmp_path):
    apart = tmp_path / "authority"
    ceremony.init(KeyStore(tmp_path / "one"), NOW, authority_folder=apart)
    certificate = (apart / "certificate.pem").read_bytes()
    ceremony.init(KeyStore(tmp_path / "two"), NOW, authority_folder=apart)
    assert (apart / "certificate.pem").read_bytes() == certificate
    assert not (tmp_path / "one" / "authority").exists()
    entry = ceremony.new(KeyStore(tmp_path / "one"), NOW, form="travel", name="next", authority_folder=apart)
    assert entry.status is KeyStatus.PENDING


def test_a_new_signer_is_pending_and_waits_until_scanners_know_it(store):
    entry = ceremony.new(store, NOW, form="travel", name="VN-2027-02")
    assert entry in store.signers()
    assert entry.status is KeyStatus.PENDING
    assert entry.published_at is None
    assert entry.sign_from == NOW + STALENESS_LIMIT
    assert entry.sign_until == entry.sign_from + 90 * DAY


def test_a_name_that_exists_or_is_none_is_refused_and_leaves_no_files(store):
    taken = store.signers()[0].name
    for name, code in ((taken, "name_exists"), ("../../x", "bad_name"), ("", "bad_name"), ("á", "bad_name")):
        with pytest.raises(KeysError) as refused:
            ceremony.new(store, NOW, form="travel", name=name)
        assert refused.value.code == code
    assert store.strangers() == ()


def test_a_signer_without_its_authority_is_refused_with_the_missing_path(store):
    shutil.move(store.authority_folder, store.root.parent / "moved")
    with pytest.raises(KeysError, match=r"certificate\.pem does not exist"):
        ceremony.new(store, NOW, form="travel", name="next")


def test_an_authority_whose_key_and_certificate_do_not_fit_is_refused(store, tmp_path):
    ceremony.init(KeyStore(tmp_path / "other"), NOW)
    shutil.copy(tmp_path / "other" / "authority" / "certificate.pem", store.authority_folder)
    with pytest.raises(KeysError) as refused:
        ceremony.open_authority(store.authority_folder)
    assert refused.value.code == "wrong_key"


def _make_signers(root, prefix, start):
    start.wait()
    for number in range(5):
        ceremony.new(KeyStore(root), NOW, form="travel", name=f"{prefix}-{number}")


def test_two_administrators_making_keys_at_once_lose_none(store):
    start = FORK.Barrier(2)
    workers = [FORK.Process(target=_make_signers, args=(store.root, name, start)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    names = {entry.name for entry in store.signers()}
    assert {f"{prefix}-{number}" for prefix in "ab" for number in range(5)} <= names
    assert all(store.open_key(entry) for entry in store.signers())
    assert store.strangers() == ()


def _first_day(root, start, answers):
    start.wait()
    try:
        ceremony.init(KeyStore(root), NOW)
        answers.put("made")
    except KeysError as error:
        answers.put(error.code)


def test_of_two_administrators_on_the_first_day_one_is_refused(tmp_path):
    start, answers = FORK.Barrier(2), FORK.Queue()
    workers = [FORK.Process(target=_first_day, args=(tmp_path / "keys", start, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    assert sorted(answers.get(timeout=60) for _ in workers) == ["keys_exist", "made"]
    for worker in workers:
        worker.join()
    assert len(KeyStore(tmp_path / "keys").signers()) == 2
