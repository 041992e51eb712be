"""The frame around a code as pixels: everything of a PNG that is the same for all codes of a kind.

Pillow draws it once, larger than needed; it is then reduced and brought to a palette of 16
colours. The modules themselves and the file format are `png`'s part.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from vaccine_pass.status import Status
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.layout import BORDER, CARD_RADIUS, Layout
from verifier_server.drawing.lettering import fitted, font
from verifier_server.drawing.shapes import Stroke, strokes

_FINEST = 24  # pixels a module up to which the frame is drawn larger first, for smooth edges
_BLENDS = 6
BLACK, WHITE = 0, 1  # places in every palette


def palette(caption: Caption) -> np.ndarray:
    """Sixteen colours (rows of red, green, blue): black, white, and the blends at the edges."""
    black, white = np.zeros(3), np.full(3, 255.0)
    colour = np.array(ImageColor.getrgb(caption.look.colour), float)
    ink = np.array(ImageColor.getrgb(caption.look.ink), float)
    edge = black if caption.status is Status.NONE else colour
    steps = np.linspace(0, 1, _BLENDS + 2)[1:-1, None]
    blends = [white * (1 - steps) + edge * steps, colour * (1 - steps) + ink * steps]
    return np.vstack([black, white, colour, ink, *blends]).round().astype(np.uint8)


def frame(at: Layout, caption: Caption, scale: int) -> np.ndarray:
    """Places in the palette for each pixel of the picture without its code (height by width)."""
    finer = max(1, _FINEST // scale)
    picture = Image.new("RGB", (at.width * scale * finer, at.height * scale * finer), "white")
    pen = _Pen(ImageDraw.Draw(picture), scale * finer)
    _draw_frame(pen, at, caption)
    _draw_shape(pen, at, caption)
    _draw_words(pen, at, caption)
    return _nearest(np.asarray(picture.reduce(finer)), palette(caption))


def _nearest(pixels: np.ndarray, colours: np.ndarray) -> np.ndarray:
    flat = (pixels.astype(np.uint32) * (65536, 256, 1)).sum(axis=2, dtype=np.uint32)
    kinds, place = np.unique(flat, return_inverse=True)
    parts = np.stack([kinds >> 16, kinds >> 8 & 255, kinds & 255], axis=1).astype(np.int32)
    distance = ((parts[:, None] - colours.astype(np.int32)) ** 2).sum(axis=2)
    return distance.argmin(axis=1).astype(np.uint8)[place].reshape(flat.shape)


class _Pen:
    """Draws in modules on a picture of pixels."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float) -> None:
        self.draw = draw
        self.unit = unit

    def box(self, x: float, y: float, right: float, bottom: float, radius: float, fill: str) -> None:
        """A rounded box; `right` and `bottom` are its far edges."""
        corners = (x * self.unit, y * self.unit, right * self.unit - 1, bottom * self.unit - 1)
        self.draw.rounded_rectangle(corners, radius * self.unit, fill)

    def line(self, stroke: Stroke, left: float, top: float, size: float, fill: str) -> None:
        """A stroke of the square of 100 whose corner is at (left, top) and whose side is `size`."""
        step = size / 100 * self.unit
        points = [(left * self.unit + x * step, top * self.unit + y * step) for x, y in stroke.points]
        if stroke.closed:
            points.append(points[0])
        width = stroke.width * step
        self.draw.line(points, fill, round(width), joint="curve")
        for x, y in (points[0], points[-1]):
            self.draw.circle((x, y), width / 2, fill)


def _draw_frame(pen: _Pen, at: Layout, caption: Caption) -> None:
    if caption.status is Status.NONE:
        pen.box(0, 0, at.width, at.height, at.radius, "black")
        right, bottom = at.width - BORDER, at.height - BORDER
        pen.box(BORDER, BORDER, right, bottom, at.radius - BORDER, caption.look.colour)
        return
    pen.box(0, 0, at.width, at.height, at.radius, caption.look.colour)
    far = at.margin + at.card
    pen.box(at.margin, at.margin, far, far, CARD_RADIUS, "white")


def _draw_shape(pen: _Pen, at: Layout, caption: Caption) -> None:
    left, top, side = at.shape
    for stroke in strokes(caption):
        pen.line(stroke, left, top, side, caption.look.ink)


def _draw_words(pen: _Pen, at: Layout, caption: Caption) -> None:
    left, middle, room = at.words
    size, _ = fitted(caption.words, at.font_size, room)
    place = (left * pen.unit, (middle + size * 0.35) * pen.unit)
    letters = font(max(1, int(size * pen.unit)))
    pen.draw.text(place, caption.words, caption.look.ink, letters, anchor="ls")
