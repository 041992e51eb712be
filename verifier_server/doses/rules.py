"""What may be said about a dose, and recording one.

A dose of a site waits for the sign-off of its day (:mod:`verifier_server.doses.signing_off`). Left out: what only warns
(:mod:`verifier_server.doses.warning`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from vaccine_pass.names import plain
from vaccine_pass.vaccines import VACCINES, Vaccine
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import optional_line, whole_number
from verifier_server.doses.tables import BACK_ENTRY, SITE, Dose
from verifier_server.errors import FieldError, all_checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.people.tables import Person

# The first COVID-19 vaccination outside of a trial: 8 December 2020; trials began earlier that year.
FIRST_DAY = date(2020, 3, 1)


@dataclass(frozen=True, slots=True)
class DoseEntry:
    """The checked details of a dose, before it has a row in the register."""

    number: int
    vaccine: Vaccine
    series: int | None
    given_on: date
    lot: str | None
    vaccinator: str | None = None


def dose_entry(
    *, number: str, vaccine: str, series: str, given_on: str, lot: str, vaccinator: str, today: date
) -> DoseEntry:
    """Check the details of a dose as they were typed.

    :raises FieldErrors: every field that is wrong, named ``vaccine``, ``dose_number``,
        ``series``, ``dose_date``, ``lot`` or ``vaccinator``.
    """
    return DoseEntry(
        **all_checked(
            vaccine=lambda: named_vaccine(vaccine),
            number=lambda: whole_number("dose_number", number, least=1, most=99),
            series=lambda: whole_number("series", series, least=1, most=99) if (series or "").strip() else None,
            given_on=lambda: checked_day(given_on, today),
            lot=lambda: optional_line("lot", lot, longest=40),
            vaccinator=lambda: optional_line("vaccinator", vaccinator, longest=80),
        )
    )


def named_vaccine(text: str) -> Vaccine:
    """Return the product meant by a key, a name or an EU code, in upper or lower case."""
    known = _vaccines_by_name().get(plain(text or ""))
    if known is None:
        raise FieldError(
            "vaccine",
            "This vaccine is not in the vaccine table; known are "
            + ", ".join(vaccine.key for vaccine in VACCINES)
            + ".",
            code="unknown_vaccine",
        )
    return known


@cache
def _vaccines_by_name() -> dict[str, Vaccine]:
    return {
        plain(name): vaccine
        for vaccine in VACCINES
        for name in (vaccine.key, vaccine.name, vaccine.name_vn, vaccine.product)
        if name
    }


def checked_day(text: str, today: date) -> date:
    """Return the day of a dose, written DD/MM/YYYY or YYYY-MM-DD; not before 2020, not tomorrow."""
    day = _day(text)
    if day > today:
        raise FieldError("dose_date", "The day of the dose is in the future.", code="dose_in_future")
    if day < FIRST_DAY:
        raise FieldError("dose_date", "There was no vaccine yet on this day.", code="dose_too_early")
    return day


def _day(text: str) -> date:
    clean = (text or "").strip()
    parts = clean.split("-") if "-" in clean else clean.split("/")[::-1]
    try:
        year, month, day = (int(part) for part in parts if part.isascii() and part.isdigit())
        return date(year, month, day)
    except (ValueError, OverflowError) as problem:
        raise FieldError("dose_date", "There is no such day: write it as DD/MM/YYYY.", code="bad_date") from problem


_OF_PERSON = select(Dose).where(Dose.person_id == bindparam("person")).order_by(Dose.number)


def doses_of(session: Session, person_id: int) -> Sequence[Dose]:
    """Every dose of a person, in their order."""
    return session.scalars(_OF_PERSON, {"person": person_id}).all()


def record_dose(
    session: Session,
    person: Person,
    entry: DoseEntry,
    *,
    site_id: int | None,
    by: int | None,
    now: int,
    token: str | None = None,
    source: str = SITE,
) -> Dose:
    """Record a dose; the same token again returns the dose it made before.

    :param source: one of `tables.SITE`, `BACK_ENTRY`, `API`; back-entry is signed off by whoever enters it.
    :raises FieldError: the dose contradicts those already recorded, or the birth date.
    """
    if token and (known := session.scalar(select(Dose).where(Dose.token == token))):
        return known
    refuse_contradiction(entry, doses_of(session, person.id), person.birth)
    dose = new_dose(person.id, entry, site_id=site_id, by=by, now=now, token=token, source=source)
    session.add(dose)
    session.flush()
    record(session, dose_recorded(dose), at=now)
    return dose


def dose_recorded(dose: Dose) -> Happening:
    """Return what the audit holds about a dose that was recorded."""
    details = {
        "number": dose.number,
        "vaccine": dose.vaccine,
        "series": dose.series,
        "given_on": dose.given_on.isoformat(),
        "lot": dose.lot,
        "vaccinator": dose.vaccinator,
        "source": dose.source,
    }
    return Happening(
        Kind.DOSE_RECORDED,
        "dose",
        dose.id,
        account=dose.recorded_by,
        site=dose.site_id,
        person=dose.person_id,
        details=details,
    )


def new_dose(
    person_id: int,
    entry: DoseEntry,
    *,
    site_id: int | None,
    by: int | None,
    now: int,
    token: str | None = None,
    source: str = SITE,
) -> Dose:
    """Make the row of a dose that was checked against the others; back-entry counts at once."""
    return Dose(
        person_id=person_id,
        number=entry.number,
        vaccine=entry.vaccine.key,
        series=entry.series,
        given_on=entry.given_on,
        lot=entry.lot,
        vaccinator=entry.vaccinator,
        site_id=site_id,
        recorded_at=now,
        recorded_by=by,
        token=token,
        source=source,
        signed_off_at=now if source == BACK_ENTRY else None,
        signed_off_by=by if source == BACK_ENTRY else None,
    )


def refuse_contradiction(entry: DoseEntry, doses: Sequence[Dose], birth: int) -> None:
    """Refuse a dose whose number is taken, whose day is out of order, or lies before the birth.

    :param birth: YYYYMMDD with 00 for unknown parts.
    """
    if int(entry.given_on.strftime("%Y%m%d")) < birth:
        raise FieldError("dose_date", "The dose lies before the date of birth.", code="dose_before_birth")
    for dose in doses:
        if dose.number == entry.number:
            raise FieldError(
                "dose_number",
                f"Dose {dose.number} of this person is recorded already.",
                code="dose_exists",
                number=dose.number,
            )
        if (dose.number < entry.number) != (dose.given_on < entry.given_on):
            raise FieldError(
                "dose_date",
                f"Dose {entry.number} must lie {'after' if dose.number < entry.number else 'before'} "
                f"dose {dose.number}, which was on {dose.given_on:%d/%m/%Y}.",
                code="dose_order",
                number=entry.number,
                other=dose.number,
                day=f"{dose.given_on:%d/%m/%Y}",
            )


def says_the_same(dose: Dose, entry: DoseEntry) -> bool:
    """Whether a recorded dose and an entry are one and the same injection."""
    return (dose.vaccine, dose.given_on) == (entry.vaccine.key, entry.given_on)
