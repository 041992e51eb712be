"""A camera of this machine, through OpenCV and Video4Linux.

Asks for 1280x720: a pass of 594 characters (QR version 15, 77 modules) needs about 4 pixels a
module. Left out: focus and torch, which OpenCV reaches only on some devices.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2

from scanner_app.camera.base import Shot
from scanner_app.errors import CameraError

# What OpenCV thinks of a camera that fails belongs on the screen, in our words.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

WIDTH, HEIGHT = 1280, 720


class DeviceCamera:
    """Camera number `index` (/dev/video0 is 0)."""

    def __init__(self, index: int, capture: Any = cv2.VideoCapture, devices: Path = Path("/dev")) -> None:
        self._index = index
        self._folder = devices
        self._capture = capture
        self._device: Any = None

    @property
    def name(self) -> str:
        """As people say it: "camera 0"."""
        return f"camera {self._index}"

    def open(self) -> None:
        """Open the device; `CameraError` says whether it is missing or in use."""
        self.close()
        path = self._folder / f"video{self._index}"
        if not path.exists():
            raise CameraError(f"{self.name} is not connected: there is no {path}", code="camera_missing")
        if not os.access(path, os.R_OK | os.W_OK):
            raise CameraError(
                f"{self.name} ({path}) may not be used: add this user to the group video",
                code="camera_denied",
            )
        device = self._capture(self._index, cv2.CAP_V4L2)
        if not device.isOpened():
            device.release()
            raise CameraError(f"{self.name} ({path}) does not open: another program uses it", code="camera_busy")
        device.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        device.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
        # One buffered frame: an older one would show the person before.
        device.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._device = device

    def read(self) -> Shot | None:
        """The next frame; the device itself waits for it."""
        if self._device is None:
            raise CameraError(f"{self.name} is not open", code="camera_lost")
        good, picture = self._device.read()
        if not good or picture is None:
            raise CameraError(f"{self.name} gives no more frames: was it unplugged?", code="camera_lost")
        return Shot(picture)

    def close(self) -> None:
        """Release the device."""
        if self._device is not None:
            self._device.release()
            self._device = None
