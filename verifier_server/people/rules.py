"""What may be said about a person: the checks, and entering one.

The birth date may lack its day, or day and month. An ID number is text. A phone is where a
person is reached, and never who the person is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError
from vaccine_pass.names import folded, plain, whole_name
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError, all_checked
from verifier_server.people.identifiers import (
    checked_country,
    checked_kind,
    checked_number,
    holders,
    kind_of,
    paper_of,
    tells_apart,
)
from verifier_server.people.phones import checked_phone
from verifier_server.people.tables import Person
from verifier_server.units.provinces import checked_unit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

_SEXES = {
    "female": "female",
    "f": "female",
    "nu": "female",
    "male": "male",
    "m": "male",
    "nam": "male",
    "other": "other",
    "khac": "other",
    "": "other",
}
# As in 't Hooft and ʻOkina: some names begin with one.
_APOSTROPHES = "'’‘ʼʻ"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """The checked details of a person, before or without a row in the register."""

    name: str
    birth: PartialDate
    sex: str
    phone: str | None
    # None where there is no paper, or one whose number several people may have.
    id_number: str | None
    # (kind, country, number) of the paper.
    paper: tuple[str, str, str] | None = None
    # (version, code) of the unit where the person lives.
    unit: tuple[int, str] | None = None


def person_entry(  # noqa: PLR0913  one for each field of a form
    *,
    name: str,
    birth: str,
    sex: str,
    phone: str,
    id_number: str,
    today: date,
    id_kind: str = "",
    id_country: str = "",
    unit: str = "",
) -> PersonEntry:
    """Check the details of a person as they were typed.

    :param id_kind: one of :data:`identifiers.KINDS`; empty: as the number's form tells.
    :param unit: where the person lives, as ``2021:79``: the version of the list and the unit's code.
    :raises FieldErrors: every field that is wrong, named ``full_name``, ``dob``, ``gender``,
        ``phone``, ``id_number``, ``id_kind``, ``id_country`` or ``unit``.
    """
    checked = all_checked(
        name=lambda: checked_name(name),
        birth=lambda: checked_birth(birth, today),
        sex=lambda: checked_sex(sex),
        phone=lambda: checked_phone(phone),
        paper=lambda: checked_paper(id_kind, id_country, id_number),
        unit=lambda: checked_unit(unit),
    )
    paper = checked["paper"]
    known = isinstance(paper, tuple) and tells_apart(paper[0], paper[2])
    return PersonEntry(**checked, id_number=paper[2] if known else None)  # type: ignore[arg-type, index]


def checked_paper(kind: str, country: str, number: str) -> tuple[str, str, str] | None:
    """Return (kind, country, number) of a paper, or None when there is none.

    :raises FieldErrors: what is wrong of the three.
    """
    of = checked_kind(kind)
    clean = checked_number(number, of)
    return (of or kind_of(clean), checked_country(country), clean) if clean else None


def checked_name(text: str) -> str:
    """Return the name as written, whole; it begins with a letter (a cell's formula does not)."""
    try:
        name = whole_name(text)
    except PassError as problem:
        raise FieldError("full_name", problem.message, code=problem.code, **problem.evidence) from problem
    if not (name[0].isalpha() or name[0] in _APOSTROPHES) or any(sign.isdigit() for sign in name):
        raise FieldError(
            "full_name", "A name begins with a letter and has no digits: write it as on the ID card.", code="bad_name"
        )
    return name


def checked_birth(text: str, today: date) -> PartialDate:
    """Return the birth date, which is not in the future; unknown parts stay unknown."""
    try:
        birth = PartialDate.parse(text)
    except PassError as problem:
        raise FieldError("dob", problem.message, code=problem.code, **problem.evidence) from problem
    if birth.number > today.year * 10000 + today.month * 100 + today.day:
        raise FieldError("dob", "The date of birth is in the future.", code="birth_in_future")
    return birth


def checked_sex(text: str) -> str:
    """Return ``female``, ``male`` or ``other``, from English or Vietnamese."""
    known = _SEXES.get(plain(text or ""))
    if known is None:
        raise FieldError("gender", "Write female, male or other (nữ, nam, khác).", code="bad_sex")
    return known


def add_person(session: Session, entry: PersonEntry, *, by: int | None, now: int, token: str | None = None) -> Person:
    """Enter a person; the same token again returns the person it made before.

    :raises FieldError: the ID number is another person's already, or was.
    """
    taken = entry.id_number and holders(session, [entry.id_number])
    # Looked for second: the first press of a button pressed twice may commit between the two look-ups.
    if token and (known := session.scalar(select(Person).where(Person.token == token))):
        return known
    if taken:
        raise FieldError(
            "id_number", "A person with this ID number is in the register already.", code="id_number_taken"
        )
    person = new_person(entry, by=by, now=now, token=token)
    session.add(person)
    session.flush()
    record(session, person_added(person), at=now)
    return person


def person_added(person: Person) -> Happening:
    """Return what the audit holds about a person that was entered."""
    details = details_of(person)
    return Happening(
        Kind.PERSON_ADDED, "person", person.id, account=person.created_by, person=person.id, details=details
    )


def details_of(person: Person) -> dict[str, object]:
    """Return what a record says about a person, as the audit holds it."""
    return {
        "name": person.name,
        "birth": person.birth,
        "sex": person.sex,
        "phone": person.phone,
        "id_number": person.id_number,
        **({"unit": f"{person.unit_version}:{person.unit}"} if person.unit else {}),
    }


def new_person(entry: PersonEntry, *, by: int | None, now: int, token: str | None = None) -> Person:
    """Make the row of a person, with the forms of the name that are compared and searched, and the paper."""
    paper = paper_of(entry, by=by, now=now)
    return Person(
        identifiers=[paper] if paper else [],
        name=entry.name,
        name_folded=folded(entry.name),
        name_plain=plain(entry.name),
        birth=entry.birth.number,
        sex=entry.sex,
        phone=entry.phone,
        id_number=entry.id_number,
        unit_version=entry.unit[0] if entry.unit else None,
        unit=entry.unit[1] if entry.unit else None,
        created_at=now,
        created_by=by,
        token=token,
    )
