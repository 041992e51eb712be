"""How old each scanner's trust data is, and what that means for whoever stands before it.

Pure: scanners and the time in. The age counts from the day on which holders signed the list of keys
that the scanner says it holds (`keys.client.policy`), so that it grows while a scanner is silent, as
it does on the scanner itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from keys.client import policy
from keys.client.policy import Freshness
from vaccine_pass.verify import STALE_AFTER_DAYS, WARN_AFTER_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier_server.scanners.tables import Scanner

LAST_BIN = int(STALE_AFTER_DAYS)
"""The bin of everything that is too old."""


class Standing(StrEnum):
    """What a scanner's trust data is worth now; SILENT when it has never said what it holds."""

    FRESH = "fresh"
    WARN = "warn"
    STALE = "stale"
    SILENT = "silent"


WORST_FIRST = (Standing.STALE, Standing.SILENT, Standing.WARN, Standing.FRESH)
_OF = {Freshness.FRESH: Standing.FRESH, Freshness.WARN: Standing.WARN, Freshness.STALE: Standing.STALE}
_BINS = {
    Standing.FRESH: (0, int(WARN_AFTER_DAYS) - 1),
    Standing.WARN: (int(WARN_AFTER_DAYS), LAST_BIN - 1),
    Standing.STALE: (LAST_BIN, LAST_BIN),
}


@dataclass(frozen=True, slots=True)
class Aged:
    """A scanner with the age of its data in whole days; None when it has said nothing of it."""

    scanner: Scanner
    days: int | None
    standing: Standing

    @property
    def bin(self) -> int | None:
        """The day that it is counted with in the chart; None when it has no age."""
        if self.days is None:
            return None
        least, most = _BINS[self.standing]
        return min(max(self.days, least), most)


def aged(scanners: Iterable[Scanner], now: int) -> list[Aged]:
    """The scanners with their ages, the worst first, and of these the oldest."""
    found = [_aged(scanner, now) for scanner in scanners]
    return sorted(found, key=lambda it: (WORST_FIRST.index(it.standing), -(it.days or 0), it.scanner.post))


def counts(found: Sequence[Aged]) -> dict[Standing, int]:
    """How many scanners stand in which way; all ways are named, the best first and the silent last."""
    return {standing: sum(it.standing is standing for it in found) for standing in Standing}


def by_day(found: Sequence[Aged]) -> list[int]:
    """How many scanners hold data of each age: a number for each day, and one for all that is too old."""
    bins = [0] * (LAST_BIN + 1)
    for it in found:
        if it.bin is not None:
            bins[it.bin] += 1
    return bins


def standing_of(day: int) -> Standing:
    """How the scanners of one bin stand."""
    return next(standing for standing, (least, most) in _BINS.items() if least <= day <= most)


def _aged(scanner: Scanner, now: int) -> Aged:
    if scanner.receipt_at is None or scanner.keys_signed_at is None:
        return Aged(scanner, None, Standing.SILENT)
    age = policy.age(scanner.keys_signed_at, now)
    return Aged(scanner, int(age.days or 0), _OF[age.freshness])
