"""Where a person stands: before any dose, series begun, series complete.

The signed series value decides what "complete" is, since series differ by product and may be
mixed.  A booster (3 of 2, 2 of 1) stays complete.
"""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """The three states of the mission: black and white, yellow, green."""

    NONE = "none"
    PARTIAL = "partial"
    COMPLETE = "complete"


def status_of(doses: int, series: int) -> Status:
    """Return the status of ``doses`` given in a series of ``series``; both are counts, not negative."""
    if doses == 0:
        return Status.NONE
    return Status.COMPLETE if doses >= series else Status.PARTIAL
