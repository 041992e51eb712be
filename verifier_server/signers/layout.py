"""Where things stand in the chart: one layout beside names for a desk, one below them for a phone.

Across, places are percentages of whatever width the page has; down, they are CSS pixels. So the
bars stretch with the page and the type never shrinks below the size that it is set in.
"""

from __future__ import annotations

from dataclasses import dataclass

BAR = 20
# A letter's width in this type at this size, rather too wide than too narrow.
LETTER = 8.5


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in the chart.

    :ivar name: for the CSS class, which decides when this layout is shown.
    :ivar left: percent of the width before the first bar.
    :ivar across: the width in CSS pixels that labels have to fit in at the least.
    :ivar row, bar: the height of a key's row, and where in it the bar begins.
    :ivar status_at: where in a row the status stands, and from the left or at the right.
    :ivar most_months: so many labels of months have room.
    :ivar longest_name: a longer name is cut here; the table has it whole.
    """

    name: str
    left: float
    across: int
    row: int
    bar: int
    name_at: int
    status_at: int
    status_right: bool
    most_months: int
    longest_name: int

    @property
    def width(self) -> float:
        """Percent of the width that time has."""
        return 100 - self.left

    def x(self, share: float) -> float:
        """The percentage at which a share of the window lies."""
        return self.left + share * self.width

    def has_room(self, label: str, x: float, *, gap: int = 0) -> bool:
        """Whether a label that begins so many pixels after a percentage ends inside the chart."""
        return (100 - x) / 100 * self.across >= len(label) * LETTER + gap


DESK = Layout("desk", 23, 800, 60, 18, 26, 48, status_right=False, most_months=11, longest_name=24)
PHONE = Layout("phone", 0, 280, 70, 28, 18, 18, status_right=True, most_months=6, longest_name=20)
