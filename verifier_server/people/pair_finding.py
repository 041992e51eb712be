"""Who of the whole register may be somebody else of it: pairs that share a key are scored, with their reasons.

Everybody is compared with nobody but those who share one of four keys: the name without accents and the year of
birth; the phone and the year of birth; a number, a former one too; a number that differs by one digit, by two digits
in the other order, or by a zero at its beginning. Each key is a look-up in an index. A pair belongs to its lower
number, so that each is found once. Nothing is merged here. Left out: pairs whose name and birth date both differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, selectinload

from verifier_server.people.identifiers import BIRTH_CERTIFICATE, CCCD, DIGITS
from verifier_server.people.scoring import Reason, facts_of_person, nearby_numbers, score
from verifier_server.people.tables import NotTheSame, Person, PersonIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from verifier_server.people.scoring import Facts

_YEAR = 10_000
_MOST_VALUES = 5_000
_MOST_PEOPLE = 1_000


class Pair(NamedTuple):
    """Two people, the lower number first, with a score from 0 to 100 and its reasons."""

    first: int
    second: int
    score: int
    reasons: tuple[Reason, ...]


def standing_after(session: Session, number: int, most: int) -> list[int]:
    """Return the numbers of the next people behind one, neither merged nor erased."""
    wanted = select(Person.id).where(Person.id > number, *_stands(Person))
    return list(session.scalars(wanted.order_by(Person.id).limit(most)))


def pairs_of(session: Session, people: Sequence[int]) -> list[Pair]:
    """Return the likely pairs of these people with others of higher numbers.

    :param people: numbers in ascending order, without a person that stands left out between two of them.
    """
    if not people:
        return []
    alike: set[tuple[int, int]] = set()
    for query in _joins(people[0], people[-1]):
        alike.update((one, other) for one, other in session.execute(query))
    alike.update(_by_nearby_numbers(session, people[0], people[-1]))
    alike -= _apart(session, people[0], people[-1])
    return list(_likely(session, alike))


def _joins(first: int, last: int) -> Iterator[Select[tuple[int, int]]]:
    one, other = aliased(Person), aliased(Person)
    both = (one.id.between(first, last), other.id > one.id, *_stands(one), *_stands(other))
    year = one.birth - one.birth % _YEAR
    same_year = other.birth.between(year, year + _YEAR - 1)
    yield select(one.id, other.id).where(*both, other.name_plain == one.name_plain, same_year)
    yield select(one.id, other.id).where(*both, other.phone == one.phone, same_year)
    mine, theirs = aliased(PersonIdentifier), aliased(PersonIdentifier)
    # A birth certificate's running number is in every commune; one of twelve digits is the person's own.
    own = or_(mine.kind != BIRTH_CERTIFICATE, func.length(mine.number) == DIGITS[CCCD])
    papers = (mine.person_id == one.id, theirs.number == mine.number, theirs.person_id == other.id, own)
    yield select(one.id, other.id).where(*both, *papers)


def _by_nearby_numbers(session: Session, first: int, last: int) -> Iterator[tuple[int, int]]:
    held = (
        select(PersonIdentifier.number, PersonIdentifier.person_id)
        .join(Person, Person.id == PersonIdentifier.person_id)
        .where(PersonIdentifier.person_id.between(first, last), *_stands(Person))
    )
    near: dict[str, list[int]] = {}
    for number, person in session.execute(held):
        for other in nearby_numbers(number):
            near.setdefault(other, []).append(person)
    wanted = list(near)
    for at in range(0, len(wanted), _MOST_VALUES):
        found = select(PersonIdentifier.number, PersonIdentifier.person_id).where(
            PersonIdentifier.number.in_(wanted[at : at + _MOST_VALUES])
        )
        for number, other in session.execute(found):
            yield from ((person, other) for person in near[number] if person < other)


def _apart(session: Session, first: int, last: int) -> set[tuple[int, int]]:
    told = select(NotTheSame.first_id, NotTheSame.second_id).where(NotTheSame.first_id.between(first, last))
    return {(one, other) for one, other in session.execute(told)}


def _likely(session: Session, alike: Iterable[tuple[int, int]]) -> Iterator[Pair]:
    pairs = sorted(alike)
    for at in range(0, len(pairs), _MOST_PEOPLE // 2):
        piece = pairs[at : at + _MOST_PEOPLE // 2]
        there = select(Person).where(Person.id.in_({one for pair in piece for one in pair}), *_stands(Person))
        people = session.scalars(there.options(selectinload(Person.identifiers)))
        facts = {person.id: facts_of_person(person) for person in people}
        for first, second in piece:
            if first in facts and second in facts:
                points = score(facts[first], facts[second])
                if points.is_probable and not _is_of_a_row(facts[first], points.reasons):
                    yield Pair(first, second, points.value, points.reasons)
        session.expunge_all()


def _is_of_a_row(facts: Facts, reasons: tuple[Reason, ...]) -> bool:
    """Whether all that agrees is a year, a name but for two letters, and a number of the same row of numbers."""
    return facts.birth % 100 == 0 and {Reason.SIMILAR_NUMBER, Reason.SIMILAR_NAME} <= set(reasons)


def _stands(person: type[Person]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return person.merged_into.is_(None), person.erased_at.is_(None)
