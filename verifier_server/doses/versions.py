"""Keeping what stood before: the former row of a dose that is changed or struck, and reading a dose's history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.checks import one_line
from verifier_server.doses.tables import Dose, DoseVersion
from verifier_server.errors import FieldError
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a dose, why, and which version of it that account has seen.

    :ivar by: None: the command line.
    :ivar token: what the form carried; sent twice, it changes the dose once.
    """

    version: int
    reason: str
    by: int | None
    now: int
    token: str | None = None

    def checked_reason(self) -> str:
        """Return the reason; raises a FieldError when there is none."""
        return one_line("reason", self.reason, longest=LONGEST_REASON)


KEPT = (
    "person_id",
    "number",
    "vaccine",
    "series",
    "given_on",
    "lot",
    "vaccinator",
    "site_id",
    "source",
    "recorded_at",
    "recorded_by",
    "signed_off_at",
    "signed_off_by",
    "version",
)


def keep(session: Session, dose: Dose, change: Change, *, why: str, token: str | None) -> None:
    """Write a dose as it stands into its history, before it is changed or struck."""
    values = {name: getattr(dose, name) for name in KEPT}
    ended = {"ended_at": change.now, "ended_by": change.by, "why": why, "reason": change.checked_reason()}
    session.add(DoseVersion(dose_id=dose.id, token=token, **ended, **values))


def done_before(session: Session, token: str | None) -> DoseVersion | None:
    """Return what the same form has changed already."""
    return session.scalar(select(DoseVersion).where(DoseVersion.token == token)) if token else None


def locked_dose(session: Session, dose_id: int, version: int) -> Dose:
    """Return a dose that nobody else changes until this transaction ends; its person is locked first.

    :raises FieldError: it was struck, or changed since the form was opened.
    """
    owner = session.scalar(select(Dose.person_id).where(Dose.id == dose_id))
    if owner is not None:
        session.execute(select(Person.id).where(Person.id == owner).with_for_update())
    dose = session.get(Dose, dose_id, with_for_update=True, populate_existing=True)
    if dose is None:
        raise FieldError("version", "This dose was struck meanwhile.", code="dose_gone")
    if dose.version != version:
        raise FieldError(
            "version",
            "Somebody else has changed this dose meanwhile. Look at what stands now, then send it again.",
            code="dose_changed",
        )
    return dose


def versions_of(session: Session, dose_id: int) -> Sequence[DoseVersion]:
    """What a dose was before, the newest first."""
    return session.scalars(
        select(DoseVersion).where(DoseVersion.dose_id == dose_id).order_by(DoseVersion.version.desc())
    ).all()


def struck_of(session: Session, person_id: int) -> Sequence[DoseVersion]:
    """The doses of a person that were struck."""
    return session.scalars(
        select(DoseVersion)
        .where(DoseVersion.person_id == person_id, DoseVersion.why == "struck")
        .order_by(DoseVersion.id)
    ).all()


def values_of(dose: Dose) -> dict[str, object]:
    """What the audit holds about a dose as it stands."""
    return {
        "number": dose.number,
        "vaccine": dose.vaccine,
        "series": dose.series,
        "given_on": dose.given_on.isoformat(),
        "lot": dose.lot,
        "vaccinator": dose.vaccinator,
        "site": dose.site_id,
    }
