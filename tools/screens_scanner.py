"""Pictures of the scanner's screens, taken from the real window under Xvfb.

`python -m tools.screens_scanner [FOLDER]` writes docs/screens/scanner/SIZE-LANGUAGE-SCREEN.png. The
people are made up and the keys are thrown away.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from bench.country import Country
from bench.people import DAY, Person, altered, card, frame_with, write_frame, write_trust
from bench.signers import ThrowawaySigner
from bench.stage import Display, Scanner
from keys.channel import bundle
from vaccine_pass.dates import PartialDate

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens" / "scanner"
SIZES = ((360, 720), (1280, 800))
SMALL = (320, 480)
POST = "Chốt Cầu Phù Đổng"
COMPLETE = Person()
PEOPLE = {
    "complete": COMPLETE,
    "begun": Person("Trần Văn Dũng", PartialDate(1984, 5, 12), 1, 2, 1, date(2021, 6, 21), 2),
    "none": Person("Lê Thị Hòa", PartialDate(1948), 0, serial=3),
    "long-name": Person("Công Tằng Tôn Nữ Nguyễn Phước Thị Hoàng Phương Thảo Quỳnh Như Diễm Hương", serial=4),
}
Pixels = np.ndarray


def main(folder: Path = FOLDER) -> list[Path]:
    """Take all pictures; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        studio = Studio(folder, Path(temporary))
        for size in SIZES:
            for screen, person in PEOPLE.items():
                if screen != "long-name":
                    studio.take_verdict(size, screen, person)
            studio.take_verdict(size, "refused", COMPLETE, text=altered)
            studio.take_verdict(size, "cannot-tell", COMPLETE, data_age_days=23)
            studio.take_scanning(size)
            studio.take_trouble(size)
            studio.take_loop(size)
        studio.take_verdict(SMALL, "long-name", PEOPLE["long-name"], data_age_days=9)
    return studio.taken


class Studio:
    """Opens the window on one scene after another and photographs it in both languages."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self._folder = folder
        self._temporary = temporary
        self._signer = ThrowawaySigner()
        self._scenes = 0
        self.taken: list[Path] = []

    def take_verdict(
        self,
        size: tuple[int, int],
        screen: str,
        person: Person,
        text: Callable[[str], str] = str,
        data_age_days: float = 0,
    ) -> None:
        """The verdict on a person's pass; `text` may change the pass first."""
        scene = self._scene(frame_with(card(text(person.text(self._signer)), person)))
        self._take(size, screen, scene, "verdict", data_age_days)

    def take_scanning(self, size: tuple[int, int]) -> None:
        """The scan screen with a pass held before it that is still too blurred to read."""
        shown = frame_with(card(COMPLETE.text(self._signer), COMPLETE, 300))
        scene = self._scene(cv2.GaussianBlur(shown, (0, 0), 5))
        self._take(size, "scan", scene, "camera", state="live")

    def take_trouble(self, size: tuple[int, int]) -> None:
        """The scan screen without a camera."""
        self._take(size, "no-camera", "99", "camera", state="camera_missing")

    def take_loop(self, size: tuple[int, int]) -> None:
        """The window that shows a trust update to another device's camera."""
        name, file = f"{size[0]}x{size[1]}", self._temporary / "update.loop"
        if not file.exists():
            country = Country.first_day(self._temporary / "country", int(time.time()))
            bundle.export(country.channel.current(), file)
        with Display(*size) as display, Scanner(
            display, "--from", str(file), "--rate", "1", "--size", name, command="show-update"
        ) as scanner:  # fmt: skip
            display.xdotool("mousemove", str(size[0] // 2), str(size[1] // 3))
            scanner.wait_for("ready")
            self._keep(scanner.settled(), f"{name}-vi-loop")
            display.xdotool("key", "l")
            scanner.wait_for("language")
            self._keep(scanner.settled(), f"{name}-en-loop")

    def _scene(self, frame: Pixels) -> str:
        self._scenes += 1
        folder = self._temporary / str(self._scenes)
        folder.mkdir()
        write_frame(folder / "frame.png", frame)
        return str(folder)

    def _take(
        self,
        size: tuple[int, int],
        screen: str,
        source: str,
        event: str,
        data_age_days: float = 0,
        **fields: str,
    ) -> None:
        name = f"{size[0]}x{size[1]}"
        signed_at = time.time() - data_age_days * DAY - 3600
        trust = write_trust(self._signer, self._temporary / "trust.json", signed_at)
        with Display(*size) as display, Scanner(
            display, "--trust", str(trust), "--source", source, "--size", name, "--post", POST
        ) as scanner:  # fmt: skip
            display.xdotool("mousemove", str(size[0] // 2), str(size[1] // 3))
            scanner.wait_for(event, **fields)
            self._keep(scanner.settled(), f"{name}-vi-{screen}")
            display.xdotool("key", "l")
            scanner.wait_for("language")
            self._keep(scanner.settled(), f"{name}-en-{screen}")

    def _keep(self, pixels: Pixels, name: str) -> None:
        path = self._folder / f"{name}.png"
        cv2.imwrite(str(path), pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
        self.taken.append(path)


if __name__ == "__main__":
    for taken in main(*map(Path, sys.argv[1:])):
        print(taken)
