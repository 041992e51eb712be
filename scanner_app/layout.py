"""How large things are on a window of any size, from 320x480 to 1920x1080.

Plain arithmetic, tested without Kivy. A design unit is one pixel of a 360x640 screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

SMALLEST_TEXT = 15.0
"""Pixels; smaller is not readable at arm's length."""
TOUCH = 56.0
"""Pixels; smaller is not hit with a glove."""
STEPS = tuple(1 - 0.05 * step for step in range(13))
"""The scales that `fit` tries, from 1 down to 0.4."""
WIDE_STEPS = (1.4, 1.3, 1.2, 1.1, *STEPS)
"""The same for the names beside the shape, which have a column to themselves."""


def is_wide(width: float, height: float) -> bool:
    """Two columns read better than one."""
    return width > height * 1.15


def unit(width: float, height: float) -> float:
    """Pixels of one design unit."""
    columns = (680, 420) if is_wide(width, height) else (360, 640)
    return min(max(min(width / columns[0], height / columns[1]), 0.8), 3.0)


def text_size(base: float, unit_pixels: float, scale: float = 1.0) -> float:
    """Pixels of text that is `base` units high, never under the smallest readable."""
    return max(SMALLEST_TEXT, base * unit_pixels * scale)


def touch_size(unit_pixels: float) -> float:
    """Height of a button in pixels."""
    return max(TOUCH, TOUCH * unit_pixels * 0.9)


def fit(height_at: Callable[[float], float], room: float, steps: Sequence[float] = STEPS) -> float:
    """The largest scale at which `height_at(scale)` is within `room`; the smallest when none is."""
    return next((scale for scale in steps if height_at(scale) <= room), steps[-1])
