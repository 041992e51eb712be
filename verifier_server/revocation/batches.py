"""Deciding about a batch: one who may approve up to a limit, a second such person above it.

Un-revoking always needs two. The limit counts everything that one account has revoked alone in a
day, so that a large batch cannot be had in small pieces. Left out: the work itself
(:mod:`verifier_server.revocation.work`), and proving who decides (the log-in;
:mod:`verifier_server.staff.proving` at the command line).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import one_line
from verifier_server.errors import FieldError, ServerError
from verifier_server.revocation.preview import preview
from verifier_server.revocation.selection import newest_pass
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.staff.accounts import account_of, checked_email
from verifier_server.staff.guard import account_may
from verifier_server.staff.permissions import Permission
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.revocation.selection import Selection

LONGEST_REASON = 200
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Wish:
    """What one administrator wants done, and why.

    :ivar action: ``revoke`` or ``unrevoke``.
    """

    action: str
    selection: Selection
    reason: str
    by: str


def propose(session: Session, wish: Wish, *, limit: int, now: int) -> RevocationBatch | None:
    """Store a batch, or return the unfinished one of the same wish; None: nothing is left to change.

    :param limit: how many passes one administrator may revoke alone in a day.
    :raises FieldError: the account may not, or the reason is missing.
    """
    account = decider(session, wish.by, Permission.REVOCATIONS_PROPOSE)
    reason = one_line("reason", wish.reason, longest=LONGEST_REASON)
    unfinished = _unfinished(session, wish)
    if unfinished is not None:
        return unfinished
    ceiling = newest_pass(session)
    passes = preview(session, wish.selection, wish.action, now, ceiling=ceiling).total.passes
    if not passes:
        return None
    batch = RevocationBatch(
        action=wish.action,
        kind=wish.selection.kind,
        chosen=wish.selection.chosen,
        since=wish.selection.period.since,
        until=wish.selection.period.until,
        reason=reason,
        ceiling=ceiling,
        proposed_passes=passes,
        proposed_by=account.id,
        proposed_at=now,
        second_person=needs_second_person(session, wish.action, passes, account, limit=limit, now=now),
        last_pass=0,
        passes_done=0,
    )
    session.add(batch)
    session.flush()
    _note(session, Kind.BATCH_PROPOSED, batch, account, now)
    return batch


def approve(session: Session, number: int, *, by: str, now: int) -> RevocationBatch:
    """Approve a proposal as the second person; one that is approved already is returned as it is.

    :raises FieldError: no such proposal, or this account may not approve it.
    """
    account = decider(session, by)
    batch = locked_batch(session, number)
    if not batch.second_person:
        raise FieldError("batch", f"Batch {number} needs no second person.", code="needs_no_approval")
    if batch.proposed_by == account.id:
        raise FieldError(
            "by",
            f"Batch {number} was proposed by this account: another administrator must approve it.",
            code="same_person",
        )
    if account.created_at > batch.proposed_at:
        # Whoever proposes may also make accounts: one that was made for the occasion is no second person.
        raise FieldError("by", f"This account was made after batch {number} was proposed.", code="account_too_new")
    if batch.is_withdrawn:
        raise FieldError("batch", f"Batch {number} was withdrawn.", code="withdrawn")
    if batch.is_waiting:
        batch.approved_by, batch.approved_at = account.id, now
        session.flush()
        _note(session, Kind.BATCH_APPROVED, batch, account, now)
    return batch


def withdraw(session: Session, number: int, *, by: str, now: int) -> RevocationBatch:
    """Take a proposal back before anybody approves it; every administrator may.

    :raises FieldError: no such proposal, or it is decided already.
    """
    account = decider(session, by)
    batch = locked_batch(session, number)
    if not batch.is_waiting:
        raise FieldError("batch", f"Batch {number} does not wait for anybody.", code="not_waiting")
    batch.finished_at = now
    session.flush()
    _note(session, Kind.BATCH_WITHDRAWN, batch, account, now)
    return batch


def needs_second_person(session: Session, action: str, passes: int, account: Account, *, limit: int, now: int) -> bool:
    """Whether so many passes are more than this account may change alone; who may not approve, only proposes."""
    alone = action == "revoke" and account_may(account, Permission.REVOCATIONS_APPROVE)
    return not alone or passes + _revoked_alone(session, account, now) > limit


def decider(session: Session, email: str, permission: Permission = Permission.REVOCATIONS_APPROVE) -> Account:
    """Return an open account that may decide this, locked: two decisions of one account wait for each other.

    :raises FieldError: there is none with this address.
    """
    known = account_of(session, checked_email(email))
    if known is None or not known.active or not account_may(known, permission):
        raise FieldError("by", "There is no administrator's account that is open with this address.", code="no_admin")
    session.execute(select(Account.id).where(Account.id == known.id).with_for_update(key_share=True))
    return known


def locked_batch(session: Session, number: int) -> RevocationBatch:
    """Return a batch that nobody else changes until this transaction ends.

    :raises FieldError: there is none with this number.
    """
    batch = session.get(RevocationBatch, number, with_for_update=True, populate_existing=True)
    if batch is None:
        raise FieldError("batch", f"There is no batch with the number {number}.", code="unknown_batch")
    return batch


def waiting(session: Session) -> Sequence[RevocationBatch]:
    """Return the proposals that wait for a second person, the oldest first."""
    return session.scalars(
        select(RevocationBatch)
        .where(
            RevocationBatch.second_person, RevocationBatch.approved_at.is_(None), RevocationBatch.finished_at.is_(None)
        )
        .order_by(RevocationBatch.id)
    ).all()


def refuse_unless_decided(batch: RevocationBatch) -> None:
    """Refuse to work on a proposal that no second person has approved.

    :raises ServerError: it is waiting, or was withdrawn.
    """
    if batch.is_withdrawn:
        raise ServerError(f"Batch {batch.id} was withdrawn.", code="withdrawn")
    if batch.is_waiting:
        raise ServerError(f"Batch {batch.id} waits for a second administrator.", code="needs_second_person")


def _note(session: Session, kind: Kind, batch: RevocationBatch, account: Account, now: int) -> None:
    details = {
        "action": batch.action,
        "kind": batch.kind,
        "chosen": batch.chosen,
        "since": batch.since,
        "until": batch.until,
        "reason": batch.reason,
        "passes": batch.proposed_passes,
    }
    person = int(batch.chosen) if batch.kind == "person" else None
    happening = Happening(kind, "batch", batch.id, account=account.id, person=person, details=details)
    record(session, happening, at=now)


def _unfinished(session: Session, wish: Wish) -> RevocationBatch | None:
    period = wish.selection.period
    return session.scalar(
        select(RevocationBatch)
        .where(
            RevocationBatch.action == wish.action,
            RevocationBatch.kind == wish.selection.kind,
            RevocationBatch.chosen == wish.selection.chosen,
            RevocationBatch.since.is_not_distinct_from(period.since),
            RevocationBatch.until.is_not_distinct_from(period.until),
            RevocationBatch.finished_at.is_(None),
        )
        .order_by(RevocationBatch.id)
        .limit(1)
    )


def _revoked_alone(session: Session, account: Account, now: int) -> int:
    alone = select(func.sum(RevocationBatch.proposed_passes)).where(
        RevocationBatch.proposed_by == account.id,
        ~RevocationBatch.second_person,
        RevocationBatch.proposed_at > now - DAY,
    )
    return session.scalar(alone) or 0
