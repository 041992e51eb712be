"""A row in a clerk's file becomes a record, a pass, a picture on a phone, a video, and a verdict.

Everything is the real thing: the commands in processes of their own, SQLite, the encrypted keys,
the trust channel on a stick, the drawing, a film of the phone, and the scanner's window on a screen that is looked at.
"""

import csv
import json
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest

from bench.people import altered
from bench.phone import phone_showing, write_video
from bench.stage import Display, Scanner
from tests.conftest import ROOT
from vaccine_pass.appearance import LOOKS
from vaccine_pass.reasons import Outcome
from vaccine_pass.status import Status, status_of
from verifier_server.drawing import bulk_png

RECORDS = """full_name,dob,id_number,vaccine,dose_number,dose_date,lot,site
Nguyễn Thị Hoàng Phương Thảo,31/01/1990,001190000001,PFIZER,2,30/07/2021,FF2832,Trạm y tế Phù Đổng
Trần Văn Dũng,12/05/1984,001084000002,AZ,1,21/06/2021,ABX5101,Trạm y tế Phù Đổng
Lê Thị Hòa,--/05/1948,,,0,,,
"""
SCREEN = (360, 720)


def command(module, *arguments, cwd):
    """Run one of the project's commands as its user does, and return what it printed."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The folder in which three rows of a file became three passes, and the result's rows."""
    folder = tmp_path_factory.mktemp("journey")
    (folder / "records.csv").write_text(RECORDS, encoding="utf-8")
    command("keys.cli", "init", "--demo", cwd=folder)
    command("verifier_server.cli", "init-db", cwd=folder)
    command("verifier_server.cli", "issue", "--in", "records.csv", "--out", "out", cwd=folder)
    command("keys.cli", "export-bundle", "--out", "stick", cwd=folder)
    pinned = ("--root", "stick/metadata/1.root.json", "--trust", "device")
    command("scanner_app.cli", "update", "--from", "stick", *pinned, cwd=folder)
    with (folder / "out" / "results.csv").open(encoding="utf-8", newline="") as file:
        return folder, list(csv.DictReader(file))


def test_the_command_line_accepts_the_pictures_that_were_issued(issued):
    folder, rows = issued
    pictures = [f"out/{row['image']}" for row in rows]
    lines = command("scanner_app.cli", "verify", "--trust", "device", "--json", *pictures, cwd=folder)
    answers = [json.loads(line) for line in lines.splitlines()]
    assert [answer["status"] for answer in answers] == ["complete", "partial", "none"]
    assert answers[0]["name"] == "Nguyễn Thị Hoàng Phương Thảo"
    assert answers[2]["date_of_birth"] == "1948-05"


def test_the_window_shows_each_phones_verdict_in_its_colour(issued, tmp_path):
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed, so there is no screen to look at")
    folder, rows = issued
    expected = [Status.COMPLETE, Status.PARTIAL, Status.NONE, Outcome.REFUSED]
    video = write_video(tmp_path / "queue.avi", phones_of(folder, rows), seconds=2.4)
    with Display(*SCREEN) as display:
        arguments = ("--trust", str(folder / "device"), "--source", str(video), "--once")
        size = f"{SCREEN[0]}x{SCREEN[1]}"
        with Scanner(display, *arguments, "--size", size, "--next-after", "1.5", cwd=tmp_path) as scanner:
            seen = 0
            for state in expected:
                scanner.wait_for("verdict", after=seen, verdict=state.value)
                scanner.wait_until(lambda pixels, look=LOOKS[state]: fills(pixels, look.colour))
                seen = len(scanner.events)
    assert not scanner.complaints, "".join(scanner.complaints)


def phones_of(folder, rows):
    """Return the phones of the three people, and of a forger who changed a letter of the first."""
    pictures = [cv2.imread(str(folder / "out" / row["image"])) for row in rows]
    forged = bulk_png(altered(rows[0]["text"]), status=status_of(2, 2), doses=2, series=2)
    pictures.append(cv2.imdecode(np.frombuffer(forged, np.uint8), cv2.IMREAD_COLOR))
    return [phone_showing(picture) for picture in pictures]


def fills(pixels, colour):
    """Say whether a colour fills at least 40% of the screen: the verdict, and nothing else."""
    wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
    close = np.abs(pixels.astype(int) - wanted).max(axis=2) <= 6
    return close.mean() >= 0.4
