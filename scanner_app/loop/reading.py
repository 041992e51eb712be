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

_SWITCHED = "Taking the update: 100%, verified and switched to."
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
        tell: gets a line whenever there is something new to say; why all was refused is said by the error alone.

    Raises `ScannerError` when the film ends or nothing comes any more, `CameraError` when the camera fails,
    `KeysError` for the device's own faults.
    """
    said, seen, new_at = "", _state(taking), clock()
    for picture in _pictures(camera):
        for text in read_codes(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)):  # type: ignore[arg-type]
            done = taking.take(text)
            if done:
                tell(_SWITCHED)
            if done is not None:
                return done
        if (words := in_words(taking)) != said:
            said = words
            tell(said)
        if (state := _state(taking)) != seen:
            seen, new_at = state, clock()
        elif clock() - new_at > STALL_SECONDS:
            break
    raise _not_whole(taking)


def in_words(taking: Taking) -> str:
    """How far the loop has come, as a share of the whole: "Taking the update: 62%"; or that it is refused."""
    progress = taking.progress
    if progress is not None:
        return f"Taking the update: {_percent(progress)}%"
    return f"Refused ({taking.refusal.code}); looking for another." if taking.refusal else ""


def _state(taking: Taking) -> tuple[Progress | None, str]:
    return taking.progress, taking.refusal.message if taking.refusal else ""


def _percent(progress: Progress) -> int:
    """How much is there; how much there is in all is known once the manifest is, which is a small part."""
    return 0 if progress.is_manifest else 100 * progress.blocks // progress.of


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
            f"the loop of codes did not come whole ({_percent(taking.progress)}% was seen); hold the camera on it for "
            "longer, and closer. What this device holds stays as it was",
            code="loop_not_whole",
        )
    if taking.refusal is not None:
        return ScannerError(taking.refusal.message, code=taking.refusal.code)
    return ScannerError(
        "no code of a trust update was seen; hold the camera on the other device's screen", code="no_loop"
    )
