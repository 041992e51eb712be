"""A device that is shown loops: updated, left as it was, or told why not."""

import pytest

from keys.client.errors import DeviceTrustError
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.loop import keeping
from keys.loop.taking import Taking, trusted_root
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, NOW, Repository

from .builders import a_larger, a_loop


@pytest.fixture
def store(tmp_path):
    return DeviceStore(tmp_path / "device")


@pytest.fixture
def channel():
    return a_larger(Repository(), 3000)


@pytest.fixture
def device(store, channel):
    """A device that holds the channel's first day; its store."""
    update(store, Memory(channel.files), NOW, root=channel.first_root)
    return store


def shown(taking, texts):
    """What came of showing these texts: True, False, or None when nothing did."""
    for text in texts:
        done = taking.take(text)
        if done is not None:
            return done
    return None


def taking_on(store, now=NOW, **rest):
    return Taking(store, clock=lambda: now, **rest)


def test_a_new_device_is_enrolled_and_updated_from_a_screen_alone(store, channel):
    assert shown(taking_on(store, root=channel.first_root), a_loop(channel).texts()) is True
    assert store.current().manifest.role("timestamp").version == channel.versions["timestamp"]
    assert store.pinned_root() == channel.first_root


def test_without_a_pinned_root_nothing_is_read(store):
    with pytest.raises(DeviceTrustError) as caught:
        taking_on(store)
    assert caught.value.code == "no_root"


def test_a_device_takes_a_newer_state(device, channel):
    newer = channel.put("rules/79/rules.json", b"[1]", NOW + DAY)
    assert shown(taking_on(device, NOW + DAY), a_loop(newer).texts()) is True
    assert (device.current().folder / "targets/rules%2F79%2Frules.json").read_bytes() == b"[1]"


def test_a_device_that_holds_it_already_says_so_before_any_block(device, channel):
    keeping.keep(device, a_loop(channel))
    taking = taking_on(device)
    assert shown(taking, a_loop(channel).texts()) is False
    assert taking.progress.blocks < taking.progress.of


def test_a_device_that_holds_it_without_its_loop_collects_the_loop_to_show_it_on(device, channel):
    texts = a_loop(channel).texts()
    assert shown(taking_on(device), texts) is False
    assert keeping.kept(device).texts() == texts


def test_a_reset_of_the_time_comes_with_a_loop_of_what_is_held(device, channel):
    keeping.keep(device, a_loop(channel))
    device.note_last_seen(NOW + 300 * DAY)
    taking = taking_on(device, reset_time=True)
    assert shown(taking, a_loop(channel).texts()) is False
    assert device.last_seen() < NOW + DAY


def test_an_older_state_is_refused_before_its_blocks_are_collected(device, channel):
    old = a_loop(channel).texts()
    channel.publish(NOW + DAY)
    update(device, Memory(channel.files), NOW + DAY)
    before = device.current().folder
    taking = taking_on(device, NOW + DAY)
    assert shown(taking, old * 2) is None
    assert taking.progress is None
    assert taking.refusal.code == "update_rolled_back"
    assert device.current().folder == before


def test_an_older_and_a_newer_state_shown_by_turns_give_the_newer(device, channel):
    old = a_loop(channel).texts()
    channel.publish(NOW + DAY)
    update(device, Memory(channel.files), NOW + DAY)
    channel.publish(NOW + 2 * DAY)
    mixed = [text for pair in zip(old, a_loop(channel).texts(), strict=False) for text in pair]
    assert shown(taking_on(device, NOW + 2 * DAY), mixed * 2) is True
    assert device.current().manifest.role("timestamp").version == channel.versions["timestamp"]


