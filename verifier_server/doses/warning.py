"""What a site's lead should look at before signing a dose. It warns and never blocks: it may have been given so.

Intervals, and which products follow each other, are dated data in ``intervals.json`` (they changed during 2021): the
rule is that of the day on which the later dose was given. A booster, after a complete series, has no rule in it. A pair
of products that the file does not name was not provided for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vaccine_pass.status import Status
from verifier_server.doses.state import domestic_state, product

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier_server.doses.tables import Dose

_FILE = Path(__file__).with_name("intervals.json")


class Warned(NamedTuple):
    """One thing to look at: a stable code, and what its words need."""

    code: str
    evidence: dict[str, object]


@dataclass(frozen=True, slots=True)
class Interval:
    """How many days lie between two doses, for later doses given in a period; ``most`` None: no limit."""

    after: str
    next: str
    least: int
    most: int | None
    begins: date
    ends: date | None


@cache
def intervals() -> tuple[Interval, ...]:
    """Return the rules of the file."""
    return tuple(
        Interval(
            row["after"],
            row["next"],
            row["least"],
            row["most"],
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["until"]) if row["until"] else None,
        )
        for row in json.loads(_FILE.read_text("utf-8"))
    )


def warnings_of(dose: Dose, doses: Sequence[Dose], rules: Iterable[Interval] | None = None) -> list[Warned]:
    """Return what to look at about one dose, among all doses of its person.

    :param rules: other rules than those of the file.
    """
    before = sorted((one for one in doses if one.number < dose.number), key=lambda one: one.number)
    found = [*_about_itself(dose), *_about_the_number(dose, before)]
    if before and domestic_state(before).status is not Status.COMPLETE:
        found += _about_the_interval(before[-1], dose, intervals() if rules is None else rules)
    return found


def _about_itself(dose: Dose) -> list[Warned]:
    vaccine = product(dose.vaccine)
    found = []
    if vaccine.trial:
        found.append(Warned("trial", {"vaccine": vaccine.name}))
    if dose.series and dose.series != vaccine.series:
        found.append(Warned("special_series", {"series": dose.series, "usual": vaccine.series}))
    if not dose.lot:
        found.append(Warned("no_lot", {}))
    return found


def _about_the_number(dose: Dose, before: Sequence[Dose]) -> list[Warned]:
    there = {one.number for one in before}
    missing = [number for number in range(1, dose.number) if number not in there]
    return [Warned("missing_before", {"number": dose.number, "missing": missing[0]})] if missing else []


def _about_the_interval(former: Dose, dose: Dose, rules: Iterable[Interval]) -> list[Warned]:
    days = (dose.given_on - former.given_on).days
    pair = [one for one in rules if (one.after, one.next) == (former.vaccine, dose.vaccine)]
    rule = next((one for one in pair if one.begins <= dose.given_on <= (one.ends or date.max)), None)
    if not pair and former.vaccine != dose.vaccine:
        names = {"former": product(former.vaccine).name, "vaccine": product(dose.vaccine).name}
        return [Warned("mixed", names)]
    if rule and days < rule.least:
        return [Warned("too_early", {"days": days, "least": rule.least})]
    if rule and rule.most is not None and days > rule.most:
        return [Warned("too_late", {"days": days, "most": rule.most})]
    return []
