"""The shapes of the three states as strokes in a square of 100: no font is needed to draw them.

Circle with a tick, diamond with a fraction, dashed ring with a 0. The SVG and the PNG draw the same
strokes. The scanner's two other shapes (octagon, square) do not stand on a pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from verifier_server.drawing.caption import Caption

Point = tuple[float, float]
_STROKE = 9.0
_DASHES = 12
_GAP = 1.3  # between two digits, which are 4 wide and 6 high


@dataclass(frozen=True)
class Stroke:
    """A line of `width` through `points` with round ends; closed when it returns to its start."""

    points: tuple[Point, ...]
    width: float
    closed: bool = False


def strokes(caption: Caption) -> list[Stroke]:
    """The strokes of the shape that belongs to `caption`'s status."""
    if caption.look.shape == "circle-tick":
        ring = Stroke(_arc(50, 50, 44, 44, 0, 360), _STROKE, closed=True)
        return [ring, Stroke(((30, 51), (45, 66), (71, 37)), _STROKE * 1.15)]
    if caption.look.shape == "diamond-fraction":
        diamond = Stroke(((50, 4), (96, 50), (50, 96), (4, 50)), _STROKE * 0.8, closed=True)
        return [diamond, *_number(caption.fraction, room=74, largest=5)]
    return [*_dashed_ring(), *_number("0", room=100, largest=6.4)]


def _dashed_ring() -> list[Stroke]:
    step = 360 / _DASHES
    # Round ends lengthen a dash by the stroke's width, here about 9 degrees.
    arcs = (_arc(50, 50, 44, 44, i * step, i * step + 10) for i in range(_DASHES))
    return [Stroke(points, _STROKE * 0.9) for points in arcs]


def _number(text: str, room: float, largest: float) -> list[Stroke]:
    """`text` (digits and "/") in the middle of the square; width plus height at most `room`."""
    advance = [2.6 if sign == "/" else 4.0 for sign in text]
    width = sum(advance) + _GAP * (len(text) - 1)
    scale = min(largest, room / (width + 6))
    drawn, left = [], 50 - width * scale / 2
    for sign, step in zip(text, advance, strict=True):
        for line in _SIGNS[sign]:
            points = tuple((left + x * scale, 50 + (y - 3) * scale) for x, y in line)
            drawn.append(Stroke(points, scale * 1.3))
        left += (step + _GAP) * scale
    return drawn


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> tuple[Point, ...]:
    """Points on an ellipse, clockwise on the screen; angles in degrees from the right."""
    count = max(2, math.ceil(abs(end - start) / 8))
    angles = (math.radians(start + (end - start) * i / count) for i in range(count + 1))
    return tuple((cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles)


_BOWL = _arc(2, 4.2, 1.9, 1.8, 0, 360)
_SIGNS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (_arc(2, 3, 1.9, 3, 0, 360),),
    "1": (((0.9, 1.1), (2.4, 0), (2.4, 6)),),
    "2": ((*_arc(2, 1.8, 1.8, 1.8, 190, 395), (0.2, 6), (3.9, 6)),),
    "3": (_arc(1.9, 1.45, 1.6, 1.45, 200, 450), _arc(1.9, 4.45, 1.9, 1.55, 270, 520)),
    "4": (((3, 6), (3, 0), (0, 4.2), (4, 4.2)),),
    "5": (((3.5, 0), (0.7, 0), (0.4, 2.8), *_arc(1.9, 4.1, 1.95, 1.9, 225, 510)),),
    "6": (((3.2, 0), (1.6, 1.4), (0.3, 3.4), (0.1, 4.2)), _BOWL),
    "7": (((0, 0), (3.9, 0), (1.5, 6)),),
    "8": (_arc(2, 1.45, 1.6, 1.45, 0, 360), _arc(2, 4.45, 1.95, 1.55, 0, 360)),
    "9": (
        tuple((4 - x, 6 - y) for x, y in ((3.2, 0), (1.6, 1.4), (0.3, 3.4), (0.1, 4.2))),
        tuple((4 - x, 6 - y) for x, y in _BOWL),
    ),
    "/": (((0, 6.4), (2.6, -0.4)),),
}
