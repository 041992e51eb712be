"""The window's own reading of a loop, beside its verdicts."""

import time

import pytest

from bench.people import Person, card, frame_with, write_frame
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.loop.taking import Taking
from scanner_app import labels as window_labels
from scanner_app.loop import labels
from scanner_app.loop.beside import REST_SECONDS, WAITING_MOST, LoopReader
from scanner_app.loop.drawing import picture
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, PASS_SIGNER
from tests.keys.loop.builders import a_loop
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet


@pytest.fixture
def held(tmp_path, channel):
    """A device that holds the channel; its store."""
    store = DeviceStore(tmp_path / "device")
    update(store, Memory(channel.files), time.time(), root=channel.first_root)
    return store


def newer(channel):
    now = int(time.time())
    base = encode_base(SerialSet.of([Person().serial]), 2, now)
    return a_loop(channel.put("revocation/base.bin", base, now)).texts()


def test_a_newer_loop_updates_the_device_and_says_how_far_it_is(held, channel):
    reader, said = LoopReader(held), []
    for text in newer(channel):
        reader.take(text)
        said.append(reader.words.en)
    assert sum(line.startswith("Taking a trust update: ") for line in set(said)) > 3
    assert reader.words == labels.UPDATED
    assert held.current().manifest.role("timestamp").version == channel.versions["timestamp"]


def test_what_the_device_holds_already_is_said_so(held, channel):
    reader = LoopReader(held)
    for text in a_loop(channel).texts():
        reader.take(text)
    assert reader.words == labels.HELD_ALREADY


def test_a_forged_loop_is_refused_with_its_code(held, channel):
    reader = LoopReader(held)
    for text in a_loop(channel, signers=channel.keys["snapshot"]).texts():
        reader.take(text)
    assert "loop_forged" in reader.words.vi
    assert "loop_forged" in reader.words.en


def test_a_device_that_was_never_enrolled_only_names_the_code(tmp_path, channel):
    reader = LoopReader(DeviceStore(tmp_path / "empty"))
    reader.take(a_loop(channel).texts()[0])
    assert reader.words == window_labels.LOOP_CODE


def test_after_an_update_it_rests_before_it_begins_anew(held, channel):
    now = [100.0]
    reader = LoopReader(held, clock=lambda: now[0])
    texts = newer(channel)
    for text in texts:
        reader.take(text)
    assert reader.words == labels.UPDATED
    now[0] += REST_SECONDS + 1
    for text in texts:
        reader.take(text)
    assert reader.words == labels.HELD_ALREADY


def test_texts_that_come_faster_than_they_are_read_are_dropped_and_it_ends_when_asked(held, channel):
    reader = LoopReader(held)
    for text in a_loop(channel).texts() * WAITING_MOST:
        reader.offer([text])
    reader.start()
    assert reader.stop()


def test_the_window_takes_a_loop_that_is_held_before_its_camera_and_the_verdict_changes(
    display, held, channel, tmp_path
):
    from bench.stage import Scanner

    person = Person()
    folder = tmp_path / "camera"
    folder.mkdir()
    for number, text in enumerate(newer(channel)):
        write_frame(folder / f"a-{number:03}.png", picture(text, 6))
    write_frame(folder / "b.png", frame_with(card(person.text(PASS_SIGNER), person)))
    arguments = ("--trust", str(held.root), "--size", "360x720", "--source", str(folder), "--each", "0.12")
    with Scanner(display, *arguments, "--next-after", "0.2", cwd=tmp_path) as scanner:
        scanner.wait_for("own_code", kind="loop")
        scanner.wait_for("trust", state="switched", timeout=60)
        scanner.wait_for("verdict", verdict="refused", reason="revoked", timeout=60)
        assert scanner.stop() == 0
    assert not any(event.get("reason") == "unknown_prefix" for event in scanner.events)


def test_a_loop_that_was_refused_for_a_wrong_clock_is_taken_after_it_was_corrected(held, channel):
    now = [100.0]
    reader = LoopReader(held, clock=lambda: now[0])
    texts = newer(channel)
    reader._taking = Taking(held, clock=lambda: time.time() + 20 * DAY)
    for text in texts:
        reader.take(text)
    assert "update_expired" in reader.words.en
    now[0] += REST_SECONDS + 1
    for text in texts:
        reader.take(text)
    assert reader.words == labels.UPDATED
