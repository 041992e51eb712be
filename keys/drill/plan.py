"""What happens when in a drill: its size, its seed, and the days of its misfortunes.

Times are whole Unix seconds; day 0 begins at ``START``, whatever the date is, so that a seed gives the same figures
for ever. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from keys.errors import KeysError
from keys.lifecycle import DAY

START = 1_767_225_600  # 2026-01-01T00:00:00Z
HOUR = 3_600
WEEK = 7
ROTATE_AFTER = 28  # days: at the fourth weekly ceremony, so that nobody meets for a rotation alone
APPROVED_EVERY = 28  # days: the holders sign the list of revoked passes anew
FOUND_AFTER = 6  # days from a theft to its discovery
ONLINE_FOUND_AFTER = 3
REFRESHED, MEETING, OPEN, CLOSED = 6, 9, 10, 18  # hours of the day

FEWEST_DAYS, MOST_DAYS = 60, 1_095
FEWEST_SCANNERS, MOST_SCANNERS = 4, 5_000


@dataclass(frozen=True)
class Plan:
    """One drill: how many scanners, how many days, and the seed of everything that is left to chance."""

    scanners: int = 300
    days: int = 365
    seed: int = 1

    @property
    def found(self) -> int:
        """The day on which the theft of the active signing key is found out: between two rotations."""
        return ROTATE_AFTER * max(1, round(0.45 * self.days / ROTATE_AFTER)) + 18

    @property
    def theft(self) -> int:
        """The day on which the active signing key is stolen."""
        return self.found - FOUND_AFTER

    @property
    def holder_lost(self) -> int:
        """The day of the ceremony at which a lost holder of root is replaced."""
        return WEEK * (int(0.7 * self.days) // WEEK)

    @property
    def online_found(self) -> int:
        """The day on which new online keys take the place of stolen ones."""
        return int(0.85 * self.days)

    @property
    def online_theft(self) -> int:
        """The day on which the publisher's online keys are stolen."""
        return self.online_found - ONLINE_FOUND_AFTER

    def chance(self, *what: object) -> Random:
        """A generator of its own for each part of the drill, so that no part changes another's luck."""
        return Random("/".join(map(str, (self.seed, *what))))  # noqa: S311 - a play's luck, and no key


def checked(plan: Plan) -> Plan:
    """The plan; KeysError when it is too small to hold a rotation and a theft, or too large to end."""
    for value, least, most, what in (
        (plan.days, FEWEST_DAYS, MOST_DAYS, "days"),
        (plan.scanners, FEWEST_SCANNERS, MOST_SCANNERS, "scanners"),
    ):
        if not least <= value <= most:
            raise KeysError(f"a drill has {least} to {most} {what}, not {value}.", code="bad_drill")
    return plan


def at(day: int, hour: float = 0) -> int:
    """The Unix seconds of an hour of a day of the drill."""
    return START + day * DAY + int(hour * HOUR)
