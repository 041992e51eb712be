"""Sources of frames behind one small interface: a device, a video file, a folder of pictures.

`open_camera` chooses by what the officer wrote after `--source`.
"""

from __future__ import annotations

from pathlib import Path

from scanner_app.camera.base import Camera, Shot
from scanner_app.camera.device import DeviceCamera
from scanner_app.camera.folder import FolderCamera
from scanner_app.camera.video import VideoCamera

__all__ = ["Camera", "DeviceCamera", "FolderCamera", "Shot", "VideoCamera", "open_camera"]


def open_camera(source: str, *, seconds_each: float = 2.0, once: bool = False) -> Camera:
    """The camera that `source` names; nothing is opened yet.

    A number is a device index, a folder is shown picture by picture (each for `seconds_each`
    seconds), anything else is a video file. `once`: stop at the end instead of starting again.
    """
    if source.isdecimal():
        return DeviceCamera(int(source))
    if Path(source).is_dir():
        return FolderCamera(Path(source), seconds_each=seconds_each, once=once)
    return VideoCamera(Path(source), once=once)
