"""What the drill counts, added up over scanners, and the figures that are made of it.

Counts are of what scanners said, never of what they should have said. Leaves out drawing (``picture``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from keys.client.policy import Freshness
from keys.drill.crowd import Kind, Visitor
from vaccine_pass.reasons import Outcome
from vaccine_pass.verdict import Verdict

GOOD = (Kind.HONEST, Kind.REISSUED, Kind.FIRST_OR_LAST_DAY)
PROMISES = (
    "honest_refused",
    "forged_accepted_after_news",
    "revoked_accepted_after_news",
    "expired_accepted",
    "altered_accepted",
    "strangers_accepted",
)
"""Figures that are 0, or a rule was broken."""

Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of verdict: on whom, what, why (None: accepted), and whether the scanner had the news before."""

    kind: Kind
    outcome: Outcome
    reason: str | None
    had_news: bool


@dataclass
class Tally:
    """Counts of some scanners.

    :ivar by_day: verdicts by day and outcome. ``fresh``: scanners by day and freshness of their data.
    :ivar forged: verdicts on passes of the stolen key, by day and outcome.
    :ivar updates: by who offered them, and ``taken``, ``nothing_new``, or the code of a refusal.
    :ivar news: for each scanner the days from the discovery of the theft until it had the news.
    """

    said: Counter[Said] = field(default_factory=Counter)
    by_day: Counter[tuple[int, Outcome]] = field(default_factory=Counter)
    fresh: Counter[tuple[int, Freshness]] = field(default_factory=Counter)
    forged: Counter[tuple[int, Outcome]] = field(default_factory=Counter)
    updates: Counter[tuple[str, str]] = field(default_factory=Counter)
    news: list[int] = field(default_factory=list)

    def note(self, day: int, visitor: Visitor, verdict: Verdict, *, had_news: bool) -> None:
        """Count one verdict."""
        reason = verdict.reason.code if verdict.reason else None
        self.said[Said(visitor.kind, verdict.outcome, reason, had_news)] += 1
        self.by_day[day, verdict.outcome] += 1
        if visitor.kind is Kind.FORGED:
            self.forged[day, verdict.outcome] += 1

    def add(self, other: Tally) -> None:
        """Count another's too."""
        self.said += other.said
        self.by_day += other.by_day
        self.fresh += other.fresh
        self.forged += other.forged
        self.updates += other.updates
        self.news += other.news

    def number(self, outcome: Outcome | None = None, *kinds: Kind, had_news: bool | None = None) -> int:
        """How many verdicts there were of an outcome (any: None), on these kinds (all without any)."""
        return sum(
            count
            for one, count in self._of(kinds)
            if outcome in {None, one.outcome} and had_news in {None, one.had_news}
        )

    def figures(self) -> Figures:
        """The figures; those of ``PROMISES`` are to be 0."""
        edge, late = Kind.FIRST_OR_LAST_DAY, Kind.NOT_REISSUED_YET
        accepted, refused, unknown = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.CANNOT_TELL
        return {
            "presented": self.number(),
            "honest": self.number(None, *GOOD),
            "honest_refused": self.number(refused, *GOOD),
            "honest_refused_why": self._why(*GOOD),
            "honest_cannot_tell": self.number(unknown, *GOOD),
            "honest_not_reissued_yet": self.number(None, late),
            "honest_not_reissued_yet_refused": self.number(refused, late),
            "first_or_last_day": self.number(None, edge),
            "first_or_last_day_cannot_tell": self.number(unknown, edge),
            "forged_accepted_before_news": self.number(accepted, Kind.FORGED, had_news=False),
            "forged_accepted_after_news": self.number(accepted, Kind.FORGED, had_news=True),
            "revoked_accepted_before_news": self.number(accepted, Kind.REVOKED, had_news=False),
            "revoked_accepted_after_news": self.number(accepted, Kind.REVOKED, had_news=True),
            "expired_accepted": self.number(accepted, Kind.EXPIRED),
            "altered_accepted": self.number(accepted, Kind.ALTERED),
            "strangers_accepted": self.number(accepted, Kind.STRANGER),
            "cannot_tell": self.number(unknown),
            "degraded_scanner_days": sum(n for (_, fresh), n in self.fresh.items() if fresh is not Freshness.FRESH),
            "cannot_tell_scanner_days": sum(n for (_, fresh), n in self.fresh.items() if fresh is Freshness.STALE),
            "verdicts": {kind.value: {one.value: self.number(one, kind) for one in Outcome} for kind in Kind},
        }

    def news_figures(self) -> Figures:
        """After how many days half of the scanners had the news of the stolen key, and the last one."""
        days = sorted(self.news)
        if not days:
            return {}
        return {"scanners": len(days), "half_after_days": days[len(days) // 2], "all_after_days": days[-1]}

    def update_figures(self) -> Figures:
        """What became of updates, by who offered them: the ministry, or a thief."""
        found: dict[str, dict[str, int]] = {}
        for (who, what), count in sorted(self.updates.items()):
            found.setdefault(who, {})[what] = count
        return dict(found)

    def _why(self, *kinds: Kind) -> dict[str, int]:
        why: Counter[str] = Counter()
        for one, count in self._of(kinds):
            if one.outcome is Outcome.REFUSED and one.reason:
                why[one.reason] += count
        return dict(sorted(why.items()))

    def _of(self, kinds: tuple[Kind, ...]) -> Iterator[tuple[Said, int]]:
        return ((one, count) for one, count in self.said.items() if not kinds or one.kind in kinds)
