"""Trusted time: the device's clock, but never before what is known to be past.

The floor is the latest `signed_at` of offline roles and the last time that this device has seen; nothing
signed with an online key moves it. A clock set forward raises the last-seen time, and only a supervised
reset lowers it again (`keys.client.store.DeviceStore.reset_last_seen`). Leaves out where both are kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from keys.client.policy import CLOCK_ERROR

NOTED_EVERY = 900.0
"""Seconds between two notes of the last-seen time: what a clock set back can gain at most."""


def trusted_time(device_clock: float, floor: float) -> float:
    """The time to judge by, Unix seconds."""
    return max(device_clock, floor)


def is_behind(device_clock: float, floor: float) -> bool:
    """True when the clock is certainly wrong: earlier than the floor by more than a clock's error."""
    return device_clock < floor - CLOCK_ERROR


class DeviceClock:
    """The trusted time of one run of the scanner; it goes on while the device clock stands or is set back.

    :param floor: Unix seconds it cannot be earlier than.
    :param note: called with the trusted time now and then, to keep it as last seen.
    """

    def __init__(
        self,
        floor: float = 0.0,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        note: Callable[[float], None] | None = None,
    ) -> None:
        self._clock, self._monotonic, self._note = clock, monotonic, note
        self._begun = monotonic()
        self._base = trusted_time(clock(), floor)
        self._noted = float("-inf")

    def not_before(self, moment: float) -> None:
        """Go on from ``moment``, Unix seconds, at least: another clock of the same run has reached it."""
        self._base = max(self._base, moment)

    def is_behind(self) -> bool:
        """True while the device's clock is certainly wrong: the trusted time then lags too, nobody knows how far."""
        return is_behind(self._clock(), self._base)

    def now(self) -> float:
        """The trusted time, Unix seconds; within a run it never goes back."""
        monotonic = self._monotonic()
        now = trusted_time(self._clock(), self._base + max(0.0, monotonic - self._begun))
        self._base, self._begun = now, monotonic
        if self._note is not None and now - self._noted >= NOTED_EVERY:
            self._noted = now
            self._note(now)
        return now
