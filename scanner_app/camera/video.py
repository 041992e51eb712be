"""A video file as a camera, at its own pace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

from scanner_app.camera.base import Shot
from scanner_app.errors import CameraError

USUAL_RATE = 25.0
"""Frames a second of a file that does not say."""


class VideoCamera:
    """Plays `path` frame by frame, from the start again at the end unless `once`."""

    def __init__(self, path: Path, *, once: bool = False) -> None:
        self._path = path
        self._once = once
        self._video: Any = None
        self._hold = 1 / USUAL_RATE

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def open(self) -> None:
        """Open the file; `CameraError` when it is missing or no video."""
        self.close()
        if not self._path.is_file():
            raise CameraError(f"there is no video or folder {self._path}", code="source_missing")
        video = cv2.VideoCapture(str(self._path))
        if not video.isOpened():
            video.release()
            raise CameraError(f"{self._path} is not a video that can be read", code="source_unreadable")
        self._hold = 1 / _rate(video.get(cv2.CAP_PROP_FPS))
        self._video = video

    def read(self) -> Shot | None:
        """The next frame; None at the end of a file played once."""
        if self._video is None:
            raise CameraError(f"{self.name} is not open", code="camera_lost")
        good, picture = self._video.read()
        if not good and not self._once:
            self._video.set(cv2.CAP_PROP_POS_FRAMES, 0)
            good, picture = self._video.read()
            if not good:
                raise CameraError(f"{self._path} holds no frame", code="source_unreadable")
        return Shot(picture, self._hold) if good else None

    def close(self) -> None:
        """Close the file."""
        if self._video is not None:
            self._video.release()
            self._video = None


def _rate(stated: float) -> float:
    """The stated frames a second where they can be meant, else the usual."""
    return stated if 1.0 <= stated <= 240.0 else USUAL_RATE
