"""A screen that nobody sees, and the real scanner window on it: started, watched and stopped.

For `bench/scan.py`, `tools/screens_scanner.py` and the tests. What is waited for is always a state
that the window reports (`--events`) or that stands in the pixels of the screen, never a time.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np

XWD_DEPTH, XWD_WIDTH, XWD_HEIGHT, XWD_STRIDE, XWD_COLOURS = 3, 4, 5, 12, 19
"""Places of 32-bit words in an X window dump's header (X11/XWDFile.h)."""


class StageError(Exception):
    """The screen or the window did not come to the state that was waited for."""


class Display:
    """An Xvfb of `width` by `height`, on a number that it chooses itself."""

    def __init__(self, width: int, height: int) -> None:
        if shutil.which("Xvfb") is None:
            raise StageError("Xvfb is not installed: apt install xvfb")
        self._folder = tempfile.mkdtemp(prefix="checkpoint-display-")
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-fbdir", self._folder],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as stream:
            number = stream.readline().strip()
        if not number:
            self.close()
            raise StageError("Xvfb did not start")
        self.name = f":{number}"

    def pixels(self) -> np.ndarray:
        """What stands on the screen now: height x width x 3, red-green-blue."""
        content = (Path(self._folder) / "Xvfb_screen0").read_bytes()
        header = struct.unpack_from(">25I", content)
        start = header[0] + 12 * header[XWD_COLOURS]
        height, stride = header[XWD_HEIGHT], header[XWD_STRIDE]
        rows = np.frombuffer(content, np.uint8, height * stride, start).reshape(height, stride)
        return rows.reshape(height, -1, 4)[:, : header[XWD_WIDTH], 2::-1]

    def xdotool(self, *arguments: str) -> None:
        """Press keys and move the mouse as a hand would."""
        subprocess.run(["xdotool", *arguments], env=self.environment(), check=True, timeout=20)

    def environment(self) -> dict[str, str]:
        """The environment of a program that shall appear here."""
        return {**os.environ, "DISPLAY": self.name, "SDL_VIDEODRIVER": "x11"}

    def close(self) -> None:
        """End Xvfb and forget its pixels."""
        self._process.terminate()
        self._process.wait(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Scanner:
    """A window of `checkpoint-scanner` (`run`, or another `command`) on a display, and all that it reported so far."""

    def __init__(
        self,
        display: Display,
        *arguments: str,
        cwd: Path | None = None,
        program: Sequence[str] = ("-m", "scanner_app.cli"),
        variables: Mapping[str, str] | None = None,
        command: str = "run",
    ) -> None:
        self.display = display
        self.events: list[dict] = []
        self._news = threading.Condition()
        root = Path(__file__).resolve().parents[1]
        environment = display.environment() | {"PYTHONPATH": str(root)} | dict(variables or {})
        self.process = subprocess.Popen(
            [sys.executable, *program, command, "--events", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=cwd,
        )
        self.complaints: list[str] = []
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_complaints, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def wait_for(self, event: str, after: int = 0, timeout: float = 30.0, **fields: object) -> dict:
        """The first `event` with these fields among the events from number `after` on."""

        def found() -> dict | None:
            wanted = {"event": event, **fields}.items()
            return next((e for e in self.events[after:] if wanted <= e.items()), None)

        with self._news:
            self._news.wait_for(lambda: found() or self._over(), timeout)
            result = found()
        if result is None:
            raise StageError(f"no {event} {fields} among {self.events[after:]}\n{''.join(self.complaints)}")
        return result

    def wait_until(self, state: Callable[[np.ndarray], bool], timeout: float = 10.0) -> np.ndarray:
        """The screen's pixels as soon as `state` holds of them."""
        end = time.monotonic() + timeout
        while not state(pixels := self.display.pixels()):
            if time.monotonic() > end:
                raise StageError("the screen did not come to the state waited for")
            with self._news:
                self._news.wait(0.05)
        return pixels

    def settled(self, readings: int = 8) -> np.ndarray:
        """The screen's pixels when so many readings in a row, 0.05 s apart, were the same."""
        seen: list[np.ndarray] = []

        def still(pixels: np.ndarray) -> bool:
            if seen and not (pixels == seen[-1]).all():
                seen.clear()
            seen.append(pixels)
            return len(seen) >= readings

        return self.wait_until(still)

    def stop(self) -> int:
        """Ask the window to close; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for reader in self._readers:
            reader.join(5)
        return code

    def _over(self) -> bool:
        return not self._readers[0].is_alive()

    def _read_events(self) -> None:
        for line in self.process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _read_complaints(self) -> None:
        self.complaints.extend(self.process.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
