"""Who comes to a post, and what they show: honest people, people with old passes, and thieves.

The crowd knows what the ministry knows, so that figures can be kept; the scanner sees only a text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random

from keys.drill.ministry import Year
from keys.drill.register import Pass
from keys.drill.thief import Forged


class Kind(str, Enum):
    """What somebody shows."""

    HONEST = "honest"
    REISSUED = "reissued"
    NOT_REISSUED_YET = "honest_not_reissued_yet"
    FIRST_OR_LAST_DAY = "first_or_last_day"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALTERED = "altered"
    FORGED = "forged"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a post.

    :ivar news: the number of the release from which on a scanner can know better than to accept; None when
        there is none, or every scanner should know.
    """

    kind: Kind
    text: str
    news: int | None = None


_OFTEN = {
    Kind.HONEST: 60,
    Kind.REISSUED: 5,
    Kind.NOT_REISSUED_YET: 5,
    Kind.FIRST_OR_LAST_DAY: 4,
    Kind.EXPIRED: 7,
    Kind.REVOKED: 6,
    Kind.ALTERED: 4,
    Kind.FORGED: 6,
    Kind.STRANGER: 3,
}
_THIEF_WORKS_HERE = 4  # times as many forged passes where the thief could reach the scanner
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


class Crowd:
    """People who come to one post."""

    def __init__(self, year: Year, luck: Random, *, is_haunted: bool) -> None:
        self._year, self._luck = year, luck
        self._kinds = list(_OFTEN)
        self._weights = [_OFTEN[kind] for kind in self._kinds]
        if is_haunted:
            self._weights[self._kinds.index(Kind.FORGED)] *= _THIEF_WORKS_HERE

    def next(self, now: float) -> Visitor | None:
        """Who comes next; None when there is nobody of that kind (no pass was revoked yet, say)."""
        (kind,) = self._luck.choices(self._kinds, self._weights)
        if kind is Kind.FORGED:
            return _latest(self._luck, self._year.thieves.forged, kind, now, self._year.news)
        if kind is Kind.STRANGER:
            return _latest(self._luck, self._year.thieves.strangers, kind, now)
        shown = self._finders()[kind](self._luck, now)
        if shown is None:
            return None
        text = _altered(shown.text, self._luck) if kind is Kind.ALTERED else shown.text
        return Visitor(kind, text, shown.revoked_in if kind is Kind.REVOKED else None)

    def _finders(self) -> dict[Kind, Callable[[Random, float], Pass | None]]:
        register = self._year.register
        return {
            Kind.HONEST: self._honest,
            Kind.ALTERED: self._honest,
            Kind.REISSUED: register.issued_again,
            Kind.NOT_REISSUED_YET: register.not_issued_again_yet,
            Kind.FIRST_OR_LAST_DAY: register.on_first_or_last_day,
            Kind.EXPIRED: register.expired,
            Kind.REVOKED: register.revoked_one,
        }

    def _honest(self, luck: Random, now: float) -> Pass | None:
        return self._year.register.good(luck, now, newest=luck.random() < 0.5)


def _latest(luck: Random, made: list[Forged], kind: Kind, now: float, news: int | None = None) -> Visitor | None:
    """Somebody with one of the thirty that were made last."""
    last = bisect_right(made, now, key=lambda one: one.made_at)
    return Visitor(kind, made[luck.randrange(max(0, last - 30), last)].text, news) if last else None


def _altered(text: str, luck: Random) -> str:
    """The text with one character changed, in the middle: among the claims."""
    place = luck.randrange(int(0.4 * len(text)), int(0.55 * len(text)))
    other = _ALPHABET[(_ALPHABET.index(text[place]) + luck.randrange(1, 45)) % 45]
    return text[:place] + other + text[place + 1 :]
