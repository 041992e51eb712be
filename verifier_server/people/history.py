"""What was entered and corrected about a person, as the audit holds it; nothing is left after an erasure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST = 50
_KINDS = (Kind.PERSON_ADDED, Kind.PERSON_COMPLETED, Kind.PERSON_CORRECTED)


class Entry(NamedTuple):
    """One event: when (Unix seconds), by whom (None: the command line) and what it holds."""

    at: int
    kind: str
    by: str | None
    details: dict[str, Any]


def history_of(session: Session, person_id: int) -> list[Entry]:
    """Return the newest entries about a person, the newest first."""
    found = (
        select(AuditEvent.at, AuditEvent.kind, Account.email, AuditDetail.details)
        .join(AuditDetail, AuditDetail.event == AuditEvent.id)
        .outerjoin(Account, Account.id == AuditEvent.account)
        .where(AuditEvent.person == person_id, AuditEvent.kind.in_([kind.value for kind in _KINDS]))
        .order_by(AuditEvent.id.desc())
        .limit(LONGEST)
    )
    return [Entry(at, kind, by, json.loads(details)) for at, kind, by, details in session.execute(found)]
