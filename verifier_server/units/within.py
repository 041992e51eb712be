"""Who lives in a unit: in the ward, or in any ward of the district or province."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from verifier_server.people.tables import Person
from verifier_server.units.tables import Unit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_ABOVE = {2: Unit.province, 3: Unit.parent}


def lives_in(code: str, version: int | None = None) -> ColumnElement[bool]:
    """Return the condition that a person's unit is this one, or one below it in the imported list.

    :param code: two digits (a province), three (a district) or five (a ward).
    :param version: the year of the list; None: whichever the person's own unit is of.
    """
    there = Person.unit == code
    above = _ABOVE.get(len(code))
    if above is not None:
        below = select(Unit.code).where(above == code, Unit.version == Person.unit_version)
        there = or_(there, Person.unit.in_(below))
    return there if version is None else there & (Person.unit_version == version)
