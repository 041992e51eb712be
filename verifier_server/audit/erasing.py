"""Erasing what the audit holds about a person: the details and their salts go, the chain stays whole.

What remains says that something happened to a row with a number, at a time, by an account and at a
site; the commitment says nothing without its salt. The erasure is an event itself, so that a detail
which is missing without one shows. Left out: erasing the person in the register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.audit.tables import AuditDetail, AuditEvent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def erase_details(session: Session, person: int, *, account: int | None, at: int) -> int:
    """Erase every detail about a person in the caller's transaction; returns how many there were.

    :param person: the person's number in the register.
    :param at: Unix seconds.
    """
    theirs = select(AuditEvent.id).where(AuditEvent.person == person, AuditEvent.kind != Kind.DETAILS_ERASED.value)
    of_theirs = AuditDetail.event.in_(theirs)
    count = session.scalar(select(func.count()).select_from(AuditDetail).where(of_theirs)) or 0
    if count:
        erased = Happening(
            Kind.DETAILS_ERASED, "person", person, account=account, person=person, details={"details": count}
        )
        number = record(session, erased, at=at)[0]
        session.execute(delete(AuditDetail).where(of_theirs, AuditDetail.event < number))
    return count
