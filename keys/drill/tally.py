"""What the drill counts, added up over scanners, and the figures that are made of it.

Counts are of what scanners said, never of what they should have said. Leaves out drawing (``picture``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from keys.client.policy import Freshness
from keys.drill.crowd import Kind, Visitor
from vaccine_pass.reasons import Outcome
from vaccine_pass.verdict import Verdict

_GOOD = (Kind.HONEST, Kind.REISSUED)
PROMISES = (
    "honest_refused",
    "forged_accepted_after_news",
    "revoked_accepted_after_news",
    "expired_accepted",
    "altered_accepted",
    "strangers_accepted",
)
"""Figures that are 0, or a rule was broken."""


@dataclass
class Tally:
    """Counts of some scanners.

    :ivar said: by kind of visitor, outcome, and whether the scanner had the news already.
    :ivar by_day: the same verdicts by day and outcome; ``fresh`` scanners by day and freshness of their data.
    :ivar updates: by what became of them: ``taken``, ``nothing_new``, or the code of a refusal.
    :ivar news: for each scanner that had not heard on the day, after how many days it had the news.
    """

    said: Counter[tuple[Kind, Outcome, bool]] = field(default_factory=Counter)
    honest_reasons: Counter[str] = field(default_factory=Counter)
    by_day: Counter[tuple[int, Outcome]] = field(default_factory=Counter)
    fresh: Counter[tuple[int, Freshness]] = field(default_factory=Counter)
    updates: Counter[tuple[str, str]] = field(default_factory=Counter)
    news: list[int] = field(default_factory=list)

    def note(self, day: int, visitor: Visitor, verdict: Verdict, *, has_news: bool) -> None:
        """Count one verdict."""
        self.said[visitor.kind, verdict.outcome, has_news] += 1
        self.by_day[day, verdict.outcome] += 1
        if visitor.kind in _GOOD and verdict.outcome is Outcome.REFUSED and verdict.reason:
            self.honest_reasons[verdict.reason.code] += 1

    def add(self, other: Tally) -> None:
        """Count another's too."""
        self.said += other.said
        self.honest_reasons += other.honest_reasons
        self.by_day += other.by_day
        self.fresh += other.fresh
        self.updates += other.updates
        self.news += other.news

    def number(self, outcome: Outcome | None = None, *kinds: Kind, has_news: bool | None = None) -> int:
        """How many verdicts there were, of an outcome, of these kinds (all without any)."""
        return sum(
            count
            for (kind, said, knew), count in self.said.items()
            if outcome in {None, said} and (not kinds or kind in kinds) and has_news in {None, knew}
        )

    def figures(self) -> dict[str, object]:
        """The figures; those of ``PROMISES`` are to be 0."""
        good, late, edge = _GOOD, Kind.NOT_REISSUED_YET, Kind.FIRST_OR_LAST_DAY
        accepted, refused, unknown = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.CANNOT_TELL
        return {
            "presented": self.number(),
            "honest": self.number(None, *good),
            "honest_refused": self.number(refused, *good),
            "honest_refused_why": dict(sorted(self.honest_reasons.items())),
            "honest_cannot_tell": self.number(unknown, *good),
            "honest_not_reissued_yet": self.number(None, late),
            "honest_not_reissued_yet_refused": self.number(refused, late),
            "first_or_last_day": self.number(None, edge),
            "first_or_last_day_refused": self.number(refused, edge),
            "forged_accepted_before_news": self.number(accepted, Kind.FORGED, has_news=False),
            "forged_accepted_after_news": self.number(accepted, Kind.FORGED, has_news=True),
            "revoked_accepted_before_news": self.number(accepted, Kind.REVOKED, has_news=False),
            "revoked_accepted_after_news": self.number(accepted, Kind.REVOKED, has_news=True),
            "expired_accepted": self.number(accepted, Kind.EXPIRED),
            "altered_accepted": self.number(accepted, Kind.ALTERED),
            "strangers_accepted": self.number(accepted, Kind.STRANGER),
            "cannot_tell": self.number(unknown),
            "degraded_scanner_days": sum(n for (_, fresh), n in self.fresh.items() if fresh is not Freshness.FRESH),
            "cannot_tell_scanner_days": sum(n for (_, fresh), n in self.fresh.items() if fresh is Freshness.STALE),
        }

    def news_figures(self) -> dict[str, int]:
        """After how many days half of the scanners had the news of the stolen key, and all that ever had."""
        days = sorted(self.news)
        if not days:
            return {}
        return {"scanners": len(days), "half_after_days": days[len(days) // 2], "all_after_days": days[-1]}

    def update_figures(self) -> dict[str, dict[str, int]]:
        """What became of updates, by who offered them: the ministry, or a thief."""
        found: dict[str, dict[str, int]] = {}
        for (who, what), count in sorted(self.updates.items()):
            found.setdefault(who, {})[what] = count
        return found
