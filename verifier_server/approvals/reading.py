"""What the pages show about batches: who, what, how far, and where the passes were issued.

Plain questions to the register; nothing is changed. Counts of a batch that is done are of the
passes that it has really changed, not of those that it was expected to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import aliased

from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.revocation.preview import UNKNOWN, Count, Preview, preview
from verifier_server.revocation.selection import selection_of
from verifier_server.revocation.tables import BatchPass, ReissueRow, RevocationBatch
from verifier_server.sites.tables import Site
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from verifier_server.revocation.selection import Selection

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A batch with the addresses of those who decided it."""

    batch: RevocationBatch
    proposer: str
    approver: str | None


@dataclass(frozen=True, slots=True)
class Shares:
    """So many passes by province and by site, the most first."""

    by_province: Mapping[str, Count]
    by_site: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class Reissuing:
    """How far re-issuing is: so many people and forms lost a pass, and what has become of them."""

    lost: int
    outcomes: Mapping[str, int]

    @property
    def done(self) -> int:
        """For how many it is settled, with a new pass or without."""
        return sum(self.outcomes.values())


def batches(session: Session, *, states: Sequence[str]) -> list[Told]:
    """The newest batches in one of these states, the newest first."""
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "waiting": [
            RevocationBatch.second_person.is_(True),
            RevocationBatch.approved_at.is_(None),
            RevocationBatch.finished_at.is_(None),
        ],
        "unfinished": [
            RevocationBatch.finished_at.is_(None),
            RevocationBatch.second_person.is_(False) | RevocationBatch.approved_at.is_not(None),
        ],
        "over": [RevocationBatch.finished_at.is_not(None)],
    }
    return [one for state in states for one in _told(session, conditions[state])]


def batch_with(session: Session, number: int) -> Told | None:
    """One batch; None when there is none."""
    return next(iter(_told(session, [RevocationBatch.id == number])), None)


def shares_of(session: Session, batch: RevocationBatch) -> Shares:
    """Where the passes were issued that a batch has changed."""
    return Shares(_changed_by(session, Site.province, batch), _changed_by(session, Site.name, batch))


def expected(session: Session, batch: RevocationBatch, now: int) -> Preview:
    """What a batch would change now: what is approved is what was proposed, and nothing newer."""
    return preview(session, selection_of(batch), batch.action, now, ceiling=batch.ceiling)


def reissuing(session: Session, batch: RevocationBatch) -> Reissuing:
    """How far re-issuing after a batch is."""
    lost = (
        select(IssuedPass.person_id, IssuedPass.form)
        .join(BatchPass, BatchPass.pass_id == IssuedPass.id)
        .where(BatchPass.batch_id == batch.id)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(ReissueRow.outcome, func.count()).where(ReissueRow.batch_id == batch.id).group_by(ReissueRow.outcome)
    )
    return Reissuing(
        session.scalar(select(func.count()).select_from(lost)) or 0, {str(one): count for one, count in rows}
    )


def named(session: Session, chosen: Selection) -> str:
    """The name of what was chosen: a person's, a site's, an account's; else the number as it is printed."""
    number = int(chosen.chosen) if chosen.kind != "key" else 0
    if chosen.kind == "person":
        return session.scalar(select(Person.name).where(Person.id == number)) or chosen.chosen
    if chosen.kind == "site":
        return session.scalar(select(Site.name).where(Site.id == number)) or chosen.chosen
    if chosen.kind == "account":
        return session.scalar(select(Account.email).where(Account.id == number)) or chosen.chosen
    if chosen.kind == "pass":
        certificate = session.scalar(select(IssuedPass.certificate_id).where(IssuedPass.serial == number))
        return certificate or f"{number:08X}"
    return chosen.chosen


def _told(session: Session, conditions: list[ColumnElement[bool]]) -> list[Told]:
    proposer, approver = aliased(Account), aliased(Account)
    rows = session.execute(
        select(RevocationBatch, proposer.email, approver.email)
        .join(proposer, proposer.id == RevocationBatch.proposed_by)
        .outerjoin(approver, approver.id == RevocationBatch.approved_by)
        .where(*conditions)
        .order_by(RevocationBatch.id.desc())
        .limit(MOST_ROWS)
    )
    return [Told(*row) for row in rows]


def _changed_by(session: Session, column: Any, batch: RevocationBatch) -> dict[str, Count]:
    rows = session.execute(
        select(column, func.count(), func.count(distinct(IssuedPass.person_id)))
        .select_from(BatchPass)
        .join(IssuedPass, IssuedPass.id == BatchPass.pass_id)
        .outerjoin(Site, Site.id == IssuedPass.site_id)
        .where(BatchPass.batch_id == batch.id)
        .group_by(column)
    )
    found = {name or UNKNOWN: Count(passes, people) for name, passes, people in rows}
    return dict(sorted(found.items(), key=lambda item: (-item[1].passes, item[0])))
