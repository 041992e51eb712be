"""Correcting a dose: what stood before goes into its history, the passes follow.

A dose that counted goes on counting: whoever may correct it answers for it, and the person does not wait for another
signature. One that waits for the site's sign-off goes on waiting. Left out: who may (the pages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.aftermath import passes_follow
from verifier_server.doses.rules import doses_of, refuse_contradiction
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import done_before, keep, locked_dose, values_of
from verifier_server.errors import FieldError
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.doses.rules import DoseEntry
    from verifier_server.doses.versions import Change


def correct_dose(
    session: Session,
    dose_id: int,
    entry: DoseEntry,
    change: Change,
    *,
    site_id: int | None,
) -> Dose | None:
    """Put other details in a dose's place; the same token again changes nothing (None: it is struck since).

    :raises FieldError: somebody changed it meanwhile, it contradicts other doses, or no reason is given.
    """
    if known := done_before(session, change.token):
        return session.get(Dose, known.dose_id)
    reason = change.checked_reason()
    dose = locked_dose(session, dose_id, change.version)
    others = [one for one in doses_of(session, dose.person_id) if one.id != dose.id]
    refuse_contradiction(entry, others, session.get_one(Person, dose.person_id).birth)
    before = values_of(dose)
    keep(session, dose, change, why="corrected", token=change.token)
    _apply(dose, entry, site_id)
    if values_of(dose) == before:
        raise FieldError("reason", "Nothing was changed.", code="nothing_changed")
    session.flush()
    record(session, _corrected(dose, before, reason, change.by), at=change.now)
    if dose.counts:
        passes_follow(session, dose.person_id, since=None, by=change.by, site=dose.site_id, now=change.now)
    return dose


def _apply(dose: Dose, entry: DoseEntry, site_id: int | None) -> None:
    dose.number, dose.vaccine, dose.series = entry.number, entry.vaccine.key, entry.series
    dose.given_on, dose.lot, dose.vaccinator = entry.given_on, entry.lot, entry.vaccinator
    dose.site_id = site_id
    dose.version += 1


def _corrected(dose: Dose, before: dict[str, object], reason: str, by: int | None) -> Happening:
    details = {"before": before, "after": values_of(dose), "version": dose.version, "reason": reason}
    return Happening(
        Kind.DOSE_CORRECTED,
        "dose",
        dose.id,
        account=by,
        site=dose.site_id,
        person=dose.person_id,
        details=details,
    )
