"""The story of one pass: who caused it, where and under which key; whether and why it ended, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.tables import AuditEvent
from verifier_server.sites.tables import Site
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.passes.tables import IssuedPass


class Story(NamedTuple):
    """What stands beside a pass; accounts by their address, None: the command line.

    :ivar batch: the decision that revoked it, when it was one.
    """

    caused_by: str | None
    site: str | None
    ended_by: str | None
    batch: int | None


def story_of(session: Session, issued: IssuedPass) -> Story:
    """Return the story of a pass; who ended it is told by the audit."""
    site = session.get(Site, issued.site_id) if issued.site_id else None
    ender = _ender(session, issued) if issued.revoked_at is not None else None
    return Story(_email(session, issued.issued_by), site and site.name, _email(session, ender), issued.revoked_batch)


def _ender(session: Session, issued: IssuedPass) -> int | None:
    return session.scalar(
        select(AuditEvent.account)
        .where(
            AuditEvent.person == issued.person_id,
            AuditEvent.kind == Kind.PASS_REVOKED.value,
            AuditEvent.subject_id == issued.id,
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def _email(session: Session, account: int | None) -> str | None:
    found = session.get(Account, account) if account else None
    return found and found.email
