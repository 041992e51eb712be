"""The real window under Xvfb, with a folder of pictures as the camera, driven by keys and mouse."""

import signal
import time

import numpy as np

from bench.people import Person, card, frame_with, write_frame
from tests.scanner_app.screens.conftest import HEIGHT, NAMES, WIDTH
from vaccine_pass.appearance import LOOKS
from vaccine_pass.status import Status
from vaccine_pass.verdict import Outcome

COLOURS = {key.value: look.colour for key, look in LOOKS.items()}
INKS = {key.value: look.ink for key, look in LOOKS.items()}
PLAIN = (HEIGHT * 7 // 10, 24)
"""A place of the verdict screen (row, column) where nothing is written."""


def shows(colour):
    rgb = tuple(bytes.fromhex(colour[1:]))
    return lambda pixels: tuple(pixels[PLAIN]) == rgb


def test_five_people_are_judged_and_each_verdict_fills_the_screen(a_scanner, display, queue_of_people):
    scanner = a_scanner("--source", str(queue_of_people), "--each", "0.3")
    scanner.wait_for("ready")
    found, after = {}, 0
    while len(found) < 5:
        event = scanner.wait_for("verdict", after)
        after = scanner.events.index(event, after) + 1
        found[event["verdict"]] = event
        pixels = scanner.wait_until(shows(COLOURS[event["verdict"]]))
        ink = tuple(bytes.fromhex(INKS[event["verdict"]][1:]))
        assert (pixels == ink).all(axis=2).mean() > 0.02  # shape and words stand on it
        display.xdotool("key", "Return")
        scanner.wait_for("screen", after, name="scan")
    assert set(found) == {"complete", "partial", "none", "refused", "cannot_tell"}
    assert found["refused"]["reason"] == "bad_signature"
    assert found["refused"]["key_id"] == "unknown"
    assert found["cannot_tell"]["reason"] == "newer_format"
    told = str(scanner.events)
    assert not any(name in told or name.encode("unicode_escape").decode() in told for name in NAMES)


def test_before_any_dose_the_screen_has_a_broad_black_border(a_scanner, signer, tmp_path):
    person = Person(doses=0)
    write_frame(tmp_path / "a.png", frame_with(card(person.text(signer), person)))
    scanner = a_scanner("--source", str(tmp_path))
    scanner.wait_for("verdict", verdict="none")
    pixels = scanner.wait_until(shows("#FFFFFF"))
    border = [pixels[HEIGHT // 2, 4], pixels[4, WIDTH // 2], pixels[HEIGHT - 4, WIDTH // 2]]
    assert all(tuple(colour) == (0x11, 0x11, 0x11) for colour in border)


def test_the_buttons_answer_for_the_id_card_and_the_same_code_is_not_a_new_person(a_scanner, display, signer, tmp_path):
    person = Person()
    write_frame(tmp_path / "a.png", frame_with(card(person.text(signer), person)))
    scanner = a_scanner("--source", str(tmp_path))
    scanner.wait_for("verdict")
    scanner.wait_until(shows(COLOURS["complete"]))
    display.xdotool("mousemove", str(WIDTH * 3 // 4), str(HEIGHT - 45), "click", "1")
    assert scanner.wait_for("card")["match"] is False
    scanner.wait_for("screen", name="scan")
    assert sum(event["event"] == "verdict" for event in scanner.events) == 1
    display.xdotool("mousemove", str(WIDTH // 2), str(HEIGHT // 3))


def test_the_language_changes_at_once(a_scanner, display, signer, tmp_path):
    person = Person()
    write_frame(tmp_path / "a.png", frame_with(card(person.text(signer), person)))
    scanner = a_scanner("--source", str(tmp_path))
    scanner.wait_for("verdict")
    before = scanner.wait_until(shows(COLOURS["complete"]))
    display.xdotool("key", "l")
    assert scanner.wait_for("language")["language"] == "en"
    scanner.wait_until(lambda pixels: (pixels != before).any())


def test_the_next_person_comes_by_time_where_it_is_set_so(a_scanner, queue_of_people):
    scanner = a_scanner("--source", str(queue_of_people), "--each", "0.3", "--next-after", "0.2")
    scanner.wait_for("next", by="time")
    scanner.wait_for("verdict", scanner.events.index({"event": "next", "by": "time"}))


def test_a_missing_camera_is_told_and_the_window_lives(a_scanner, display):
    scanner = a_scanner("--source", "99")
    scanner.wait_for("camera", state="camera_missing")
    pixels = scanner.wait_until(lambda shown: (shown[HEIGHT // 2 - 60 : HEIGHT // 2 + 60] > 200).any())
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    display.xdotool("key", "l")
    scanner.wait_for("language", language="en")


def test_a_camera_that_comes_later_is_taken(a_scanner, tmp_path):
    film = tmp_path / "film.avi"
    scanner = a_scanner("--source", str(film))
    scanner.wait_for("camera", state="source_missing")
    _write_film(tmp_path / "other.avi").rename(film)
    scanner.wait_for("camera", state="live")


def _write_film(path):
    import cv2

    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25, (320, 240))
    for _ in range(25):
        writer.write(np.full((240, 320, 3), 120, np.uint8))
    writer.release()
    return path


def test_closing_ends_every_thread_and_leaves_nothing_on_the_disk(a_scanner, queue_of_people, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    scanner = a_scanner("--source", str(queue_of_people), variables={"HOME": str(home), "TMPDIR": str(home)})
    scanner.wait_for("verdict")
    begun = time.monotonic()
    scanner.process.send_signal(signal.SIGTERM)
    assert scanner.stop() == 0
    assert time.monotonic() - begun < 3
    assert scanner.events[-1] == {"event": "stopped", "clean": True}
    assert scanner.complaints == []
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    contents = b"".join(path.read_bytes() for path in left if path.suffix != ".png")
    assert not [path for path in left if "kivy" in str(path).lower()]
    assert not any(name.encode() in contents for name in NAMES)


FAULTY = """
import sys
import scanner_app.face as face
real, failed = face.face_of, []
def face_of(*arguments):
    if not failed:
        failed.append(1)
        raise RuntimeError("something of ours")
    return real(*arguments)
face.face_of = face_of
from scanner_app.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_fault_shows_one_sentence_and_the_scanner_goes_on(a_scanner, signer, tmp_path):
    person = Person()
    (tmp_path / "faulty.py").write_text(FAULTY)
    write_frame(tmp_path / "a.png", frame_with(card(person.text(signer), person)))
    scanner = a_scanner("--source", str(tmp_path), program=(str(tmp_path / "faulty.py"),))
    scanner.wait_for("fault")
    scanner.wait_for("verdict", verdict=Status.COMPLETE.value)
    scanner.stop()
    assert scanner.complaints == ["checkpoint-scanner: a callback failed: RuntimeError: something of ours\n"]


def test_outcomes_have_colours_of_their_own():
    assert COLOURS[Outcome.CANNOT_TELL.value] != COLOURS[Outcome.REFUSED.value]
