"""What the audit says, for whoever looks: how far the chain goes, and events by person, account or site.

Details, the only part with personal data, are read for the command line only. Left out: whether it is all true
(:mod:`verifier_server.audit.verifying`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.tables import AuditChain, AuditDetail, AuditEvent, AuditLink, AuditWaiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the chain goes: its last link and hash, when that was sealed (Unix seconds), and how much waits."""

    chain: str
    links: int
    hash: str
    sealed_at: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for; None: any. ``before`` is an event's number, to go on behind a page."""

    person: int | None = None
    account: int | None = None
    site: int | None = None
    before: int | None = None


def standing(session: Session) -> Standing | None:
    """Return how far the chain goes; None when its row is gone."""
    chain = session.get(AuditChain, 1)
    if chain is None:
        return None
    last = session.get(AuditLink, chain.seq) if chain.seq else None
    waiting = session.scalar(select(func.count()).select_from(AuditWaiting)) or 0
    return Standing(chain.chain, chain.seq, chain.hash.hex(), last.sealed_at if last else None, waiting)


def events(session: Session, wanted: Wanted, count: int = PAGE) -> Sequence[Row[Any]]:
    """Return the newest events that are wanted, each with the number of its link, if it is sealed."""
    query = select(AuditEvent, AuditLink.seq).outerjoin(AuditLink, AuditLink.event == AuditEvent.id)
    for column, value in (
        (AuditEvent.person, wanted.person),
        (AuditEvent.account, wanted.account),
        (AuditEvent.site, wanted.site),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.before is not None:
        query = query.where(AuditEvent.id < wanted.before)
    return session.execute(query.order_by(AuditEvent.id.desc()).limit(count)).all()


def details_of(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """Return the details of some events as they are stored; what was erased is not there."""
    found = session.execute(select(AuditDetail.event, AuditDetail.details).where(AuditDetail.event.in_(numbers)))
    return {row.event: row.details for row in found}


def last_verified(session: Session) -> tuple[int, int] | None:
    """When the newest verification from a page was (Unix seconds), and how many differences it found."""
    newest = session.scalar(
        select(AuditEvent).where(AuditEvent.kind == Kind.AUDIT_VERIFIED.value).order_by(AuditEvent.id.desc()).limit(1)
    )
    if newest is None:
        return None
    said = details_of(session, [newest.id]).get(newest.id)
    return newest.at, int(json.loads(said).get("differences", 0)) if said else 0
