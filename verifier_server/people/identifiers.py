"""The papers that a person has or had: CCCD, CMND, passport, birth certificate.

One of them is the present one, and its number stands in the row of the person too; former numbers
stay, because an earlier vaccination was entered under one of them. Left out: what makes two records
one person (:mod:`verifier_server.people.matching`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.errors import FieldError
from verifier_server.people.tables import Person, PersonIdentifier

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from verifier_server.people.rules import PersonEntry

CCCD, CMND, PASSPORT, BIRTH_CERTIFICATE = "cccd", "cmnd", "passport", "birth_certificate"
KINDS = (CCCD, CMND, PASSPORT, BIRTH_CERTIFICATE)
DIGITS = {CCCD: 12, CMND: 9}
HOME = "VN"

_SPACING = re.compile(r"[\s.\-]")
_NUMBER = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
# As 45/2021 or 45/2021/KS: a register's running number and year, which several communes have.
_CERTIFICATE = re.compile(r"[A-Z0-9][A-Z0-9/]{0,19}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def kind_of(number: str) -> str:
    """Return the kind of paper that a clean number looks like: by its digits, else a passport."""
    if number.isdigit():
        return CCCD if len(number) == DIGITS[CCCD] else CMND
    return PASSPORT


def checked_kind(text: str) -> str | None:
    """Return the kind of paper, or None where nothing was chosen.

    :raises FieldError: it is none of :data:`KINDS`.
    """
    kind = (text or "").strip().lower()
    if kind and kind not in KINDS:
        raise FieldError("id_kind", "Choose CCCD, CMND, passport or birth certificate.", code="bad_id_kind")
    return kind or None


def checked_country(text: str) -> str:
    """Return the country that issued a paper as two letters; Vietnam where nothing was written.

    :raises FieldError: it is not two letters.
    """
    country = (text or "").strip().upper() or HOME
    if not _COUNTRY.fullmatch(country):
        raise FieldError("id_country", "Write the country as two letters, as VN or FR.", code="bad_country")
    return country


def checked_number(text: str, kind: str | None = None) -> str | None:
    """Return the number on a paper: CCCD (12 digits), CMND (9 digits), passport, birth certificate.

    A number of another length has most likely lost its leading zeros in a spreadsheet.

    :param kind: what it is a number of; None: as its form tells.
    :raises FieldError: ``id_number``, with what is wrong and never with the number.
    """
    number = _SPACING.sub("", text or "").upper()
    if not number:
        return None
    if kind == BIRTH_CERTIFICATE:
        return _checked(_CERTIFICATE, number)
    _checked(_NUMBER, number)
    if number.isdigit() and kind != PASSPORT and len(number) not in DIGITS.values():
        raise FieldError(
            "id_number",
            f"This ID number has {len(number)} digits, but a CCCD has 12 and a CMND 9: "
            "look whether leading zeros were lost.",
            code="id_number_length",
            digits=len(number),
        )
    if kind in DIGITS and not (number.isdigit() and len(number) == DIGITS[kind]):
        raise FieldError(
            "id_number",
            f"A {kind.upper()} has {DIGITS[kind]} digits: look at the paper's kind and its number.",
            code="id_number_kind",
            kind=kind.upper(),
            digits=DIGITS[kind],
        )
    return number


def tells_apart(kind: str, number: str) -> bool:
    """Whether only one person can have this number: a birth certificate's running number is no such."""
    return kind != BIRTH_CERTIFICATE or (number.isdigit() and len(number) == DIGITS[CCCD])


def paper_of(entry: PersonEntry, *, by: int | None, now: int) -> PersonIdentifier | None:
    """Return the row for the paper of an entry, or None when it names none."""
    if entry.paper is None:
        return None
    kind, country, number = entry.paper
    return PersonIdentifier(kind=kind, number=number, country=country, noted_at=now, noted_by=by)


def note_paper(person: Person, entry: PersonEntry, *, by: int | None, now: int) -> None:
    """Make the paper of an entry the present one of a person; the one before is kept as a former one.

    The same paper again changes nothing. Whoever calls has looked whether the number is another's.
    """
    paper = paper_of(entry, by=by, now=now)
    for known in person.identifiers:
        same = paper is not None and (known.kind, known.country, known.number) == entry.paper
        if same:
            known.ended_at = None
            paper = None
        elif known.ended_at is None:
            known.ended_at = now
    if paper is not None:
        person.identifiers.append(paper)
    person.id_number = entry.id_number


def holders(session: Session, numbers: Collection[str]) -> dict[str, list[int]]:
    """Return who has or had each of these numbers, by number; a merged or erased person is nobody."""
    numbers = [one for one in numbers if one.isprintable()]  # PostgreSQL cannot even be asked about U+0000
    now = select(Person.id_number, Person.id).where(Person.id_number.in_(numbers), Person.erased_at.is_(None))
    ever = (
        select(PersonIdentifier.number, PersonIdentifier.person_id)
        .join(Person, Person.id == PersonIdentifier.person_id)
        .where(PersonIdentifier.number.in_(numbers), Person.merged_into.is_(None), Person.erased_at.is_(None))
    )
    found: dict[str, list[int]] = {}
    for number, person in [*session.execute(now).all(), *session.execute(ever).all()]:
        known = found.setdefault(number, [])
        if person not in known:
            known.append(person)
    return found


def _checked(form: re.Pattern[str], number: str) -> str:
    if not form.fullmatch(number):
        raise FieldError("id_number", "An ID number has 5 to 20 letters or digits.", code="bad_id_number")
    return number
