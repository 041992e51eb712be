"""Finding people: by parts of a name, with or without diacritics, of an ID number or of a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import false, or_, select

from vaccine_pass.names import folded, plain
from verifier_server.people.tables import Person, PersonIdentifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LONGEST_QUERY = 120
_NUMBER = re.compile(r"[A-Za-z]{0,3}[0-9]{3,}")
_WRITTEN = re.compile(r"[+(]{0,2}[0-9][0-9.()\-]*", re.ASCII)


def find_people(
    session: Session, query: str, *, limit: int = 50, where: Sequence[ColumnElement[bool]] = ()
) -> Sequence[Person]:
    """Return the people that a search text means, by name; every word must be found.

    "hòa" finds Hòa and Hoà before Hoa; "hoa" finds all of them. A run of digits is looked for
    in ID numbers, former ones too, and in phones, with or without dots, dashes and brackets; a
    phone's leading 0 stands for +84. People who were merged into others or erased are not found.

    :param where: what must be so besides.
    """
    words = query[:LONGEST_QUERY].split()
    if not words or "\0" in query:  # which no name holds, and PostgreSQL takes in no text
        return []
    found = session.scalars(
        select(Person)
        .where(Person.merged_into.is_(None), Person.erased_at.is_(None), *(_means(word) for word in words), *where)
        .order_by(Person.name_plain, Person.birth, Person.id)
        .limit(limit)
    ).all()
    wanted = folded(query)
    return sorted(found, key=lambda person: wanted not in person.name_folded)


def _means(word: str) -> ColumnElement[bool]:
    if _WRITTEN.fullmatch(word):
        word = re.sub(r"[^0-9]", "", word)
    if _NUMBER.fullmatch(word):
        papers = select(PersonIdentifier.person_id).where(_holds(PersonIdentifier.number, word.upper()))
        return or_(
            _holds(Person.id_number, word.upper()), _holds(Person.phone, word.removeprefix("0")), Person.id.in_(papers)
        )
    return named(word)


def named(word: str) -> ColumnElement[bool]:
    """Return the condition that a word is a part of the name, with or without diacritics."""
    # Of a word of marks alone nothing is left, and nothing is a part of every name.
    return _holds(Person.name_plain, plain(word)) if plain(word) else false()


def _holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return column.contains(part, autoescape=True)
