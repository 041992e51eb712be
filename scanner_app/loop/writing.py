"""A loop as pictures, one file for each frame, or as a moving picture: to print, to project, and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from scanner_app.errors import ScannerError, WrongCall
from scanner_app.loop.drawing import picture

_SCALE = 6
_VIDEO = {".avi": "MJPG", ".mp4": "mp4v"}


def write(texts: Sequence[str], out: Path, rate: float) -> int:
    """Write one round to a folder, or to a file named .gif, .avi or .mp4, at `rate` frames a second.

    Returns the number of frames. Raises `WrongCall` for another kind, `ScannerError` when it cannot be written.
    """
    kind = out.suffix.lower()
    if kind and kind != ".gif" and kind not in _VIDEO:
        raise WrongCall(f"--frames {out}: name a folder, or a file named .gif, .avi or .mp4")
    drawn = [picture(text, _SCALE) for text in texts]
    try:
        if not kind:
            _write_pictures(drawn, out)
        elif kind == ".gif":
            _write_gif(drawn, out, rate)
        else:
            _write_video(drawn, out, rate, _VIDEO[kind])
    except OSError as error:
        raise ScannerError(f"{out} cannot be written: {error.strerror or error}", code="not_written") from error
    return len(drawn)


def _write_pictures(drawn: list[np.ndarray], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(drawn):
        good, data = cv2.imencode(".png", each)
        if not good:
            raise OSError("the picture cannot be encoded")
        (out / f"frame-{number:04d}.png").write_bytes(data.tobytes())


def _write_gif(drawn: list[np.ndarray], out: Path, rate: float) -> None:
    first, *others = [Image.fromarray(each).convert("1") for each in drawn]
    first.save(out, save_all=True, append_images=others, duration=round(1000 / rate), loop=0)


def _write_video(drawn: list[np.ndarray], out: Path, rate: float, code: str) -> None:
    side = drawn[0].shape[0]
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*code), rate, (side, side))
    if not writer.isOpened():
        raise OSError("this OpenCV cannot write such a video there")
    for each in drawn:
        writer.write(cv2.cvtColor(each, cv2.COLOR_GRAY2BGR))
    writer.release()
