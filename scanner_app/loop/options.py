"""How a loop is shown: what `checkpoint-scanner show-update` was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from scanner_app.errors import WrongCall

USUAL_RATE = 10.0
"""Frames a second. A camera of 25 to 30 then sees each at least twice, once surely not in the change."""
LEAST_RATE, MOST_RATE = 1.0, 20.0


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """Settings of a showing; `rate` in frames a second."""

    rate: float = USUAL_RATE
    language: str = "vi"
    size: tuple[int, int] = (480, 800)
    fullscreen: bool = False


def checked_rate(rate: float) -> float:
    """The rate; `WrongCall` when no camera could follow it."""
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise WrongCall(f"--rate is from {LEAST_RATE:g} to {MOST_RATE:g} frames a second, not {rate:g}")
    return rate
