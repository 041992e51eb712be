"""A folder of pictures as a camera: each is shown for a settable time, in the order of the names.

A real camera goes on sending frames of what stands before it, and so does this one.
"""

from __future__ import annotations

from pathlib import Path

import cv2

from scanner_app.camera.base import Picture, Shot
from scanner_app.errors import CameraError

RATE = 20.0
"""Frames a second."""
KINDS = (".png", ".jpg", ".jpeg", ".bmp")


class FolderCamera:
    """Shows the pictures of `folder`, again from the first at the end unless `once`."""

    def __init__(self, folder: Path, *, seconds_each: float = 2.0, once: bool = False) -> None:
        self._folder = folder
        self._frames_each = max(1, round(seconds_each * RATE))
        self._once = once
        self._paths: list[Path] = []
        self._count = 0
        self._picture: Picture | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    def open(self) -> None:
        """List the pictures; `CameraError` when there is none."""
        self.close()
        try:
            found = sorted(p for p in self._folder.iterdir() if p.suffix.lower() in KINDS)
        except OSError as error:
            raise CameraError(f"the folder {self._folder} cannot be read", code="source_missing") from error
        if not found:
            raise CameraError(f"there is no picture in {self._folder}", code="source_missing")
        self._paths = found

    def read(self) -> Shot | None:
        """The picture whose turn it is; None after the last one of a folder shown once."""
        if not self._paths:
            raise CameraError(f"{self.name} is not open", code="camera_lost")
        turn, frame = divmod(self._count, self._frames_each)
        if self._once and turn >= len(self._paths):
            return None
        if frame == 0 or self._picture is None:
            self._picture = _load(self._paths[turn % len(self._paths)])
        self._count += 1
        return Shot(self._picture, 1 / RATE)

    def close(self) -> None:
        """Forget the pictures and begin with the first next time."""
        self._paths, self._count, self._picture = [], 0, None


def _load(path: Path) -> Picture:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise CameraError(f"{path} is not a picture that can be read", code="source_unreadable")
    return picture  # type: ignore[return-value]
