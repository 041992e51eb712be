"""Lines of text as textures: wrapped to a width, measured before they are drawn.

Left out: where they stand (`screens`) and how large they are (`layout`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle
from kivy.utils import get_color_from_hex

from scanner_app.layout import text_size

BALANCE = (0.92, 0.84, 0.76, 0.68, 0.6)
"""Shares of the breadth that are tried when a paragraph is balanced."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: its text, its height in design units, and the gap above it in units.

    `whole`: never broken, made smaller until it fits on one line.
    """

    text: str
    base: float
    bold: bool = False
    gap: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where lines are set: the breadth in pixels, pixels of a unit, and the scale."""

    width: float
    unit: float
    scale: float = 1.0

    def gap(self, units: float) -> float:
        """Pixels of a gap."""
        return units * self.unit * self.scale


def height_of(lines: Sequence[Line], setting: Setting) -> float:
    """Pixels that the lines need one under the other; empty ones need none."""
    shown = [line for line in lines if line.text]
    return sum(_label(line, setting).render()[1] + setting.gap(line.gap) for line in shown)


def draw_lines(lines: Sequence[Line], setting: Setting, ink: str, left: float, top: float) -> float:
    """Draw the lines centred from `top` downwards into the current canvas; the new top."""
    Color(*get_color_from_hex(ink))
    for line in lines:
        if not line.text:
            continue
        label = _balanced(line, setting)
        label.refresh()
        texture = label.texture
        top -= texture.height + setting.gap(line.gap)
        x = left + (setting.width - texture.width) / 2
        Rectangle(texture=texture, pos=(round(x), round(top)), size=texture.size)
    return top


def _label(line: Line, setting: Setting) -> CoreLabel:
    size = text_size(line.base, setting.unit, setting.scale)
    if not line.whole:
        return _core(line, int(size), int(setting.width))
    natural = _core(line, int(size), None).render()[0]
    return _core(line, int(size * min(1.0, setting.width / max(1, natural))), None)


def _balanced(line: Line, setting: Setting) -> CoreLabel:
    """The label with lines of like length: no single word left over on the last one."""
    label = _label(line, setting)
    height = label.render()[1]
    if line.whole or height < 2 * text_size(line.base, setting.unit, setting.scale):
        return label
    for share in BALANCE:
        narrower = _label(line, Setting(setting.width * share, setting.unit, setting.scale))
        if narrower.render()[1] > height:
            break
        label = narrower
    return label


def _core(line: Line, size: int, width: int | None) -> CoreLabel:
    return CoreLabel(
        text=line.text,
        font_name="Roboto",
        font_size=size,
        bold=line.bold,
        halign="center",
        text_size=(width, None),
    )
