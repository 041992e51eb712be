"""Reading a loop from a camera, with cameras and decoders made by hand."""

import re

import numpy as np
import pytest

from keys.client.store import DeviceStore
from keys.loop.taking import Taking
from scanner_app.camera.base import Shot
from scanner_app.errors import CameraError, ScannerError
from scanner_app.loop.reading import STALL_SECONDS, read_loop
from tests.keys.client.repository import DAY, NOW, Repository
from tests.keys.loop.builders import a_larger, a_loop

EMPTY = np.zeros((4, 4, 3), np.uint8)


class Texts:
    """A camera whose pictures are numbers, and the decoder that knows their texts."""

    name = "texts"

    def __init__(self, texts, failing_at=None):
        self.texts, self.at, self.failing_at, self.is_open = list(texts), -1, failing_at, False

    def open(self):
        self.is_open = True

    def read(self):
        self.at += 1
        if self.at == self.failing_at:
            raise CameraError("camera 0 gives no more frames", code="camera_lost")
        return Shot(EMPTY) if self.at < len(self.texts) else None

    def close(self):
        self.is_open = False

    def decode(self, grey):
        text = self.texts[self.at]
        return [text] if isinstance(text, str) else list(text)


@pytest.fixture
def channel():
    return a_larger(Repository(), 3000)


@pytest.fixture
def taking(tmp_path, channel):
    return Taking(DeviceStore(tmp_path / "device"), root=channel.first_root, clock=lambda: NOW)


def read(camera, taking, tell=lambda words: None, **rest):
    try:
        return read_loop(camera, camera.decode, taking, tell, **rest)
    finally:
        assert not camera.is_open


def test_progress_is_told_in_words_each_time_it_changes(taking, channel):
    texts, lines = a_loop(channel).texts(), []
    assert read(Texts([text for text in texts for _ in range(3)]), taking, lines.append) is True
    shares = [int(re.fullmatch(r"Taking the update: ([0-9]+)%", line)[1]) for line in lines[:-1]]
    assert len(shares) > 5
    assert shares == sorted(set(shares))
    assert shares[0] == 0
    assert lines[-1] == "Taking the update: 100%, verified and switched to."


def test_a_loop_that_is_refused_is_told_in_short_at_once_and_in_a_sentence_once(tmp_path, channel):
    spent = Repository(NOW - 30 * DAY)
    taking = Taking(DeviceStore(tmp_path / "other"), root=spent.first_root, clock=lambda: NOW)
    lines = []
    with pytest.raises(ScannerError) as caught:
        read(Texts(a_loop(spent).texts() * 2), taking, lines.append)
    assert caught.value.code == "update_expired"
    assert lines[-1] == "Refused (update_expired); looking for another."
    assert caught.value.message not in "".join(lines)


def test_a_long_manifest_is_no_stall(taking, channel):
    texts, times = a_loop(channel).texts(), iter(range(0, 10_000_000, int(STALL_SECONDS) - 25))
    assert read(Texts(texts * 2), taking, clock=lambda: next(times)) is True


def test_two_screens_in_one_picture_are_read_together(taking, channel):
    texts = a_loop(channel).texts()
    half = len(texts) // 2
    pairs = [(first, second) for first, second in zip(texts[:half], texts[half : 2 * half], strict=True)]
    assert read(Texts(pairs * 2), taking) is True


def test_a_film_that_ends_a_camera_that_fails_and_no_code_are_told(taking, channel):
    texts = a_loop(channel).texts()
    with pytest.raises(ScannerError, match="no code of a trust update"):
        read(Texts(["VN1:ABC", ()]), taking)
    with pytest.raises(ScannerError, match="did not come whole"):
        read(Texts(texts[:4]), taking)
    with pytest.raises(CameraError):
        read(Texts(texts, failing_at=2), taking)


def test_a_reading_that_was_broken_off_goes_on_where_it_was(taking, channel):
    texts = a_loop(channel).texts()
    with pytest.raises(ScannerError):
        read(Texts(texts[:5]), taking)
    before = taking.progress.blocks
    assert read(Texts(texts[5:] + texts[:5]), taking) is True
    assert before > 0


def test_a_screen_that_shows_nothing_new_any_more_is_given_up(taking, channel):
    texts = a_loop(channel).texts()
    times = iter(range(0, 10_000, 10))
    camera = Texts(texts[:3] + texts[2:3] * 1000)
    with pytest.raises(ScannerError, match="did not come whole"):
        read(camera, taking, clock=lambda: next(times))
    assert camera.at < 20 + STALL_SECONDS / 10
