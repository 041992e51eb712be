"""What revoking (or un-revoking) a selection would do, counted in the database; nothing is changed.

Province and site are those where a pass was issued.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, distinct, func, select

from verifier_server.corrections.requests import passes_reported
from verifier_server.passes.tables import IssuedPass
from verifier_server.sites.tables import Site

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from verifier_server.revocation.selection import Selection

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Count:
    """How many passes, of how many people."""

    passes: int
    people: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change.

    :ivar superseded: of the passes, how many have a newer one in their place.
    :ivar expired: of the passes, how many scanners refuse for their age anyway.
    :ivar current: of the passes, how many are neither.
    :ivar unchanged: passes of the selection that are revoked already (or, to un-revoke, are not).
    :ivar issued: all passes of the register, for comparison.
    :ivar reported: of the passes, how many belong to somebody whose report of something wrong waits for an answer.
    """

    total: Count
    superseded: int
    expired: int
    current: int
    unchanged: int
    issued: int
    reported: int
    by_form: dict[str, Count]
    by_province: dict[str, Count]
    by_site: dict[str, Count]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values; ``passes`` and ``people`` stand at the top."""
        document = asdict(self)
        return {**document.pop("total"), **document}


def to_change(action: str) -> ColumnElement[bool]:
    """Return the condition of a pass that an action has yet to change."""
    return IssuedPass.revoked_at.is_(None) if action == "revoke" else IssuedPass.revoked_at.is_not(None)


def preview(session: Session, selection: Selection, action: str, now: int, *, ceiling: int | None = None) -> Preview:
    """Count what an action would change.

    :param action: ``revoke`` or ``unrevoke``.
    :param ceiling: leave out passes that are newer than this number.
    """
    chosen = selection.conditions()
    if ceiling is not None:
        chosen.append(IssuedPass.id <= ceiling)
    changed = [*chosen, to_change(action)]
    passes, people, superseded, expired, current = session.execute(_totals(changed, now)).one()
    return Preview(
        total=Count(passes, people),
        superseded=superseded or 0,
        expired=expired or 0,
        current=current or 0,
        unchanged=_count(session, chosen) - passes,
        issued=_count(session, []),
        reported=passes_reported(session, changed),
        by_form=_by(session, IssuedPass.form, changed),
        by_province=_by(session, Site.province, changed),
        by_site=_by(session, Site.name, changed),
    )


def _totals(conditions: list[ColumnElement[bool]], now: int) -> Any:
    over = IssuedPass.expires_at <= now
    newer = IssuedPass.superseded_by.is_not(None)
    return select(
        func.count(),
        func.count(distinct(IssuedPass.person_id)),
        func.sum(case((newer, 1), else_=0)),
        func.sum(case((over, 1), else_=0)),
        func.sum(case((newer | over, 0), else_=1)),
    ).where(*conditions)


def _count(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    return session.scalar(select(func.count()).select_from(IssuedPass).where(*conditions)) or 0


def _by(session: Session, column: Any, conditions: list[ColumnElement[bool]]) -> dict[str, Count]:
    counted = (
        select(column, func.count(), func.count(distinct(IssuedPass.person_id)))
        .select_from(IssuedPass)
        .outerjoin(Site, Site.id == IssuedPass.site_id)
        .where(*conditions)
        .group_by(column)
    )
    found = {name or UNKNOWN: Count(passes, people) for name, passes, people in session.execute(counted)}
    return dict(sorted(found.items(), key=lambda item: (-item[1].passes, item[0])))
