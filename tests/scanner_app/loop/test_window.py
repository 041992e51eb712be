"""The window that shows a loop, on a screen that nobody sees: its pixels, its keys, its words."""

import time

import cv2
import pytest

from bench.stage import Scanner
from keys.loop import keeping
from scanner_app.decoding import Decoder
from scanner_app.errors import ScannerError
from scanner_app.loop.facts import Facts
from scanner_app.loop.options import checked_rate
from tests.keys.client.repository import DAY, Repository
from tests.keys.loop.builders import a_loop

DECODER = Decoder()


@pytest.fixture
def a_window(display, tmp_path):
    """Starts `show-update`: `a_window("--from", file)`; stopped after the test."""
    started = []

    def start(*arguments):
        words = ["--size", "360x720", *map(str, arguments)]
        started.append(Scanner(display, *words, cwd=tmp_path, command="show-update"))
        return started[-1]

    yield start
    for window in started:
        window.stop()


def code_in(pixels):
    return DECODER.read(cv2.cvtColor(pixels.copy(), cv2.COLOR_RGB2GRAY))


def test_every_code_of_a_round_comes_on_the_screen_on_white(a_window, first_device):
    texts = set(keeping.kept(first_device).texts())
    window, seen = a_window("--rate", "5"), set()
    assert window.wait_for("ready")["frames"] == len(texts)

    def all_seen(pixels):
        seen.update(code_in(pixels))
        return seen == texts

    pixels = window.wait_until(all_seen, timeout=60)
    assert (pixels[::7, 2] == 255).all()  # the margin
    assert (pixels > 250).mean() > 0.5


def test_it_goes_at_the_rate_that_was_asked_for_and_begins_again(a_window, first_device):
    count = len(keeping.kept(first_device).texts())
    window = a_window("--rate", "20")
    window.wait_for("round", number=1)
    begun = time.monotonic()
    window.wait_for("round", number=3)
    assert time.monotonic() - begun > 1.6 * count / 20


def test_a_key_changes_the_language_and_another_ends_it(a_window, first_device, display):
    window = a_window("--rate", "1")
    window.wait_for("ready")
    display.xdotool("mousemove", "180", "300", "key", "l")
    window.wait_for("language", language="en")
    display.xdotool("key", "q")
    window.wait_for("stopped", clean=True)
    assert window.process.wait(timeout=20) == 0
    assert window.complaints == []


def test_data_that_has_ended_is_shown_in_another_colour(a_window, display, tmp_path):
    file, now = tmp_path / "old.loop", int(time.time())
    yellow = {}
    for name, at in (("old", now - 9 * DAY), ("new", now)):
        file.write_bytes(a_loop(Repository(at)).to_bytes())
        window = a_window("--from", file, "--rate", "1")
        window.wait_for("ready")
        pixels = window.wait_until(lambda shown: bool(code_in(shown)), timeout=30)
        yellow[name] = int(((pixels[:, :, 0] > 240) & (pixels[:, :, 1] > 190) & (pixels[:, :, 2] < 40)).sum())
        window.stop()
    assert yellow["old"] > 1000
    assert yellow["new"] == 0


def test_without_a_screen_it_says_so(run_scanner, first_device):
    result = run_scanner("show-update")
    assert result.returncode == 1
    assert b"there is no screen" in result.stderr
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize("rate", [0, 0.5, 21, float("nan"), float("inf")])
def test_a_rate_that_no_camera_follows_is_refused(rate):
    with pytest.raises(ScannerError):
        checked_rate(rate)


def test_words_of_dates_that_no_calendar_holds_are_still_words():
    from scanner_app.loop import labels

    assert labels.signed(Facts(1e18, None, 1, False, 1), "vi") == "Không rõ ngày ký"
    assert labels.signed(Facts(None, None, 1, True, 1), "en") == "DEMO · No date of signing"
