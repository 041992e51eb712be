"""The people who are reached at one phone: a family, and never one identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


_FAMILY = (
    select(Person)
    .where(Person.phone == bindparam("phone"), Person.merged_into.is_(None), Person.erased_at.is_(None))
    .order_by(Person.birth, Person.id)
)


def people_of_phone(session: Session, phone: str) -> list[Person]:
    """Return the people with this phone (E.164), the eldest first; merged and erased ones are not among them."""
    return list(session.scalars(_FAMILY, {"phone": phone}))
