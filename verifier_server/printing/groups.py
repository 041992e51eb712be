"""Whose papers are asked for: the people of a unit, of a site, or of a list; how many have a pass, and why others none.

People, not passes: whoever has no pass to print is counted too, with the reason, so that nobody is forgotten at a
handing-out without somebody knowing. Left out: the papers (:mod:`~.making`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, exists, func, select

from verifier_server.doses.tables import Dose, SignOffRefusal
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.units.within import lives_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

PRINTABLE = "printable"
WHY_NONE = ("refused", "unsigned", "revoked", "expired", "never")
"""Why somebody has none: refused at the sign-off, the doses wait for it, or what became of the last one."""


@dataclass(frozen=True, slots=True)
class Group:
    """The people that are meant.

    :ivar scope: ``unit``: who lives there; ``site``: who got a dose there; ``people``: a list.
    """

    scope: str
    unit_version: int | None = None
    unit: str | None = None
    site_id: int | None = None
    people: tuple[int, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """Return what a person of this group fulfils."""
        if self.scope == "unit":
            return lives_in(self.unit or "", self.unit_version)
        if self.scope == "site":
            return exists().where(Dose.person_id == Person.id, Dose.site_id == self.site_id)
        return Person.id.in_(self.people)


class WithoutPass(NamedTuple):
    """Somebody with no pass to print, and one of `WHY_NONE`."""

    id: int
    name: str
    birth: int
    why: str


def counted(session: Session, group: Group, form: str, now: int) -> dict[str, int]:
    """Count the people of a group by `PRINTABLE` or one of `WHY_NONE`."""
    found = _standing(group, form, now)
    rows = session.execute(select(found.c.why, func.count()).group_by(found.c.why))
    return dict(tuple(row) for row in rows)


def without_pass(session: Session, group: Group, form: str, now: int, *, limit: int) -> Sequence[WithoutPass]:
    """Return the people of a group with no pass to print, by name."""
    found = _standing(group, form, now)
    rows = (
        select(Person.id, Person.name, Person.birth, found.c.why)
        .join(found, found.c.person_id == Person.id)
        .where(found.c.why != PRINTABLE)
        .order_by(Person.name_plain, Person.id)
        .limit(limit)
    )
    return [WithoutPass(*row) for row in session.execute(rows)]


def printable(group: Group, form: str, now: int) -> Select[tuple[int, int]]:
    """Select the newest pass in use of everybody in a group who has one, and its place in the order of names."""
    found = _standing(group, form, now)
    place = func.row_number().over(order_by=(Person.name_plain, Person.id)) - 1
    rows = select(found.c.pass_id, place.label("place")).join(Person, Person.id == found.c.person_id)
    return rows.where(found.c.why == PRINTABLE)


def in_use(form: str, now: int) -> list[ColumnElement[bool]]:
    """Return what a pass of this form fulfils that a checkpoint accepts and that is the person's newest."""
    return [
        IssuedPass.form == form,
        IssuedPass.superseded_by.is_(None),
        IssuedPass.revoked_at.is_(None),
        IssuedPass.expires_at > now,
    ]


def _standing(group: Group, form: str, now: int) -> Subquery:
    """Everybody of a group: the pass to print, or why there is none."""
    theirs = select(func.max(IssuedPass.id)).where(IssuedPass.person_id == Person.id).correlate(Person)
    newest = theirs.where(IssuedPass.form == form).scalar_subquery()
    current = theirs.where(*in_use(form, now)).scalar_subquery()
    people = (
        select(Person.id.label("person_id"), current.label("pass_id"), newest.label("newest_id"))
        .where(group.condition(), Person.merged_into.is_(None), Person.erased_at.is_(None))
        .subquery()
    )
    refused = exists().where(SignOffRefusal.person_id == people.c.person_id, SignOffRefusal.form == form)
    waits = exists().where(Dose.person_id == people.c.person_id, Dose.signed_off_at.is_(None))
    why = case(
        (people.c.pass_id.is_not(None), PRINTABLE),
        (refused, "refused"),
        (waits, "unsigned"),
        (IssuedPass.revoked_at.is_not(None), "revoked"),
        (IssuedPass.id.is_not(None), "expired"),
        else_="never",
    )
    rows = select(people.c.person_id, people.c.pass_id, why.label("why"))
    return rows.outerjoin(IssuedPass, IssuedPass.id == people.c.newest_id).subquery()
