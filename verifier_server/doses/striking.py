"""Striking a wrong dose: it goes into its history, and every pass that counted it is revoked and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.aftermath import passes_follow
from verifier_server.doses.rules import doses_of
from verifier_server.doses.versions import done_before, keep, locked_dose, values_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.doses.tables import Dose
    from verifier_server.doses.versions import Change


def strike_dose(
    session: Session,
    dose_id: int,
    change: Change,
    *,
    renumber: bool = False,
) -> int:
    """Strike a dose and return its person; the same token again changes nothing.

    :param renumber: later doses move up: dose 2 becomes dose 1.
    :raises FieldError: somebody changed it meanwhile, or no reason is given.
    """
    if known := done_before(session, change.token):
        return known.person_id
    reason = change.checked_reason()
    dose = locked_dose(session, dose_id, change.version)
    person, number, since, site = dose.person_id, dose.number, dose.signed_off_at, dose.site_id
    keep(session, dose, change, why="struck", token=change.token)
    details = {"before": values_of(dose), "reason": reason}
    record(session, _happened(Kind.DOSE_STRUCK, dose, details, change.by), at=change.now)
    session.delete(dose)
    session.flush()
    if renumber:
        _move_up(session, person, number, change)
    if since is not None:
        passes_follow(session, person, since=since, by=change.by, site=site, now=change.now)
    return person


def _move_up(session: Session, person: int, number: int, change: Change) -> None:
    for later in doses_of(session, person):
        if later.number > number:
            keep(session, later, change, why="renumbered", token=None)
            later.number -= 1
            later.version += 1
            # One after the other: two doses of a person never have the same number, not even for a moment.
            session.flush()
            moved = _happened(Kind.DOSE_RENUMBERED, later, {"number": later.number}, change.by)
            record(session, moved, at=change.now)


def _happened(kind: Kind, dose: Dose, details: dict[str, object], by: int | None) -> Happening:
    return Happening(
        kind,
        "dose",
        dose.id,
        account=by,
        site=dose.site_id,
        person=dose.person_id,
        details={**details, "version": dose.version},
    )
