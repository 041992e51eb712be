"""The five shapes of the verdicts and the viewfinder, drawn as canvas instructions.

Drawn, not typed: no font has all of them, and a drawn shape is sharp at every size. Smooth lines,
because the window runs without multisampling. Left out: colours and words (`appearance`, `face`).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle, SmoothEllipse, SmoothLine
from kivy.utils import get_color_from_hex

Points = list[tuple[float, float]]


class Pen:
    """Draws into the current canvas inside a square: 0,0 is its centre, 1 half of its side."""

    def __init__(self, centre: tuple[float, float], side: float) -> None:
        self._x, self._y = centre
        self._half = side / 2
        self.width = max(2.0, side * 0.04)
        """Half of a stroke's breadth, as Kivy counts line widths."""

    def place(self, points: Points) -> list[float]:
        """Canvas coordinates of `points`, flat."""
        flat = []
        for x, y in points:
            flat += [self._x + x * self._half, self._y + y * self._half]
        return flat

    def outline(self, points: Points) -> None:
        """A closed polygon."""
        SmoothLine(points=self.place(points), width=self.width, close=True, joint="miter")

    def stroke(self, points: Points) -> None:
        """An open line with round ends and corners."""
        flat, radius = self.place(points), self.width * 1.1
        SmoothLine(points=flat, width=radius, joint="miter")
        for x, y in zip(flat[::2], flat[1::2], strict=True):
            SmoothEllipse(pos=(x - radius, y - radius), size=(radius * 2, radius * 2))

    def arc(self, start: float, end: float) -> None:
        """A piece of the circle of radius 0.9, in degrees."""
        radius = self._half * 0.9
        SmoothLine(circle=(self._x, self._y, radius, start, end), width=self.width)

    def rounded_square(self) -> None:
        """A square with round corners."""
        reach = self._half * 0.86
        SmoothLine(
            rounded_rectangle=(self._x - reach, self._y - reach, reach * 2, reach * 2, reach * 0.3),
            width=self.width,
        )

    def letters(self, text: str, height: float, most: float = 1.2) -> None:
        """Bold letters in the middle, at most `most` wide."""
        size = self._half * height
        label = CoreLabel(text=text, font_name="Roboto", font_size=size, bold=True)
        width, _ = label.render()
        if width > self._half * most:
            label = CoreLabel(text=text, font_name="Roboto", font_size=size * self._half * most / width, bold=True)
        label.refresh()
        texture = label.texture
        x, y = self._x - texture.width / 2, self._y - texture.height / 2
        Rectangle(texture=texture, pos=(round(x), round(y)), size=texture.size)


def _circle_tick(pen: Pen, _symbol: str) -> None:
    pen.arc(0, 360)
    pen.stroke([(-0.4, -0.02), (-0.1, -0.32), (0.42, 0.32)])


def _diamond_fraction(pen: Pen, symbol: str) -> None:
    pen.outline([(0, 0.93), (0.93, 0), (0, -0.93), (-0.93, 0)])
    pen.letters(symbol, 0.68, most=1.0)


def _dashed_ring_zero(pen: Pen, symbol: str) -> None:
    for dash in range(12):
        pen.arc(dash * 30 - 9, dash * 30 + 9)
    pen.letters(symbol or "0", 0.85)


def _octagon_cross(pen: Pen, _symbol: str) -> None:
    corners = [math.radians(22.5 + 45 * i) for i in range(8)]
    pen.outline([(0.95 * math.cos(a), 0.95 * math.sin(a)) for a in corners])
    pen.stroke([(-0.34, -0.34), (0.34, 0.34)])
    pen.stroke([(-0.34, 0.34), (0.34, -0.34)])


def _square_question(pen: Pen, _symbol: str) -> None:
    pen.rounded_square()
    pen.letters("?", 1.3)


SHAPES: dict[str, Callable[[Pen, str], None]] = {
    "circle-tick": _circle_tick,
    "diamond-fraction": _diamond_fraction,
    "dashed-ring-zero": _dashed_ring_zero,
    "octagon-cross": _octagon_cross,
    "square-question": _square_question,
}
"""By the names of `vaccine_pass.appearance`."""


def draw_shape(shape: str, symbol: str, ink: str, centre: tuple[float, float], side: float) -> None:
    """Draw `shape` with `symbol` in it into the current canvas, in `ink` (#RRGGBB)."""
    Color(*get_color_from_hex(ink))
    SHAPES[shape](Pen(centre, side), symbol)


def draw_viewfinder(centre: tuple[float, float], side: float, width: float) -> None:
    """Four corners in white over a dark edge, so that they show on any picture."""
    x, y, half, arm = *centre, side / 2, side / 6
    for colour, thick in (((0, 0, 0, 0.55), width + 1.5), ((1, 1, 1, 1), width)):
        Color(*colour)
        for sx, sy in ((-1, -1), (-1, 1), (1, 1), (1, -1)):
            cx, cy = x + sx * half, y + sy * half
            SmoothLine(points=[cx - sx * arm, cy, cx, cy, cx, cy - sy * arm], width=thick, joint="miter")
