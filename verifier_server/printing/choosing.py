"""Whose cards are printed in one go: what is in use and was issued at a site, on a day, or for a list of people.

One card a person: the newest domestic pass. In the order of names, as a list at a handing-out is. Read in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from verifier_server.checks import VIETNAM
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.units.within import lives_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen; what is None does not matter.

    :ivar site_id: issued at this site.
    :ivar day: issued on this day, Vietnam's.
    :ivar unit: of people who live in the unit with this code: a ward, or any ward of a district or province.
    :ivar people: of these people of the register.
    """

    site_id: int | None = None
    day: date | None = None
    unit: str | None = None
    people: tuple[int, ...] | None = None


def chosen(session: Session, choice: Choice, now: int) -> Iterator[IssuedPass]:
    """Give the domestic passes in use that are chosen, by name and number of the person."""
    rows = (
        select(IssuedPass)
        .join(Person, and_(Person.id == IssuedPass.person_id))
        .where(*_conditions(choice, now))
        .order_by(Person.name_plain, Person.id, IssuedPass.id)
        .execution_options(yield_per=AT_ONCE)
    )
    yield from session.scalars(rows)


def _conditions(choice: Choice, now: int) -> list[ColumnElement[bool]]:
    found = [
        IssuedPass.form == "domestic",
        IssuedPass.superseded_by.is_(None),
        IssuedPass.revoked_at.is_(None),
        IssuedPass.expires_at > now,
    ]
    if choice.site_id is not None:
        found.append(IssuedPass.site_id == choice.site_id)
    if choice.day is not None:
        midnight = datetime.combine(choice.day, datetime.min.time(), VIETNAM)
        after = midnight + timedelta(days=1)
        found += [IssuedPass.issued_at >= int(midnight.timestamp()), IssuedPass.issued_at < int(after.timestamp())]
    if choice.unit is not None:
        found.append(lives_in(choice.unit))
    if choice.people is not None:
        found.append(IssuedPass.person_id.in_(choice.people))
    return found
