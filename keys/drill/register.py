"""The passes that the drill's ministry issues: who may show which of them as good, and when.

Leaves out who signs (``ministry``) and who comes to a post (``crowd``). Everything is found by the time, so that any
day of the year can be asked after the year was played.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from keys.lifecycle import DAY

CLOCK_ERROR = DAY
"""A post's clock may be wrong by so much, so the first and the last day of a pass are looked at on their own."""
_TRIES = 40


@dataclass(slots=True)
class Pass:
    """One pass. Times are Unix seconds.

    :ivar revoked_at: when it was revoked by its serial, and ``revoked_in`` the release that says so.
    :ivar ended_at: when its key was revoked; ``again_at`` when its holder has a new one.
    """

    text: str
    kid: bytes
    serial: int
    issued_at: int
    expires_at: int
    is_reissue: bool = False
    revoked_at: int | None = None
    revoked_in: int | None = None
    ended_at: int | None = None
    again_at: int | None = None

    def is_good(self, now: float) -> bool:
        """Whether the ministry says that it is good: issued, not expired, not revoked by itself or with its key."""
        ends = (self.revoked_at, self.ended_at)
        return self.issued_at <= now < self.expires_at and all(end is None or now < end for end in ends)

    def is_plainly_good(self, now: float) -> bool:
        """Good, and not within a clock's error of its first or last moment."""
        return self.is_good(now) and self.issued_at + CLOCK_ERROR <= now < self.expires_at - CLOCK_ERROR


@dataclass(slots=True)
class Register:
    """All passes in the order of their issue, and what became of them."""

    passes: list[Pass] = field(default_factory=list)
    revoked: list[Pass] = field(default_factory=list)
    ended: list[Pass] = field(default_factory=list)
    again: list[Pass] = field(default_factory=list)
    _by_expiry: list[Pass] = field(default_factory=list)

    def add(self, one: Pass) -> None:
        """Note one pass, the newest so far."""
        self.passes.append(one)
        if one.is_reissue:
            self.again.append(one)

    def revoke(self, one: Pass, now: int, release: int) -> None:
        """Note that a pass is revoked by its serial, from this release on."""
        one.revoked_at, one.revoked_in = now, release
        self.revoked.append(one)

    def end_key(self, kid: bytes, now: int) -> list[Pass]:
        """Note that a key is revoked; the passes whose holders need a new one."""
        found = [one for one in self.passes if one.kid == kid and one.is_good(now)]
        for one in found:
            one.ended_at = now
        self.ended += found
        return found

    def close(self) -> None:
        """The year is played: put in order what is asked for by expiry."""
        self._by_expiry = sorted(self.passes, key=_expiry)

    def good(self, luck: Random, now: float, *, newest: bool = False) -> Pass | None:
        """A pass that is plainly good; ``newest``: of the last ten days."""
        first = bisect_right(self.passes, now - 10 * DAY, key=_issue) if newest else 0
        last = bisect_right(self.passes, now - CLOCK_ERROR, key=_issue)
        return _some(luck, self.passes, first, last, lambda one: one.is_plainly_good(now))

    def issued_again(self, luck: Random, now: float) -> Pass | None:
        """A plainly good pass that was issued in the place of one of the stolen key's."""
        last = bisect_right(self.again, now - CLOCK_ERROR, key=_issue)
        return _some(luck, self.again, 0, last, lambda one: one.is_plainly_good(now))

    def not_issued_again_yet(self, luck: Random, now: float) -> Pass | None:
        """A pass of the revoked key whose honest holder has no new one yet."""
        return _some(luck, self.ended, 0, len(self.ended), lambda one: _waits(one, now))

    def on_first_or_last_day(self, luck: Random, now: float) -> Pass | None:
        """A good pass within a clock's error of its issue or its expiry."""
        if luck.random() < 0.5:
            first, last = (bisect_right(self.passes, now - back, key=_issue) for back in (CLOCK_ERROR, 0))
            return _some(luck, self.passes, first, last, lambda one: one.is_good(now))
        first, last = (bisect_right(self._by_expiry, now + ahead, key=_expiry) for ahead in (0, CLOCK_ERROR))
        return _some(luck, self._by_expiry, first, last, lambda one: one.is_good(now))

    def expired(self, luck: Random, now: float) -> Pass | None:
        """A pass that expired longer ago than a clock's error, and is not revoked."""
        last = bisect_right(self._by_expiry, now - CLOCK_ERROR, key=_expiry)
        return _some(luck, self._by_expiry, 0, last, lambda one: one.revoked_at is None and one.ended_at is None)

    def revoked_one(self, luck: Random, now: float) -> Pass | None:
        """A pass that was revoked by its serial, and would be good otherwise."""
        last = bisect_right(self.revoked, now, key=_revocation)
        return _some(luck, self.revoked, 0, last, lambda one: _only_revoked(one, now))


def _some(luck: Random, passes: list[Pass], first: int, last: int, fits: Callable[[Pass], bool]) -> Pass | None:
    """A pass by chance from a part of the list; None when none of some tries fits."""
    for _ in range(_TRIES if last > first else 0):
        one = passes[luck.randrange(first, last)]
        if fits(one):
            return one
    return None


def _waits(one: Pass, now: float) -> bool:
    begun, until = one.ended_at, one.again_at
    return begun is not None and begun <= now < (until or begun) and one.revoked_at is None and now < one.expires_at


def _only_revoked(one: Pass, now: float) -> bool:
    in_period = one.issued_at + CLOCK_ERROR <= now < one.expires_at - CLOCK_ERROR
    return in_period and (one.ended_at is None or now < one.ended_at)


def _issue(one: Pass) -> float:
    return one.issued_at


def _expiry(one: Pass) -> float:
    return one.expires_at


def _revocation(one: Pass) -> float:
    return one.revoked_at or 0
