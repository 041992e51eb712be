"""Reads a loop from a camera until the device is updated, and says how far it has come.

One thread: a camera that waits for its next frame is the pace, a video or a folder of pictures is read as
fast as it can be. Left out: what is believed of the frames (`keys.loop`), and the window's own reading
(`scanner_app.loop.beside`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import cv2

from keys.loop.assembling import Progress
from keys.loop.taking import Taking
from scanner_app.camera.base import Camera, Picture
from scanner_app.errors import ScannerError
from scanner_app.pipeline import Grey

STALL_SECONDS = 60.0
"""So long without one new block, a camera is given up: nobody is showing anything."""


def read_loop(
    camera: Camera,
    read_codes: Callable[[Grey], list[str]],
    taking: Taking,
    tell: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Watch until the device holds what is shown; True when it was updated, False when it held it already.

    Args:
        tell: gets a line whenever there is something new to say.

    Raises `ScannerError` when the film ends or nothing comes any more, `CameraError` when the camera fails,
    `KeysError` for the device's own faults.
    """
    said, new_at = "", clock()
    for picture in _pictures(camera):
        for text in read_codes(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)):  # type: ignore[arg-type]
            done = taking.take(text)
            if done is not None:
                return done
        if (words := in_words(taking)) != said:
            said, new_at = words, clock()
            tell(said)
        elif clock() - new_at > STALL_SECONDS:
            break
    raise _not_whole(taking)


def in_words(taking: Taking) -> str:
    """How far the loop has come: "41 of 52 blocks"; or why what was shown is refused."""
    progress = taking.progress
    if progress is None:
        return taking.refusal.message if taking.refusal else ""
    return _of(progress)


def _of(progress: Progress) -> str:
    what = "blocks of the manifest" if progress.is_manifest else "blocks"
    return f"{progress.blocks} of {progress.of} {what}"


def _pictures(camera: Camera) -> Iterator[Picture]:
    try:
        camera.open()
        while (shot := camera.read()) is not None:
            yield shot.picture
    finally:
        camera.close()


def _not_whole(taking: Taking) -> ScannerError:
    if taking.progress is not None:
        return ScannerError(
            f"the loop of codes did not come whole ({_of(taking.progress)}); hold the camera on it for longer, and "
            "closer. What this device holds stays as it was",
            code="loop_not_whole",
        )
    if taking.refusal is not None:
        return ScannerError(taking.refusal.message, code=taking.refusal.code)
    return ScannerError(
        "no code of a trust update was seen; hold the camera on the other device's screen", code="no_loop"
    )
