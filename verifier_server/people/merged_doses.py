"""The doses of two records that are one person: counted once each, in the order of their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.doses.tables import Dose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

Place = list[int]
"""A dose, the person it was of and its number: JSON's form of a row that moved."""

# Numbers are unique for a person: while they change places, doses stand up here.
_ASIDE = 50


def join_doses(session: Session, kept: int, gone: int) -> list[Place]:
    """Give the doses of one person to another; returns where each dose that changed stood before.

    A dose that both have stays where it is and counts once.
    """
    mine, theirs = _doses(session, kept), _doses(session, gone)
    given = {(dose.vaccine, dose.given_on) for dose in mine}
    moving = [dose for dose in theirs if (dose.vaccine, dose.given_on) not in given]
    before = {dose.id: [dose.id, dose.person_id, dose.number] for dose in [*mine, *moving]}
    together = [*mine, *moving]
    numbers = _numbers(together)
    changed = [dose for dose in together if (dose.person_id, dose.number) != (kept, numbers[dose.id])]
    _place(session, changed, [(kept, numbers[dose.id]) for dose in changed])
    return [before[dose.id] for dose in changed]


def part_doses(session: Session, kept: int, gone: int, places: Iterable[Place]) -> list[int]:
    """Put doses back where they stood; one that is struck since is left out.

    A dose recorded since the merge stays with the person who was kept, under a number that is free. Returns the
    doses that changed.
    """
    wanted = {dose_id: (person, number) for dose_id, person, number in places}
    there = _doses(session, kept)
    back = [dose for dose in there if dose.id in wanted]
    taken = {wanted[dose.id][1] for dose in back if wanted[dose.id][0] == kept}
    others = [dose for dose in there if dose.id not in wanted]
    clashing = [dose for dose in others if dose.number in taken]
    free = max([*taken, *(dose.number for dose in others)], default=0) + 1
    targets = [wanted[dose.id] for dose in back] + [(kept, free + n) for n in range(len(clashing))]
    _place(session, [*back, *clashing], targets)
    return [dose.id for dose in (*back, *clashing)]


def _doses(session: Session, person: int) -> Sequence[Dose]:
    return session.scalars(
        select(Dose).where(Dose.person_id == person).order_by(Dose.number).execution_options(populate_existing=True)
    ).all()


def _numbers(doses: Sequence[Dose]) -> dict[int, int]:
    numbers = [dose.number for dose in doses]
    by_day = sorted(doses, key=lambda dose: (dose.given_on, dose.number, dose.id))
    by_number = sorted(doses, key=lambda dose: dose.number)
    in_order = [dose.given_on for dose in by_number] == [dose.given_on for dose in by_day]
    if len(set(numbers)) == len(numbers) and in_order:
        return {dose.id: dose.number for dose in doses}
    return {dose.id: number for number, dose in enumerate(by_day, start=1)}


def _place(session: Session, doses: Sequence[Dose], places: Sequence[tuple[int, int]]) -> None:
    for at, dose in enumerate(doses):
        dose.number = _ASIDE + at
    session.flush()
    for dose, (person, number) in zip(doses, places, strict=True):
        dose.person_id, dose.number = person, number
        dose.version += 1  # a form that was opened before is refused
    session.flush()
