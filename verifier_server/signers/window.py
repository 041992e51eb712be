"""The stretch of time that the chart shows, and where a moment lies in it.

Pure. The window holds every life as far as it can be read: a retired key of last year, or one
trusted for years ahead, is cut at the edge and not allowed to press today into a corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from verifier_server.checks import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier_server.signers.life import LifeLine

DAY = 86_400
LONGEST_BACK = 270 * DAY
LONGEST_AHEAD = 540 * DAY
# Room around today when there is nothing else: the label of today has to stand somewhere.
LEAST = 30 * DAY


@dataclass(frozen=True, slots=True)
class Window:
    """From one Unix second to another."""

    start: int
    end: int

    def share(self, at: int) -> float:
        """Where a moment lies, from 0 to 1; one outside lies at the edge."""
        return min(1.0, max(0.0, (at - self.start) / (self.end - self.start)))

    def holds(self, at: int) -> bool:
        """Whether a moment lies inside or on the edge."""
        return self.start <= at <= self.end


@dataclass(frozen=True, slots=True)
class Month:
    """The first second of a month in Vietnam."""

    at: int
    year: int
    number: int


def window_around(lines: Sequence[LifeLine], now: int) -> Window:
    """The window for these lives: from the first day of a month on, with today inside."""
    starts = [stretch.start for line in lines for stretch in line.stretches]
    ends = [stretch.end for line in lines for stretch in line.stretches]
    first = max(min([*starts, now - LEAST]), now - LONGEST_BACK)
    last = min(max([*ends, now + LEAST]), now + LONGEST_AHEAD)
    return Window(_month_of(first).at, last)


def months(window: Window) -> list[Month]:
    """Every month that begins in the window."""
    found = [_month_of(window.start)]
    while found[-1].at <= window.end:
        found.append(_after(found[-1]))
    return [month for month in found if window.holds(month.at)]


def labelled(found: Sequence[Month], most: int) -> list[Month]:
    """So many of the months that their labels have room: every month, quarter, half-year or year.

    January is always among them: it says the year.
    """
    step = next((step for step in (1, 2, 3, 4, 6) if len(found) <= most * step), 12)
    return [month for month in found if (month.number - 1) % step == 0]


def _month_of(at: int) -> Month:
    day = datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)
    return _month(day.year, day.month)


def _after(month: Month) -> Month:
    return _month(month.year + month.number // 12, month.number % 12 + 1)


def _month(year: int, number: int) -> Month:
    return Month(int(datetime(year, number, 1, tzinfo=VIETNAM).timestamp()), year, number)
