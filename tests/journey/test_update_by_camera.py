"""From one device's screen to another one's camera: the window that shows, a shaky camera, a verdict that changes.

The codes are taken from the real window on a screen that is looked at, filmed as from a phone in a hand, a
fifth of the film thrown away, and read by the other device's own command.
"""

import json
import random
import shutil
import subprocess
import sys
import time

import cv2
import pytest

from bench.people import Person
from bench.phone import held, phone_showing
from bench.stage import Display, Scanner
from keys.loop import keeping, loop
from scanner_app.decoding import Decoder
from tests.conftest import ROOT
from tests.keys.client.repository import PASS_SIGNER, Repository
from tests.keys.loop.builders import a_larger, a_loop
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet

SCREEN = (480, 800)
LOST = 0.2


@pytest.fixture
def scanner_command(tmp_path):
    """Runs one of the scanner's commands for a device: `scanner_command(device, "trust")`."""
    def run(device, *arguments, stdin=b""):
        command = [sys.executable, "-m", "scanner_app.cli", *map(str, arguments), "--trust", str(tmp_path / device)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            command, input=stdin, capture_output=True, cwd=tmp_path, env=environment, timeout=100, check=False
        )

    return run


@pytest.fixture
def display():
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed, so there is no screen to show a loop on")
    with Display(*SCREEN) as shown:
        yield shown


def stick_of(repository, folder):
    """A stick with a channel and its loop on it; its folder."""
    repository.write_to(folder)
    (folder / "loop").mkdir(exist_ok=True)
    (folder / keeping.PATH).write_bytes(a_loop(repository).to_bytes())
    return folder


def codes_on(display, window, count):
    """The screen's pixels for each different code, until so many were seen."""
    seen, decoder = {}, Decoder()

    def all_seen(pixels):
        for text in decoder.read(cv2.cvtColor(pixels.copy(), cv2.COLOR_RGB2GRAY)):
            seen.setdefault(text, pixels[:, :, ::-1].copy())
        return len(seen) >= count

    window.wait_until(all_seen, timeout=60)
    return list(seen.values())


def filmed(screens, path, rounds=3, seed=5):
    """A film of these screens, one after another, held in a hand, a fifth of its frames lost; the path again."""
    dice = random.Random(seed)
    phones = [phone_showing(screen, width=430, height=700) for screen in screens] * rounds
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (1280, 720))
    for frame in held(phones, 10, dice):
        if dice.random() >= LOST:
            writer.write(frame)
    writer.release()
    return path


def verdict_of(result):
    answer = json.loads(result.stdout)
    return answer["outcome"], answer["reason"]


def test_a_revocation_goes_from_screen_to_camera_and_the_verdict_changes(display, scanner_command, tmp_path):
    now = int(time.time())
    person = Person()
    channel = a_larger(Repository(now), 2500, now)
    root = tmp_path / "root.json"
    root.write_bytes(channel.first_root)
    for device in ("shows", "reads"):
        stick = stick_of(channel, tmp_path / "stick")
        assert scanner_command(device, "update", "--from", stick, "--root", root).returncode == 0
    text = person.text(PASS_SIGNER).encode()
    assert verdict_of(scanner_command("reads", "verify", "--json", stdin=text)) == ("accepted", None)

    news = channel.put("revocation/base.bin", encode_base(SerialSet.of([person.serial]), 2, now), now)
    assert scanner_command("shows", "update", "--from", stick_of(news, tmp_path / "stick")).returncode == 0

    count = len(set(loop.from_bytes((tmp_path / "shows" / "update.loop").read_bytes()).texts()))
    arguments = ("--trust", str(tmp_path / "shows"), "--size", "x".join(map(str, SCREEN)))
    with Scanner(display, *arguments, command="show-update", cwd=tmp_path) as window:
        assert window.wait_for("ready")["frames"] >= count
        film = filmed(codes_on(display, window, count), tmp_path / "film.avi")

    result = scanner_command("reads", "update", "--from-camera", film)
    assert (result.returncode, result.stdout[:8]) == (0, b"Updated."), result.stderr
    assert verdict_of(scanner_command("reads", "verify", "--json", stdin=text)) == ("refused", "revoked")
