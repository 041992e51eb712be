"""Where everything stands in a picture, in modules: frame, card, code, shape and words.

Whole modules wherever an edge meets the code, so that every module is sharp in the PNG. Nothing is
drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass

QUIET_ZONE = 4  # ISO/IEC 18004, 5.3.8
# One module more than the quiet zone, and corners rounded by no more than 3: then the corner's arc
# passes outside the quiet zone, which stays white to its last pixel.
CARD_EDGE = 1
CARD_RADIUS = 3.0
BORDER = 3  # of the white frame before any dose


@dataclass(frozen=True)
class Layout:
    """The places for a symbol of `size` modules a side; all lengths in modules."""

    size: int

    @property
    def card(self) -> int:
        """Side of the white card."""
        return self.size + 2 * (QUIET_ZONE + CARD_EDGE)

    @property
    def margin(self) -> int:
        """Breadth of the frame at the top and the sides."""
        return max(5, round(self.card * 0.085))

    @property
    def band(self) -> int:
        """Height of the frame's lower part, with shape and words."""
        return round(self.card * 0.26)

    @property
    def width(self) -> int:
        """Width of the whole picture."""
        return self.card + 2 * self.margin

    @property
    def height(self) -> int:
        """Height of the whole picture."""
        return self.margin + self.card + self.band

    @property
    def code(self) -> int:
        """Distance of the symbol from the picture's left and upper edges."""
        return self.margin + CARD_EDGE + QUIET_ZONE

    @property
    def radius(self) -> float:
        """Radius of the frame's corners."""
        return self.card * 0.09

    @property
    def shape(self) -> tuple[float, float, float]:
        """Left, top and side of the square that the shape fills."""
        side = self.band * 0.62
        middle = self.margin + self.card + self.band * 0.44
        return self.margin + 1.5, middle - side / 2, side

    @property
    def words(self) -> tuple[float, float, float]:
        """Left edge, vertical middle and greatest width of the words."""
        left, top, side = self.shape
        start = left + side * 1.2
        return start, top + side / 2, self.width - self.margin - start

    @property
    def font_size(self) -> float:
        """Size of the words where they fit; `Lettering` makes longer ones smaller."""
        return self.band * 0.46
