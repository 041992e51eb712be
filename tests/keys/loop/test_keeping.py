"""The loop that a device keeps: only of what it holds."""

import pytest

from keys.client.errors import DeviceTrustError, UpdateRefused
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError
from keys.loop import files, keeping, loop
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, NOW, Repository

from .builders import a_loop


@pytest.fixture
def channel():
    return Repository()


@pytest.fixture
def device(tmp_path, channel):
    store = DeviceStore(tmp_path / "device")
    update(store, Memory(channel.files), NOW, root=channel.first_root)
    return store


def offering(channel, what):
    return Memory({**channel.files, keeping.PATH: what})


def refused(device):
    with pytest.raises(DeviceTrustError) as caught:
        keeping.kept(device)
    return caught.value.code == "no_loop"


def test_the_loop_of_what_is_held_is_fetched_kept_and_asked_for_once(device, channel):
    shown = a_loop(channel)
    assert keeping.fetch(device, offering(channel, shown.to_bytes()))
    assert keeping.kept(device) == shown
    assert keeping.fetch(device, Memory({}))


def test_a_source_without_one_is_no_fault(device, channel):
    assert not keeping.fetch(device, Memory(channel.files))
    assert refused(device)


def test_a_loop_of_another_state_damaged_or_endless_is_not_kept(device, channel):
    other = a_loop(channel.copy().publish(NOW + DAY)).to_bytes()
    mine = a_loop(channel).to_bytes()
    for what in (other, mine[:-40], b"VNTL", b"", bytes(loop.MOST_FILE_BYTES + 10)):
        assert not keeping.fetch(device, offering(channel, what))
    assert refused(device)


def test_after_an_update_without_a_loop_the_former_one_is_not_shown(device, channel):
    keeping.keep(device, a_loop(channel))
    update(device, Memory(channel.publish(NOW + DAY).files), NOW + DAY)
    assert refused(device)


def test_a_damaged_file_and_an_empty_device_have_none(device, channel, tmp_path):
    keeping.keep(device, a_loop(channel))
    (device.root / keeping.FILE_NAME).write_bytes(b"VNTL\x00\x00\x00\x05junk")
    assert refused(device)
    assert refused(DeviceStore(tmp_path / "empty"))


def test_a_file_of_a_loop_is_a_source_like_a_bundle(tmp_path, channel):
    path = tmp_path / "update.loop"
    path.write_bytes(a_loop(channel).to_bytes())
    store = DeviceStore(tmp_path / "new")
    assert update(store, files.source_in(path), NOW, root=channel.first_root).changed


@pytest.mark.parametrize("content", [b"", b"VNTL", b"VNTL\x00\x00\x00\x04abcd", b"VNTL\x00\x00\x00\x04abcdefgh"])
def test_a_file_that_is_no_loop_is_refused(tmp_path, content):
    path = tmp_path / "x.loop"
    path.write_bytes(content)
    with pytest.raises(UpdateRefused):
        files.source_in(path)


def test_no_room_for_the_loop_is_no_failed_update(device, channel, monkeypatch):
    def full(*_arguments, **_options):
        raise KeysError("no room", code="disk_full")

    monkeypatch.setattr(keeping.files, "write_whole", full)
    assert not keeping.fetch(device, offering(channel, a_loop(channel).to_bytes()))
    assert refused(device)
