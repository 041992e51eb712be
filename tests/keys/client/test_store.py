"""The device's folder: switched whole, damaged, full, and its last time seen."""

import errno
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from keys import files
from keys.client import store as store_module
from keys.client import update as module
from keys.client.errors import DeviceTrustError, UpdateRefused
from keys.client.load import load
from keys.client.store import DeviceStore, of_device

from .conftest import Memory
from .repository import DAY, NOW, PASS_SIGNER, signers_json

LATER = NOW + 3 * DAY


@pytest.fixture
def two_sets(enrolled, take):
    """A device with a current set and the good one before it."""
    enrolled.put("keys/signers.json", signers_json(), LATER)
    take(enrolled, LATER)
    return enrolled


def spoil(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("what", ["targets/keys%2Fsigners.json", "metadata/keys.json", "manifest.json"])
def test_a_damaged_set_is_passed_over_for_the_good_one_before_and_says_so(store, two_sets, what):
    spoil(store.current().folder / what)
    held = load(store)
    assert [signer.kid for signer in held.trust.signers] == [PASS_SIGNER.entry().kid]
    assert "damaged" in held.note
    assert "2021-07-30" in held.note


def test_a_file_that_vanished_is_damage_too(store, two_sets):
    (store.current().folder / "targets" / "vaccines%2Ftable.json").unlink()
    assert load(store).note


def test_the_next_update_mends_a_damaged_set(store, two_sets, take):
    spoil(store.current().folder / "metadata" / "keys.json")
    assert take(two_sets, LATER).changed
    assert not load(store).note
    assert load(store).trust.signers == ()


def test_when_no_set_is_whole_it_says_so_and_an_update_brings_it_back(store, two_sets, take):
    for folder in (store.root / "sets").iterdir():
        spoil(folder / "manifest.json")
    with pytest.raises(DeviceTrustError) as caught:
        load(store)
    assert caught.value.code == "trust_damaged"
    assert take(two_sets, LATER).changed
    assert load(store).trust.signers == ()


@pytest.mark.parametrize("text", [b"", b"../../etc", b"000009-0123456789abcdef", b"\xff" * 100])
def test_a_damaged_pointer_leads_to_the_newest_whole_set(store, two_sets, text):
    (store.root / "current").write_bytes(text)
    assert load(store).trust.signers == ()


def test_only_the_current_set_and_the_one_before_are_kept(store, two_sets, take):
    for number in range(3):
        two_sets.put("rules/79/rules.json", b"[%d]" % number, LATER)
        take(two_sets, LATER)
    assert len(list((store.root / "sets").iterdir())) == 2


def test_a_device_that_was_never_updated_holds_nothing(store):
    assert load(store) is None
    assert store.floor() == 0.0
    assert not store.root.exists()


def test_the_last_time_seen_goes_up_by_itself_and_down_by_a_supervisor_only(store, enrolled):
    store.note_last_seen(LATER)
    store.note_last_seen(NOW)
    assert store.floor() == LATER
    store.reset_last_seen(NOW - 400 * DAY)
    assert store.last_seen() == NOW - 400 * DAY
    assert store.floor() == NOW  # what the holders signed stays


def test_threads_that_note_the_time_at_once_never_disturb_each_other(store, enrolled):
    barrier = threading.Barrier(8)

    def notes(thread):
        barrier.wait()
        for number in range(20):
            store.note_last_seen(LATER + number + thread / 10)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(notes, range(8)))  # raises what a thread raised
    assert store.last_seen() == LATER + 19.7


def test_what_a_power_cut_left_half_written_goes_with_the_next_note(store, enrolled):
    (store.root / ".last-seen.0123456789ab.tmp").write_bytes(b"16")
    store.note_last_seen(LATER)
    assert not list(store.root.glob(".last-seen.*.tmp"))


def test_the_time_is_noted_while_an_update_goes_on(store, enrolled):
    with store.locked():
        DeviceStore(store.root).note_last_seen(LATER)
    assert store.last_seen() == LATER


def test_a_second_update_says_at_once_that_it_waits_and_goes_on_after_the_first(store, enrolled, repository):
    waits = threading.Event()
    second = DeviceStore(store.root, on_wait=waits.set)
    with ThreadPoolExecutor(1) as pool:
        with store.locked():
            done = pool.submit(module.update, second, Memory(repository.files), NOW)
            assert waits.wait(10)
            assert not done.done()
        assert done.result(10).held == store.current()


def test_a_second_update_gives_up_after_a_while_with_one_sentence(store, enrolled, repository, monkeypatch):
    monkeypatch.setattr(store_module, "PATIENCE", 0.2)
    with store.locked(), pytest.raises(DeviceTrustError) as caught:
        module.update(DeviceStore(store.root), Memory(repository.files), NOW)
    assert caught.value.code == "device_busy"
    assert caught.value.message.startswith("Another update of this device is still running; nothing was changed.")


def test_one_who_does_not_wait_is_told_nothing(store, enrolled, take, repository):
    waited = []
    module.update(DeviceStore(store.root, on_wait=lambda: waited.append(1)), Memory(repository.files), NOW)
    assert not waited


@pytest.mark.parametrize("text", [b"", b"soon", b"\xff", b"1" * 5000 + b"x"])
def test_a_damaged_last_seen_time_leaves_the_signed_dates(store, enrolled, text):
    (store.root / "last-seen").write_bytes(text)
    assert store.floor() == NOW


def test_a_device_whose_clock_was_in_the_future_is_put_right_by_a_supervised_reset(store, enrolled, take):
    store.note_last_seen(NOW + 1000 * DAY)
    enrolled.publish(LATER, "keys")
    with pytest.raises(UpdateRefused) as caught:
        take(enrolled, LATER)
    assert caught.value.code == "update_expired"
    store.reset_last_seen(LATER)
    assert take(enrolled, LATER).changed


def test_a_full_device_is_one_sentence_and_keeps_what_it_holds(store, enrolled, monkeypatch):
    enrolled.put("rules/79/rules.json", b"[9]", LATER)
    before = store.current()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write_new", full)
    with pytest.raises(DeviceTrustError) as caught:
        module.update(store, Memory(enrolled.files), LATER)
    assert caught.value.code == "disk_full"
    assert store.current() == before


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path, repository):
    (tmp_path / "file").write_text("")
    store = DeviceStore(tmp_path / "file" / "device")
    with pytest.raises(DeviceTrustError) as caught:
        module.update(store, Memory(repository.files), NOW, root=repository.first_root)
    assert caught.value.code == "device_unusable"
    assert of_device(OSError("odd")).message.endswith(".")
