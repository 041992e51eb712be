"""Taking people out of the register to change them: locked in one order, neither merged nor erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.errors import FieldError
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def held(session: Session, *ids: int) -> list[Person]:
    """Return these people, locked until the transaction ends, in the order asked for.

    :raises FieldError: one of them is not there, was merged into another, or was erased.
    """
    rows = session.scalars(
        select(Person)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {person.id: person for person in rows}
    for one in ids:
        person = found.get(one)
        if person is None or person.erased_at is not None:
            raise FieldError("person", "This person is not in the register.", code="unknown_person")
        if person.merged_into is not None:
            raise FieldError("person", "This record was merged into another: open that one.", code="person_merged")
    return [found[one] for one in ids]
