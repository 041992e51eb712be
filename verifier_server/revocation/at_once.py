"""Revoking passes in the caller's transaction, because the register under them was put right.

Not a decision about many passes, which needs a batch and maybe a second person
(:mod:`verifier_server.revocation.batches`): here one person's record changed, and what was signed about
it is no longer so. Each pass is an event of the audit. Left out: publishing the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def revoke_at_once(
    session: Session, *chosen: ColumnElement[bool], why: str, by: int | None, now: int, site: int | None = None
) -> int:
    """Revoke every pass that fulfils the conditions and is not revoked yet; returns how many.

    :param why: what the pass page says, at most 40 characters, as ``person erased``.
    """
    wanted = (
        select(IssuedPass.id, IssuedPass.person_id, IssuedPass.serial)
        .where(*chosen, IssuedPass.revoked_at.is_(None))
        .order_by(IssuedPass.id)
        .with_for_update()
    )
    rows = session.execute(wanted).all()
    if rows:
        change = update(IssuedPass).where(IssuedPass.id.in_([row.id for row in rows]))
        session.execute(change.values(revoked_at=now, revoked_why=why))
    happenings = [
        Happening(
            Kind.PASS_REVOKED,
            "pass",
            row.id,
            account=by,
            site=site,
            person=row.person_id,
            details={"serial": row.serial, "why": why},
        )
        for row in rows
    ]
    record(session, *happenings, at=now)
    return len(rows)
