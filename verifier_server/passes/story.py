"""The story of one pass: who caused it, where and under which key; whether and why it ended, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.tables import AuditEvent
from verifier_server.sites.tables import Site
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from verifier_server.passes.tables import IssuedPass


class Story(NamedTuple):
    """What stands beside a pass; a person is given by the address of the account, None: the command line.

    :ivar batch: the decision that revoked it, when it was one.
    """

    caused_by: str | None
    site: str | None
    ended_by: str | None
    batch: int | None


def story_of(session: Session, issued: IssuedPass) -> Story:
    """Return the story of one pass."""
    return stories_of(session, [issued])[issued.id]


def stories_of(session: Session, passes: Iterable[IssuedPass]) -> dict[int, Story]:
    """Return the story of each pass of one person, by its number."""
    rows = list(passes)
    enders = _enders(session, rows)
    emails = _names(session, Account.id, Account.email, {one.issued_by for one in rows} | set(enders.values()))
    sites = _names(session, Site.id, Site.name, {one.site_id for one in rows})
    return {
        one.id: Story(
            emails.get(one.issued_by), sites.get(one.site_id), emails.get(enders.get(one.id)), one.revoked_batch
        )
        for one in rows
    }


def _enders(session: Session, rows: list[IssuedPass]) -> dict[int, int | None]:
    ended = [one for one in rows if one.revoked_at is not None]
    events = (
        select(AuditEvent.subject_id, AuditEvent.account)
        .where(AuditEvent.person.in_({one.person_id for one in ended}), AuditEvent.kind == Kind.PASS_REVOKED.value)
        .order_by(AuditEvent.id)
    )
    return dict(tuple(row) for row in session.execute(events))


def _names(
    session: Session,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    numbers: set[int | None],
) -> dict[int | None, str]:
    rows = session.execute(select(key, name).where(key.in_(numbers - {None})))
    return dict(tuple(row) for row in rows)
