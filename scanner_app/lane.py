"""Who is standing at the post: decides when a sighting is a new person.

The same code again within a moment is not a new person; several codes in one frame are several
people, shown one after another; a verdict stays until the officer goes on. Clocks are arguments.
Left out: screens, and any memory of a text: only a keyed hash is held, and only in memory.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from scanner_app.pipeline import Sighting
from vaccine_pass.verdict import Verdict

QUIET_SECONDS = 2.5
"""A code must be out of sight for so long before it counts as shown again."""
REMEMBERED = 64
PEOPLE_MOST = 8
"""More codes than this in one frame are a poster, not a family."""
FOREIGN = "unknown_prefix"


@dataclass(frozen=True, slots=True)
class Person:
    """A verdict to be shown, and the frame that it came from (`time.monotonic()` of capture)."""

    verdict: Verdict
    frame: int
    captured_at: float


class Lane:
    """The state of one post: nobody, or one person with others waiting behind.

    Args:
        judge: a text and Unix seconds → its verdict (`Verifier.judge`).
        quiet: seconds out of sight after which a code is new again.
    """

    def __init__(self, judge: Callable[[str, float], Verdict], quiet: float = QUIET_SECONDS) -> None:
        self._judge = judge
        self._quiet = quiet
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, float] = OrderedDict()
        self._waiting: deque[Person] = deque()
        self.showing: Person | None = None
        self.repeated = False
        """True when the last sighting held only codes that were seen a moment ago."""

    def see(self, sighting: Sighting, now: float) -> Person | None:
        """Take a sighting in at Unix time `now`; the person to show when there is a new one.

        While a verdict is shown, codes already seen stay "just seen" and new ones are left for
        later frames: nobody's verdict replaces another's before the officer has looked.
        """
        fresh = self._fresh(sighting)
        self.repeated = not fresh
        if self.showing is not None or not fresh:
            return None
        people = [Person(self._judge(text, now), sighting.frame, sighting.captured_at) for text in fresh]
        for text in fresh:
            self._remember(text, sighting.captured_at)
        self._waiting.extend(_passes_first(people)[:PEOPLE_MOST])
        return self.next_person()

    def judge_by(self, judge: Callable[[str, float], Verdict]) -> None:
        """Judge by new trust data from now on; every code may be shown again at once."""
        self._judge = judge
        self._seen.clear()

    def next_person(self) -> Person | None:
        """The officer is done with whoever is shown: the next one waiting, or nobody."""
        self.showing = self._waiting.popleft() if self._waiting else None
        return self.showing

    def start_again(self) -> None:
        """Forget who is shown and every code seen, so that anyone may be scanned again."""
        self.showing = None
        self._waiting.clear()
        self._seen.clear()

    def _fresh(self, sighting: Sighting) -> list[str]:
        """The texts not seen within the quiet time; those that were stay "just seen"."""
        fresh = []
        for text in dict.fromkeys(sighting.texts):
            seen_at = self._seen.get(self._digest(text))
            if seen_at is None or sighting.captured_at - seen_at > self._quiet:
                fresh.append(text)
            else:
                self._remember(text, sighting.captured_at)
        return fresh

    def _remember(self, text: str, at: float) -> None:
        digest = self._digest(text)
        self._seen[digest] = at
        self._seen.move_to_end(digest)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()


def _passes_first(people: list[Person]) -> list[Person]:
    """Drop what is no pass at all (a payment code) when there is a pass beside it."""
    passes = [p for p in people if p.verdict.reason is None or p.verdict.reason.code != FOREIGN]
    return passes or people[:1]
