"""From a camera to texts: capture thread → queue of one frame → decoder thread → `take()`.

The owner is told through `wake` that something is there, and takes it on its own thread; the
verdict is computed there. Plain Python. Left out: what a text means, and every screen.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner_app.camera.base import Camera, Picture, Shot
from scanner_app.errors import CameraError
from scanner_app.newest import Newest

log = logging.getLogger(__name__)

Grey = NDArray[np.uint8]
DARK_LEVEL = 16
"""A frame whose brightest part stays under this (of 255) shows nothing: lens cap, dead sensor."""
DARK_FRAMES = 8
"""So many dark frames one after another are a fault, not a hand that passed by."""
STALL_SECONDS = 3.0
"""A camera that is open and sends nothing for so long is reported."""
WAITING_MOST = 16


@dataclass(frozen=True, slots=True)
class Frame:
    """A captured picture with its number since the start and `time.monotonic()` of its capture."""

    number: int
    picture: Picture
    captured_at: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """The texts of all codes in one frame; never empty."""

    texts: tuple[str, ...]
    frame: int
    captured_at: float


class Condition(Enum):
    """How the camera is doing."""

    OPENING = "opening"
    LIVE = "live"
    DARK = "dark"
    STALLED = "stalled"
    ENDED = "ended"
    FAILED = "failed"


class Pipeline:
    """Runs one camera and one decoder until `stop`.

    Args:
        camera: where the frames come from; opened and closed on the capture thread.
        read_codes: all QR texts of one grey frame.
        wake: called from a worker thread when `take` has something new.
        retry_after: seconds between two attempts to open a camera that failed.
    """

    def __init__(
        self,
        camera: Camera,
        read_codes: Callable[[Grey], list[str]],
        wake: Callable[[], object],
        retry_after: float = 1.0,
    ) -> None:
        self._camera = camera
        self._read_codes = read_codes
        self._wake = wake
        self._retry_after = retry_after
        self._stopping = threading.Event()
        self._frames: Newest[Frame] = Newest()
        self._sightings: deque[Sighting] = deque(maxlen=WAITING_MOST)
        self._condition, self._failure = Condition.OPENING, ""
        self._dark_frames = self._captured = 0
        self._latest: Frame | None = None
        self._threads = [
            threading.Thread(target=self._capture, name="capture", daemon=True),
            threading.Thread(target=self._decode, name="decode", daemon=True),
        ]

    @property
    def latest(self) -> Frame | None:
        """The newest frame, for the preview."""
        return self._latest

    @property
    def failure(self) -> str:
        """The code of the last `CameraError` while the condition is FAILED, else empty."""
        return self._failure

    def condition(self, now: float) -> Condition:
        """How the camera is doing at `now` (`time.monotonic()`)."""
        frame = self._latest
        if self._condition is Condition.LIVE and frame and now - frame.captured_at > STALL_SECONDS:
            return Condition.STALLED
        if self._condition is Condition.LIVE and self._dark_frames >= DARK_FRAMES:
            return Condition.DARK
        return self._condition

    def take(self) -> Sighting | None:
        """The oldest sighting that nobody took yet."""
        try:
            return self._sightings.popleft()
        except IndexError:
            return None

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 2.0) -> bool:
        """End both threads; True when they were gone within `patience` seconds each.

        A driver that hangs inside a read cannot be interrupted: its thread is a daemon and dies
        with the process.
        """
        self._stopping.set()
        self._frames.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(patience)
        return not any(thread.is_alive() for thread in self._threads)

    def _capture(self) -> None:
        while not self._stopping.is_set():
            try:
                self._camera.open()
                self._follow_camera()
                return
            except CameraError as error:
                self._fail(error.code)
            except Exception as error:  # noqa: BLE001
                # A driver's own fault is no reason to stop scanning for the day.
                _log_fault("the camera failed", error)
                self._fail("camera_fault")
            finally:
                self._camera.close()
            self._stopping.wait(self._retry_after)

    def _fail(self, code: str) -> None:
        self._failure, self._condition = code, Condition.FAILED
        self._latest = None
        self._wake()

    def _follow_camera(self) -> None:
        """Pass frames on until the source ends or the pipeline stops."""
        due = time.monotonic()
        while not self._stopping.is_set():
            shot = self._camera.read()
            if shot is None:
                self._condition = Condition.ENDED
                self._wake()
                return
            self._pass_on(shot)
            # Pace from the due time, not from now, so that a slow frame does not slow the film.
            due = max(due + shot.hold, time.monotonic() - shot.hold)
            self._stopping.wait(max(0.0, due - time.monotonic()))

    def _pass_on(self, shot: Shot) -> None:
        frame = Frame(self._captured, shot.picture, time.monotonic())
        self._captured += 1
        self._latest = frame
        self._condition, self._failure = Condition.LIVE, ""
        self._frames.put(frame)

    def _decode(self) -> None:
        while (frame := self._frames.take()) is not None:
            try:
                self._look_at(frame)
            except Exception as error:  # noqa: BLE001
                # One frame that a library cannot bear must not blind the lane.
                _log_fault("a frame could not be decoded", error)

    def _look_at(self, frame: Frame) -> None:
        grey = cv2.cvtColor(frame.picture, cv2.COLOR_BGR2GRAY)
        if int(grey[::8, ::8].max()) < DARK_LEVEL:
            self._dark_frames += 1
            return
        self._dark_frames = 0
        if texts := self._read_codes(grey):  # type: ignore[arg-type]
            self._sightings.append(Sighting(tuple(texts), frame.number, frame.captured_at))
            self._wake()


def _log_fault(what: str, error: Exception) -> None:
    log.error("%s: %s: %s", what, type(error).__name__, error)
    log.debug("traceback", exc_info=error)
