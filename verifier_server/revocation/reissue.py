"""Re-issuing after a batch: a new pass of the same form for everyone who lost one and is entitled.

Only the register says what a new pass tells, and the key that is active now signs it, through the
one door that signs every pass. One row for each person and form is committed together with its
pass, in order, so that a crash loses at most one chunk and nobody gets two.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, insert, select, tuple_, update

from vaccine_pass.errors import CheckpointError
from verifier_server.errors import ServerError
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.batches import locked_batch
from verifier_server.revocation.tables import BatchPass, ReissueRow, RevocationBatch
from verifier_server.revocation.work import lock_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from verifier_server.bulk.run import Office
    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.passes.serials import SerialNumber

CHUNK = 500


class Loss(NamedTuple):
    """What one person lost in one form: the newest pass, and whether any was valid until then."""

    person_id: int
    form: str
    pass_id: int
    was_valid: bool


@dataclass(frozen=True, slots=True)
class _Row:
    loss: Loss
    outcome: str
    issued: IssuedPass | None = None
    problem: str | None = None


def reissue(
    office: Office, number: int, *, checked: bool = False, progress: Callable[[int], None] = lambda _rows: None
) -> int:
    """Issue what is missing after a batch of revocations; returns how many rows this run has added.

    :param checked: an administrator says that the register was put right: needed for every batch
        but a key's, because a register with invented doses would only issue them again.
    :param progress: told at the beginning and after each chunk how many rows are done.
    :raises CheckpointError: the batch allows no re-issuing now, or nothing can be signed.
    """
    with office.storage.reading() as session:
        batch = _reissuable(session, number, checked)
        done = begun = _rows_of(session, number)
        progress(done)
        losses = _losses(session, batch, after=_last_row(session, number))
        while chunk := list(islice(losses, CHUNK)):
            done += _chunk(office, number, chunk)
            progress(done)
    return done - begun


def _reissuable(session: Session, number: int, checked: bool) -> RevocationBatch:
    batch = session.get(RevocationBatch, number)
    if batch is None or batch.action != "revoke":
        raise ServerError(f"There is no batch of revocations with the number {number}.", code="unknown_batch")
    if batch.finished_at is None or batch.is_withdrawn:
        raise ServerError(f"Batch {number} has not been carried out to its end.", code="batch_not_finished")
    if batch.kind != "key" and not checked:
        raise ServerError(
            f"Batch {number} was not for a key: put the register right first, or wrong doses are signed again. "
            "Then say so with --register-checked.",
            code="register_not_checked",
        )
    return batch


def _chunk(office: Office, number: int, chunk: list[Loss]) -> int:
    now = int(office.clock())
    numbers = office.desk.serials.reserve(len(chunk))
    try:
        with office.storage.writing() as session:
            batch = locked_batch(session, number)
            last = _last_row(session, number)
            # Another run of the same batch may be ahead of this one.
            losses = [loss for loss in chunk if last is None or (loss.person_id, loss.form) > last]
            if losses:
                _refuse_the_lost_key(batch, office.desk, losses)
                _write(session, number, _answered(session, number, losses, office.desk, numbers, now))
            return len(losses)
    finally:
        office.desk.serials.give_back(numbers)


def _rows_of(session: Session, number: int) -> int:
    return session.scalar(select(func.count()).select_from(ReissueRow).where(ReissueRow.batch_id == number)) or 0


def _last_row(session: Session, number: int) -> tuple[int, str] | None:
    last = session.execute(
        select(ReissueRow.person_id, ReissueRow.form)
        .where(ReissueRow.batch_id == number)
        .order_by(ReissueRow.person_id.desc(), ReissueRow.form.desc())
        .limit(1)
    ).one_or_none()
    return None if last is None else (last.person_id, last.form)


def _losses(session: Session, batch: RevocationBatch, *, after: tuple[int, str] | None) -> Iterator[Loss]:
    decided = batch.approved_at or batch.proposed_at
    lost = (
        select(
            IssuedPass.person_id,
            IssuedPass.form,
            func.max(IssuedPass.id),
            func.max(case((IssuedPass.expires_at > decided, 1), else_=0)),
        )
        .join(BatchPass, BatchPass.pass_id == IssuedPass.id)
        .where(BatchPass.batch_id == batch.id)
        .group_by(IssuedPass.person_id, IssuedPass.form)
        .order_by(IssuedPass.person_id, IssuedPass.form)
        .execution_options(yield_per=CHUNK)
    )
    if after is not None:
        lost = lost.where(tuple_(IssuedPass.person_id, IssuedPass.form) > tuple_(*after))
    for person, form, newest, valid in session.execute(lost):
        yield Loss(person, form, newest, bool(valid))


def _refuse_the_lost_key(batch: RevocationBatch, desk: IssuingDesk, losses: Sequence[Loss]) -> None:
    for form in sorted({loss.form for loss in losses}):
        if batch.kind == "key" and desk.signers.active(form).key.kid.hex() == batch.chosen:
            raise ServerError(
                f"The key {batch.chosen} still signs: revoke it with `checkpoint-keys revoke`, then activate another.",
                code="lost_key_is_active",
            )


def _answered(
    session: Session,
    number: int,
    losses: Sequence[Loss],
    desk: IssuingDesk,
    numbers: list[SerialNumber],
    now: int,
) -> list[_Row]:
    entitled = [loss for loss in losses if loss.was_valid]
    lock_people(session, (loss.person_id for loss in entitled))
    lost = _passes_by_id(session, (loss.pass_id for loss in entitled))
    before = _passes_of(session, entitled)
    requests = [PassRequest(one.person_id, one.form, None, lost[one.pass_id].site_id, number) for one in entitled]
    answers = issue_passes(session, requests, desk, now, numbers=numbers)
    rows = [_row(loss, answer, before) for loss, answer in zip(entitled, answers, strict=True)]
    return rows + [_Row(loss, "expired") for loss in losses if not loss.was_valid]


def _row(loss: Loss, answer: IssuedPass | CheckpointError, before: set[int]) -> _Row:
    if isinstance(answer, CheckpointError):
        return _Row(loss, "refused", problem=answer.message[:300])
    return _Row(loss, "kept" if answer.id in before else "issued", answer)


def _write(session: Session, batch_id: int, rows: Sequence[_Row]) -> None:
    lost = _passes_by_id(session, (row.loss.pass_id for row in rows))
    session.execute(insert(ReissueRow), [_values(batch_id, row, lost[row.loss.pass_id].serial) for row in rows])
    _supersede(session, batch_id, rows)


def _values(batch_id: int, row: _Row, lost_serial: int) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "person_id": row.loss.person_id,
        "form": row.loss.form,
        "lost_serial": lost_serial,
        "outcome": row.outcome,
        "pass_id": row.issued and row.issued.id,
        "problem": row.problem,
    }


def _supersede(session: Session, batch_id: int, rows: Sequence[_Row]) -> None:
    # So that un-revoking the batch later does not leave a person with two passes that both count.
    new = {(row.loss.person_id, row.loss.form): row.issued.id for row in rows if row.issued is not None}
    former = session.execute(
        select(IssuedPass.id, IssuedPass.person_id, IssuedPass.form, IssuedPass.revoked_batch).where(
            IssuedPass.person_id.in_({person for person, _ in new}), IssuedPass.superseded_by.is_(None)
        )
    )
    changes = [
        {"id": one.id, "superseded_by": new[one.person_id, one.form]}
        for one in former
        # The batch is looked at here: a database that went by its index would read the whole batch.
        if one.revoked_batch == batch_id and (one.person_id, one.form) in new
    ]
    if changes:
        session.execute(update(IssuedPass), changes)


def _passes_by_id(session: Session, ids: Iterable[int]) -> dict[int, IssuedPass]:
    return {row.id: row for row in session.scalars(select(IssuedPass).where(IssuedPass.id.in_(list(ids))))}


def _passes_of(session: Session, losses: Sequence[Loss]) -> set[int]:
    people = [loss.person_id for loss in losses]
    return set(session.scalars(select(IssuedPass.id).where(IssuedPass.person_id.in_(people))))
