"""How one run of the window is set up: what `checkpoint-scanner run` was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner_app.errors import WrongCall


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a run; `next_after` in seconds, None: only by hand; `update_every` in minutes, 0: never."""

    source: str = "0"
    seconds_each: float = 2.0
    once: bool = False
    language: str = "vi"
    post: str = ""
    next_after: float | None = None
    size: tuple[int, int] = (480, 800)
    fullscreen: bool = False
    update_every: float = 0.0


def size_of(text: str) -> tuple[int, int]:
    """Read "480x800" as width and height in pixels; `WrongCall` when it is not a usable size."""
    match = re.fullmatch(r"(\d{3,5})x(\d{3,5})", text)
    if match is None or min(size := (int(match[1]), int(match[2]))) < 320 or max(size) > 8192:
        raise WrongCall(f"--size {text!r} is not WIDTHxHEIGHT from 320x320 on, such as 480x800")
    return size
