"""When records meet the register: the same person, somebody who may be one of these, or nobody there.

Exact: a number (a former one too), folded name and birth date; or, where one side has no number,
folded name, birth date and phone; or, where both sides have neither (many have paper only), folded
name and birth date; and only if that is one person. Everything else that looks alike is probable,
scored with its reasons, and never merged by itself: silently merged identities cost more than
questions. Left out: the queue in which a clerk answers them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import selectinload

from verifier_server.errors import FieldError
from verifier_server.people.scoring import Reason, facts_of_entry, facts_of_person, score, swapped_birth
from verifier_server.people.tables import Person, PersonIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from verifier_server.people.rules import PersonEntry
    from verifier_server.people.scoring import Facts, Score

SHOWN = 10
"""How many candidates a clerk is shown, the likeliest first."""

_PIECE = 200


@dataclass(frozen=True, slots=True)
class Exact:
    """The record is this person's."""

    person: Person


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the record may mean, with a score from 0 to 100 and its reasons."""

    person: Person
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Probable:
    """A clerk must decide; the likeliest candidate first."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """The register has nobody who looks like the record."""


Meeting = Exact | Probable | Nobody


def meet(session: Session, entries: Iterable[PersonEntry]) -> list[Meeting]:
    """Say for each entry, in order, whom it means; a few queries for hundreds of entries.

    Entries do not meet each other: of several that may be one person, hand in one at a time.
    """
    wanted = [facts_of_entry(entry) for entry in entries]
    known = _Known(_looking_alike(session, wanted))
    return [_meeting(facts, known.near(facts)) for facts in wanted]


def candidates_of(session: Session, facts: Facts, *, but: int | None = None) -> tuple[Candidate, ...]:
    """Return who looks like these facts, the likeliest first.

    :param but: a person who is left out.
    """
    people = [person for person in _looking_alike(session, [facts]) if person.id != but]
    scored = [(person, score(facts, facts_of_person(person))) for person in people]
    return _candidates(scored)


def refusal_of(entry: PersonEntry, meeting: Probable) -> FieldError:
    """Return what a row is refused with where nobody can be asked: a clerk must decide."""
    likeliest = meeting.candidates[0]
    if {Reason.SAME_NUMBER, Reason.FORMER_NUMBER} & set(likeliest.reasons):
        what = "birth date" if Reason.SAME_NAME in likeliest.reasons else "name"
        return FieldError(
            "id_number",
            f"The register has this ID number with another {what}: a clerk must decide.",
            code="identity_differs",
            what=what,
        )
    if entry.id_number is None and entry.phone is None:
        return FieldError(
            "id_number",
            "The register has a person of this name and birth date: give the ID number or the phone.",
            code="no_identity",
        )
    return FieldError(
        "id_number",
        f"The register has somebody who may be this person (score {likeliest.score} of 100): a clerk must decide.",
        code="probable_match",
        score=likeliest.score,
    )


class _Known:
    """People by what they are looked up by, each with the facts that are compared."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by: defaultdict[object, dict[int, tuple[Person, Facts]]] = defaultdict(dict)
        for person in people:
            facts = facts_of_person(person)
            for key in _keys(facts):
                self._by[key][person.id] = (person, facts)

    def near(self, wanted: Facts) -> list[tuple[Person, Facts]]:
        """Everyone who shares a number, a phone, or the plain name."""
        found: dict[int, tuple[Person, Facts]] = {}
        for key in _keys(wanted):
            found.update(self._by.get(key, {}))
        return list(found.values())


def _keys(facts: Facts) -> Iterator[object]:
    yield facts.plain
    for _, _, number in facts.present | facts.former:
        yield "number", number
    if facts.phone:
        yield "phone", facts.phone


def _meeting(wanted: Facts, near: list[tuple[Person, Facts]]) -> Meeting:
    scored = [(person, facts, score(wanted, facts)) for person, facts in near]
    same = [person for person, facts, points in scored if _is_exact(wanted, facts, points)]
    if len(same) == 1 and not _number_is_anothers(same[0], scored):
        return Exact(same[0])
    candidates = _candidates([(person, points) for person, _, points in scored])
    return Probable(candidates) if candidates else Nobody()


def _is_exact(wanted: Facts, facts: Facts, points: Score) -> bool:
    if (wanted.folded, wanted.birth) != (facts.folded, facts.birth):
        return False
    if {Reason.SAME_NUMBER, Reason.FORMER_NUMBER} & set(points.reasons):
        return True
    one_has_none = not wanted.present or not (facts.present | facts.former)
    if wanted.phone or facts.phone:
        return one_has_none and wanted.phone == facts.phone
    return not wanted.present and not (facts.present | facts.former)


def _number_is_anothers(person: Person, scored: list[tuple[Person, Facts, Score]]) -> bool:
    shared = {Reason.SAME_NUMBER, Reason.FORMER_NUMBER}
    return any(other.id != person.id and shared & set(points.reasons) for other, _, points in scored)


def _candidates(scored: Sequence[tuple[Person, Score]]) -> tuple[Candidate, ...]:
    likely = [Candidate(person, points.value, points.reasons) for person, points in scored if points.is_probable]
    likely.sort(key=lambda one: (-one.score, one.person.id))
    return tuple(likely[:SHOWN])


def _looking_alike(session: Session, wanted: Sequence[Facts]) -> list[Person]:
    found: dict[int, Person] = {}
    for at in range(0, len(wanted), _PIECE):
        for condition in _conditions(wanted[at : at + _PIECE]):
            alike = (
                select(Person)
                .where(condition, Person.merged_into.is_(None), Person.erased_at.is_(None))
                .options(selectinload(Person.identifiers))
            )
            found.update({person.id: person for person in session.scalars(alike)})
    return list(found.values())


def _conditions(wanted: Sequence[Facts]) -> Iterator[ColumnElement[bool]]:
    # Each is one look-up in one index: a database that is given them joined by OR may read the whole table.
    numbers = {number for facts in wanted for _, _, number in facts.present | facts.former}
    if numbers:
        yield Person.id_number.in_(numbers)
        yield Person.id.in_(select(PersonIdentifier.person_id).where(PersonIdentifier.number.in_(numbers)))
    phones = {facts.phone for facts in wanted if facts.phone}
    if phones:
        yield Person.phone.in_(phones)
    names = {(facts.plain, birth) for facts in wanted for birth in _births(facts.birth)}
    if names:
        yield tuple_(Person.name_plain, Person.birth).in_(names)
    for facts in wanted:
        if not facts.birth % 100:
            # Only a year or a month is known: any day in it fits.
            rest = 99 if facts.birth % 10_000 else 9_999
            yield and_(Person.name_plain == facts.plain, Person.birth.between(facts.birth, facts.birth + rest))


def _births(birth: int) -> set[int]:
    return {birth, swapped_birth(birth), birth // 100 * 100, birth // 10_000 * 10_000}