def test_after_stolen_online_keys_a_lower_version_under_a_new_root_is_no_older_state(device, channel):
    thief = channel.copy()
    thief.versions["timestamp"] = 1_000_000
    thief.publish(NOW, "keys")
    update(device, Memory(thief.files), NOW)
    for role in ("timestamp", "snapshot"):
        channel.rotate(role, NOW + DAY)
    channel.publish(NOW + DAY)
    channel.publish(NOW + DAY)
    assert shown(taking_on(device, NOW + DAY), a_loop(channel).texts() * 2) is True
    assert device.current().manifest.role("timestamp").version == channel.versions["timestamp"] < 1_000_000


def test_a_device_three_root_changes_behind_is_brought_up_to_date(device, channel):
    for number in range(3):
        channel.rotate("root", NOW + number * DAY)
        channel.rotate("timestamp", NOW + number * DAY)
    channel.publish(NOW + 3 * DAY)
    assert shown(taking_on(device, NOW + 3 * DAY), a_loop(channel).texts()) is True
    assert device.current().manifest.role("root").version == channel.versions["root"] == 8
    assert trusted_root(device, None) == channel.files["metadata/8.root.json"]


def test_a_loop_of_the_last_roots_serves_who_knows_the_one_before_and_tells_others_where_to_go(device, channel):
    for number in range(4):
        channel.rotate("root", NOW + number * DAY)
    newer = channel.publish(NOW + 4 * DAY)
    texts = a_loop(newer, first_root=4).texts()
    behind = taking_on(device, NOW + 4 * DAY)
    assert shown(behind, texts) is None
    assert behind.refusal.code == "loop_root_gap"
    assert "This device knows root 1, and the codes carry the roots from 4 on" in behind.refusal.message
    assert shown(taking_on(device, NOW + 4 * DAY), a_loop(newer).texts()) is True
    channel.rotate("root", NOW + 5 * DAY)
    later = channel.publish(NOW + 5 * DAY)
    assert shown(taking_on(device, NOW + 5 * DAY), a_loop(later, first_root=4).texts()) is True


def test_reading_goes_on_after_an_interruption_of_any_length(device, channel):
    texts = a_loop(channel.publish(NOW + DAY)).texts()
    taking = taking_on(device, NOW + DAY)
    assert shown(taking, texts[: len(texts) // 3]) is None
    begun = taking.progress
    for _ in range(50):
        assert shown(taking, ["VN1:" + "A" * 240, "", "https://example.vn"]) is None
    assert taking.progress == begun
    assert shown(taking, texts) is True


def test_a_loop_whose_content_is_refused_leaves_the_device_and_is_passed_over(device, channel):
    """TUF decides: here the timestamp says that it is fresh for longer than any honest one."""
    ahead = channel.copy()
    ahead.expires = {"timestamp": NOW + 400 * DAY}
    ahead.publish(NOW + DAY)
    before = device.current().folder
    taking = taking_on(device, NOW + DAY)
    assert shown(taking, a_loop(ahead).texts() * 3) is None
    assert taking.refusal.code == "timestamp_too_far_ahead"
    assert device.current().folder == before
    assert shown(taking, a_loop(channel.publish(NOW + DAY)).texts()) is True


def test_a_file_that_is_not_what_was_signed_is_refused(device, channel):
    newer = channel.put("rules/79/rules.json", b"[1]", NOW + DAY)
    name = next(path for path, data in newer.files.items() if data == b"[1]")
    newer.files[name] = b"[2]"
    taking = taking_on(device, NOW + DAY)
    assert shown(taking, a_loop(newer).texts() * 2) is None
    assert taking.refusal.code == "update_altered"


def test_what_a_loop_brought_can_be_shown_on(device, channel):
    texts = a_loop(channel.publish(NOW + DAY)).texts()
    shown(taking_on(device, NOW + DAY), texts)
    assert keeping.kept(device).texts() == texts


def test_a_damaged_device_is_repaired_by_a_loop(device, channel):
    for file in device.current().folder.glob("targets/*"):
        file.write_bytes(b"")
    assert shown(taking_on(device), a_loop(channel).texts()) is True
    assert device.current().note == ""
