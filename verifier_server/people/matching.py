"""When a record from a file meets the register: the same person, a new one, or a clerk's decision.

Exact matches only: ID number, folded name and birth date; or, where one side has no ID number,
folded name, birth date and phone; or, where both sides have neither (many have paper only),
folded name and birth date. Anything in between is refused with its reason: the field's
experience is that silently merged identities cost more than refused rows. Left out: scored
probable matches and the clerks' queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaccine_pass.names import folded
from verifier_server.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verifier_server.people.rules import PersonEntry
    from verifier_server.people.tables import Person


def matching_person(entry: PersonEntry, candidates: Iterable[Person]) -> Person | None:
    """Return the person that the entry means among the candidates, or None for a new one.

    :param candidates: at least everyone with the entry's ID number, and everyone with its
        folded name and birth date.
    :raises FieldError: the entry contradicts the register, or cannot be told apart.
    """
    everyone = list(candidates)
    if entry.id_number:
        by_number = [person for person in everyone if person.id_number == entry.id_number]
        if by_number:
            return _holder(entry, by_number)
    namesakes = [person for person in everyone if _same_name_and_birth(entry, person)]
    if entry.phone:
        return _by_phone(entry, namesakes)
    return None if entry.id_number else _by_name_alone(namesakes)


def _holder(entry: PersonEntry, people: list[Person]) -> Person:
    for person in people:
        if _same_name_and_birth(entry, person):
            return person
    what = "name" if all(person.birth == entry.birth.number for person in people) else "birth date"
    raise FieldError(
        "id_number",
        f"The register has this ID number with another {what}: a clerk must decide.",
        code="identity_differs",
        what=what,
    )


def _by_phone(entry: PersonEntry, people: list[Person]) -> Person | None:
    same = [person for person in people if person.phone == entry.phone]
    if not same:
        return None
    if len(same) > 1:
        raise FieldError(
            "full_name",
            "Several people in the register have this name, birth date and phone: give the ID number.",
            code="ambiguous_person",
        )
    if entry.id_number and same[0].id_number:
        raise FieldError(
            "id_number",
            "The register has this name, birth date and phone with another ID number: a clerk must decide.",
            code="identity_differs",
            what="ID number",
        )
    return same[0]


def _by_name_alone(namesakes: list[Person]) -> Person | None:
    if any(person.id_number or person.phone for person in namesakes):
        raise FieldError(
            "id_number",
            "The register has a person of this name and birth date: give the ID number or the phone.",
            code="no_identity",
        )
    return namesakes[0] if namesakes else None


def _same_name_and_birth(entry: PersonEntry, person: Person) -> bool:
    return person.birth == entry.birth.number and person.name_folded == folded(entry.name)
