"""The program's mark as pixels, for a phone's home screen: the same strokes as `static/mark.svg`.

Drawn larger and reduced, for smooth edges. Left out: where the files lie (`tools/icons.py` writes them).
"""

from __future__ import annotations

from PIL import Image, ImageDraw

ACCENT, WHITE = "#0B5A8A", "#FFFFFF"
_FINER = 8
_SIDE = 48.0  # of the drawing
_SQUARES = ((8, 8), (27, 8), (8, 27))
_SQUARE, _ROUND, _STROKE = 13, 2.5, 4.0
_TICK, _TICK_STROKE = ((27, 33), (32, 39), (41, 27)), 4.6
_CORNER = 11.0
_SAFE = 0.74  # the mark's corners then lie within the circle that a mask leaves: 80 % of the width


def icon(side: int) -> Image.Image:
    """The mark on its white card with round corners, `side` pixels wide; nothing around the card."""
    picture = Image.new("RGBA", (side * _FINER,) * 2, (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, side * _FINER - 1, side * _FINER - 1), _CORNER * side * _FINER / _SIDE, WHITE)
    _draw_mark(draw, side * _FINER, 1.0, ACCENT)
    return picture.reduce(_FINER).quantize(64, method=Image.Quantize.FASTOCTREE)


def maskable(side: int) -> Image.Image:
    """The mark in white on the whole square: whatever shape a phone cuts out of it shows all of the mark."""
    picture = Image.new("RGB", (side * _FINER,) * 2, ACCENT)
    _draw_mark(ImageDraw.Draw(picture), side * _FINER, _SAFE, WHITE)
    return picture.reduce(_FINER).quantize(64)


def _draw_mark(draw: ImageDraw.ImageDraw, width: int, part: float, ink: str) -> None:
    unit = width * part / _SIDE
    edge = width * (1 - part) / 2

    def at(place: float) -> float:
        return edge + place * unit

    half = _STROKE / 2
    for left, top in _SQUARES:
        outer = (at(left - half), at(top - half), at(left + _SQUARE + half), at(top + _SQUARE + half))
        draw.rounded_rectangle(outer, (_ROUND + half) * unit, None, ink, round(_STROKE * unit))
    points = [(at(x), at(y)) for x, y in _TICK]
    draw.line(points, ink, round(_TICK_STROKE * unit), joint="curve")
    for x, y in (points[0], points[-1]):
        draw.circle((x, y), _TICK_STROKE * unit / 2, ink)
