"""What may be said about a person: the checks, and entering one.

The birth date may lack its day, or day and month. An ID number is text. A phone is where a
person is reached, and never who the person is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError
from vaccine_pass.names import folded, plain, whole_name
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError, all_checked
from verifier_server.people.tables import Person

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
_PHONE_SIGNS = re.compile(r"[\s().\-]")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_ID_NUMBER = re.compile(r"[A-Z0-9]{5,20}")


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """The checked details of a person, before or without a row in the register."""

    name: str
    birth: PartialDate
    sex: str
    phone: str | None
    id_number: str | None


def person_entry(*, name: str, birth: str, sex: str, phone: str, id_number: str, today: date) -> PersonEntry:
    """Check the details of a person as they were typed.

    :raises FieldErrors: every field that is wrong, named ``full_name``, ``dob``, ``gender``,
        ``phone`` or ``id_number``.
    """
    return PersonEntry(
        **all_checked(
            name=lambda: checked_name(name),
            birth=lambda: checked_birth(birth, today),
            sex=lambda: checked_sex(sex),
            phone=lambda: checked_phone(phone),
            id_number=lambda: checked_id_number(id_number),
        )
    )


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


def checked_phone(text: str) -> str | None:
    """Return the phone with its country code (``+84…``), or None when there is none."""
    digits = _PHONE_SIGNS.sub("", text or "")
    if not digits:
        return None
    if not _PHONE.fullmatch(digits):
        raise FieldError("phone", "A phone number has 8 to 15 digits.", code="bad_phone")
    if digits.startswith("0"):
        return "+84" + digits[1:]
    return digits if digits.startswith("+") else "+" + digits


def checked_id_number(text: str) -> str | None:
    """Return the ID number: CCCD (12 digits), CMND (9 digits) or a passport (with a letter).

    A number of another length has most likely lost its leading zeros in a spreadsheet.
    """
    number = re.sub(r"[\s.\-]", "", text or "").upper()
    if not number:
        return None
    if not _ID_NUMBER.fullmatch(number):
        raise FieldError("id_number", "An ID number has 5 to 20 letters or digits.", code="bad_id_number")
    if number.isdigit() and len(number) not in {9, 12}:
        raise FieldError(
            "id_number",
            f"This ID number has {len(number)} digits, but a CCCD has 12 and a CMND 9: "
            "look whether leading zeros were lost.",
            code="id_number_length",
            digits=len(number),
        )
    return number


def add_person(session: Session, entry: PersonEntry, *, by: int | None, now: int, token: str | None = None) -> Person:
    """Enter a person; the same token again returns the person it made before.

    :raises FieldError: the ID number is another person's already.
    """
    taken = entry.id_number and session.scalar(select(Person.id).where(Person.id_number == entry.id_number))
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
    details = {
        "name": person.name,
        "birth": person.birth,
        "sex": person.sex,
        "phone": person.phone,
        "id_number": person.id_number,
    }
    return Happening(
        Kind.PERSON_ADDED, "person", person.id, account=person.created_by, person=person.id, details=details
    )


def new_person(entry: PersonEntry, *, by: int | None, now: int, token: str | None = None) -> Person:
    """Make the row of a person, with the forms of the name that are compared and searched."""
    return Person(
        name=entry.name,
        name_folded=folded(entry.name),
        name_plain=plain(entry.name),
        birth=entry.birth.number,
        sex=entry.sex,
        phone=entry.phone,
        id_number=entry.id_number,
        created_at=now,
        created_by=by,
        token=token,
    )
