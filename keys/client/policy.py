"""What the trust channel adds to TUF: the age of data, and dates that no stolen key may stretch.

TUF signs only `expires`. Whoever holds an online key could write a far date there and freeze every scanner
as "fresh until 2035"; so each offline role also signs `signed_at`, and these rules hold (DESIGN, "Trust").
Pure: dates are Unix seconds, the time is an argument. Leaves out signatures and versions, which are TUF's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from keys.client import kinds
from keys.client.errors import UpdateRefused
from vaccine_pass.verify import DAY, STALE_AFTER_DAYS, WARN_AFTER_DAYS

TIMESTAMP_AHEAD = 8 * DAY
OFFLINE_VALID = 35 * DAY
CLOCK_ERROR = 1 * DAY
"""So far a device's or a holder's clock may be wrong."""


class Freshness(str, Enum):
    """What the age of one kind of data means for a verdict."""

    FRESH = "fresh"
    WARN = "warn"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The dates and version that one role's metadata states.

    :ivar signed_at: Unix seconds; None when the metadata does not say.
    """

    name: str
    version: int
    expires: float
    signed_at: float | None = None
    demo: bool = False

    @property
    def is_offline(self) -> bool:
        """True for a role whose holders sign away from any server."""
        return self.name not in kinds.ONLINE


@dataclass(frozen=True, slots=True)
class Age:
    """How old one kind of data is.

    :ivar days: None when the data carries no date: it then counts as stale.
    """

    signed_at: float | None
    days: float | None
    freshness: Freshness


def age(signed_at: float | None, now: float) -> Age:
    """Judge the age of data at the trusted time ``now``: fresh to 7 days, a warning to 21, then stale."""
    if signed_at is None:
        return Age(None, None, Freshness.STALE)
    days = max(0.0, now - signed_at) / DAY
    if days > STALE_AFTER_DAYS:
        return Age(signed_at, days, Freshness.STALE)
    return Age(signed_at, days, Freshness.WARN if days > WARN_AFTER_DAYS else Freshness.FRESH)


def floor_of(roles: Iterable[RoleFacts]) -> float:
    """The latest moment that offline holders have signed at: it cannot be earlier now; 0 when none says."""
    return max((role.signed_at for role in roles if role.is_offline and role.signed_at is not None), default=0.0)


def check(roles: Iterable[RoleFacts], now: float, *, clock_is_behind: bool = False) -> float:
    """Refuse metadata whose dates break a rule, else return the trusted time that it proves.

    A device clock that is certainly behind cannot say what lies in the future; then the threshold's own
    `signed_at` moves the time, and all that expires is judged by the later time.

    :param now: the trusted time before this update.
    :param clock_is_behind: the device clock is earlier than the floor by more than a clock's error.
    :raises UpdateRefused: with the code of the first rule that is broken.
    """
    roles = list(roles)
    for role in roles:
        if role.is_offline:
            _check_offline(role)
        if role.signed_at is not None and not (clock_is_behind and role.is_offline):
            _check_not_in_future(role, now)
    later = max(now, floor_of(roles))
    for role in roles:
        _check_online_not_in_future(role, later)
        _check_expiry(role, later)
    return later


def check_not_older(roles: Iterable[RoleFacts], held: Iterable[RoleFacts]) -> None:
    """Refuse what holders signed before what they had signed in the set that is held.

    TUF remembers versions by the snapshot's, and forgets them with new online keys, as it must; who steals the
    new ones too could go back to a list that trusts a revoked key. A date cannot be run ahead as a version can:
    none lies more than a clock's error in the future.

    :raises UpdateRefused: ``update_rolled_back``.
    """
    before = {role.name: role.signed_at for role in held if role.is_offline and role.signed_at is not None}
    for role in roles:
        if role.signed_at is not None and role.is_offline and role.signed_at < before.get(role.name, 0.0):
            raise UpdateRefused(
                f"The update is refused: its {role.name} was signed on {day(role.signed_at)}, before the one that this "
                f"device holds ({day(before[role.name])}).",
                code="update_rolled_back",
            )


def _check_offline(role: RoleFacts) -> None:
    if role.signed_at is None:
        raise UpdateRefused(
            f"The update is refused: {role.name} does not say when it was signed.", code="signed_at_missing"
        )
    if role.expires - role.signed_at > OFFLINE_VALID:
        raise UpdateRefused(
            f"The update is refused: {role.name} is valid for more than 35 days after its signing "
            f"({day(role.signed_at)} to {day(role.expires)}).",
            code="valid_too_long",
        )


def _check_not_in_future(role: RoleFacts, now: float) -> None:
    if role.signed_at is not None and role.signed_at > now + CLOCK_ERROR:
        raise UpdateRefused(
            f"The update is refused: {role.name} says it was signed on {day(role.signed_at)}, and this device's "
            f"time is {day(now)}. Correct the clock if it is wrong.",
            code="signed_in_future",
        )


def _check_online_not_in_future(role: RoleFacts, now: float) -> None:
    if not role.is_offline:
        _check_not_in_future(role, now)


def _check_expiry(role: RoleFacts, now: float) -> None:
    if role.name == kinds.TIMESTAMP and role.expires > now + TIMESTAMP_AHEAD:
        raise UpdateRefused(
            f"The update is refused: its timestamp claims to be fresh until {day(role.expires)}, more than 8 days "
            f"after this device's time ({day(now)}). Correct the clock if it is wrong.",
            code="timestamp_too_far_ahead",
        )
    if role.expires <= now:
        raise UpdateRefused(
            f"The update is too old: {role.name} expired on {day(role.expires)}, and it is {day(now)}. "
            "Bring a newer one.",
            code="update_expired",
        )


def day(seconds: float) -> str:
    """The UTC day of Unix seconds; "no date" for what no calendar holds."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "no date"
