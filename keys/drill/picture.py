"""The picture of a drilled year: keys' lives, ceremonies, misfortunes, the age of scanners' data, and verdicts.

From a ``Played`` to SVG text. One column, so that it can be read on a phone; what is drawn is also told in words.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TypeVar

from keys.client.policy import Freshness
from keys.drill import lifelines, svg
from keys.drill.plan import START, Plan
from keys.drill.run import Played
from keys.lifecycle import DAY
from vaccine_pass.reasons import Outcome

_What = TypeVar("_What")
_LEFT, _RIGHT = float(svg.MARGIN), float(svg.WIDTH - svg.MARGIN)
_BAND = 150.0
# Told apart by lightness too, for who sees no difference between red and green.
_GREEN, _YELLOW, _GREY, _RED, _ALARM = "#2e7d4f", "#f0c419", "#b9bec4", "#ec7357", "#b3261e"
_EVENTS = {
    "theft": "signing key stolen",
    "found": "found out: the spare signs",
    "holder replaced": "a lost holder replaced",
    "new online keys": "stolen online keys replaced",
}


class _Sheet:
    """A column that is filled from the top."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.y = plan, 0.0
        self.marks: list[str] = []
        self.labels: list[str] = []  # above everything else

    def x(self, day: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * day / self.plan.days

    def down(self, by: float) -> float:
        self.y += by
        return self.y

    def add(self, *marks: str) -> None:
        self.marks += marks

    def say(self, *labels: str) -> None:
        self.labels += labels


def drawn(played: Played) -> str:
    """The picture as an SVG document."""
    sheet = _Sheet(played.year.plan)
    _heading(sheet, played)
    _months(sheet)
    top = sheet.y
    _keys(sheet, played)
    _ceremonies(sheet, played)
    _scanners(sheet, played)
    _verdicts(sheet, played)
    _forged(sheet, played)
    _misfortunes(sheet, played, top)
    return svg.document("".join(sheet.marks + sheet.labels), sheet.down(24), "A year of the drill", _told(played))


def _heading(sheet: _Sheet, played: Played) -> None:
    plan, figures = sheet.plan, played.tally.figures()
    broken = f" Sabotage: {played.sabotage}." if played.sabotage else ""
    sheet.say(
        svg.words(_LEFT, sheet.down(44), "", size=34, bold="A year of the drill"),
        svg.words(_LEFT, sheet.down(38), f"{plan.scanners} scanners, {plan.days} days, seed {plan.seed}.{broken}"),
    )
    for name, text in {
        "presented": "passes shown",
        "honest_refused": "honest people refused",
        "forged_accepted_after_news": "forged passes accepted after the news",
    }.items():
        sheet.say(svg.words(_LEFT, sheet.down(34), f" {text}", bold=f"{figures[name]:,}"))
    sheet.down(20)


def _months(sheet: _Sheet) -> None:
    sheet.down(30)
    for day in range(sheet.plan.days):
        date = datetime.fromtimestamp(START + day * DAY, UTC)
        if date.day == 1:
            sheet.add(svg.line(sheet.x(day), sheet.y - 22, sheet.x(day), sheet.y + 8, svg.INK, width=1.5))
            if sheet.x(day) < _RIGHT - 44 and (sheet.plan.days <= 400 or date.month % 3 == 1):
                sheet.say(svg.words(sheet.x(day) + 5, sheet.y, f"{date:%b}", size=svg.SMALL))
    sheet.add(svg.line(_LEFT, sheet.down(8), _RIGHT, sheet.y, svg.INK, width=1.5))


def _section(sheet: _Sheet, title: str, entries: list[tuple[str, str]]) -> None:
    sheet.say(svg.words(_LEFT, sheet.down(54), "", bold=title))
    if entries:
        sheet.say(svg.legend(sheet.down(34), entries))
    sheet.down(12)


def _keys(sheet: _Sheet, played: Played) -> None:
    _section(sheet, "Signing keys", lifelines.LEGEND)
    for form in ("domestic", "travel"):
        sheet.say(svg.words(_LEFT, sheet.down(26), f"of {form} passes", size=svg.SMALL))
        keys = [entry for entry in played.year.keys if entry.form == form]
        marks, height = lifelines.drawn(keys, sheet.plan, sheet.x, sheet.down(8))
        sheet.add(marks)
        sheet.down(height)


def _ceremonies(sheet: _Sheet, played: Played) -> None:
    days = sorted({day for day, kind in played.year.events if kind == "ceremony"})
    _section(sheet, f"Days with a ceremony: {len(days)}", [])
    top = sheet.y
    sheet.add(*(svg.line(sheet.x(day), top, sheet.x(day), top + 22, svg.INK, width=2.5) for day in days))
    sheet.down(22)


def _scanners(sheet: _Sheet, played: Played) -> None:
    _section(sheet, "Scanners, by the age of their data", [
        (_GREEN, "fresh"), (_YELLOW, "warning, from 7 days"), (_GREY, "cannot tell, from 21"),
    ])  # fmt: skip
    layers = [(Freshness.FRESH, _GREEN), (Freshness.WARN, _YELLOW), (Freshness.STALE, _GREY)]
    _shares(sheet, played.tally.fresh, layers)


def _verdicts(sheet: _Sheet, played: Played) -> None:
    _section(sheet, "Passes shown, by verdict", [
        (_GREEN, "accepted"), (_RED, "refused"), (_GREY, "cannot tell"),
    ])  # fmt: skip
    _shares(sheet, played.tally.by_day, _outcomes())


def _forged(sheet: _Sheet, played: Played) -> None:
    _section(sheet, "Passes forged with the stolen key, by verdict", [
        (_GREEN, "accepted"), (_RED, "refused"), (_GREY, "cannot tell"),
    ])  # fmt: skip
    _shares(sheet, played.tally.forged, _outcomes())


def _outcomes() -> list[tuple[Outcome, str]]:
    return [(Outcome.ACCEPTED, _GREEN), (Outcome.REFUSED, _RED), (Outcome.CANNOT_TELL, _GREY)]


def _shares(sheet: _Sheet, counts: Counter[tuple[int, _What]], layers: list[tuple[_What, str]]) -> None:
    """A band of shares over the days on which there is anything."""
    wholes = [sum(counts[day, what] for what, _ in layers) for day in range(sheet.plan.days)]
    days = [day for day, whole in enumerate(wholes) if whole]
    bottom = sheet.down(_BAND)
    sheet.add(svg.box(_LEFT, bottom - _BAND, _RIGHT - _LEFT, _BAND, "#ffffff", edge=svg.PALE))
    if days:
        shares = [(colour, [counts[day, what] / wholes[day] for day in days]) for what, colour in layers]
        sheet.add(svg.stacked([sheet.x(day + 0.5) for day in days], shares, bottom, _BAND))
    sheet.say(svg.words(_RIGHT - 6, bottom - _BAND + 24, "100%", size=svg.SMALL - 2, anchor="end"))


def _misfortunes(sheet: _Sheet, played: Played, top: float) -> None:
    """Dashed lines through the whole column, and what they mean at its foot."""
    found = [(day, _EVENTS[kind]) for day, kind in played.year.events if kind in _EVENTS]
    bottom = sheet.y
    sheet.down(12)
    for day, text in found:
        y, right = sheet.down(32), sheet.x(day) > svg.WIDTH / 2
        colour, side = _ALARM if "stolen" in text else svg.INK, -8 if right else 8
        sheet.add(svg.line(sheet.x(day), top, sheet.x(day), y + 4, colour, dash="7 5"))
        sheet.say(svg.words(sheet.x(day) + side, y, text, size=svg.SMALL, anchor="end" if right else "start"))
    if not found:
        sheet.y = bottom


def _told(played: Played) -> str:
    events = "; ".join(f"day {day}: {_EVENTS[kind]}" for day, kind in played.year.events if kind in _EVENTS)
    figures = played.tally.figures()
    return (
        f"{played.year.plan.scanners} scanners through {played.year.plan.days} days. {events}. "
        f"{figures['presented']} passes were shown; {figures['honest_refused']} honest people were refused; "
        f"{figures['forged_accepted_after_news']} forged passes were accepted after the scanner had the news, "
        f"{figures['forged_accepted_before_news']} before it."
    )
