"""Carrying a decided batch out, in chunks: each is one transaction, and a crash loses at most one.

Whoever runs the same batch again goes on where it was; two who run it at once take turns. A batch
changes what was there when it was proposed: what is issued afterwards is the next batch's.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.revocation.batches import locked_batch, refuse_unless_decided
from verifier_server.revocation.preview import to_change
from verifier_server.revocation.selection import selection_of
from verifier_server.revocation.tables import BatchPass, RevocationBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from verifier_server.storage import Storage

CHUNK = 500

_log = logging.getLogger(__name__)


def carry_out(
    storage: Storage, number: int, *, now: int, progress: Callable[[int], None] = lambda _passes: None
) -> RevocationBatch:
    """Change every pass of a batch and return the batch; a finished one stays as it is.

    :param now: Unix seconds.
    :param progress: told after each chunk how many passes have been changed so far.
    :raises CheckpointError: there is no such batch, or it waits for a second person.
    """
    while True:
        batch = carry_on(storage, number, now=now)
        progress(batch.passes_done)
        if batch.finished_at is not None:
            _log.info("batch carried out", extra={"count": batch.passes_done})
            return batch


def carry_on(storage: Storage, number: int, *, now: int) -> RevocationBatch:
    """Do the next chunk of a batch, at most `CHUNK` passes, and return the batch.

    :raises CheckpointError: there is no such batch, or it waits for a second person.
    """
    with storage.writing() as session:
        batch = locked_batch(session, number)
        refuse_unless_decided(batch)
        if batch.finished_at is None:
            _next_chunk(session, batch, now)
        return batch


def lock_people(session: Session, people: Iterable[int]) -> None:
    """Lock people in one order, as issuing does, so that neither waits for the other in a ring."""
    wanted = sorted(set(people))
    session.execute(select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update())


def _next_chunk(session: Session, batch: RevocationBatch, now: int) -> None:
    found = session.execute(
        select(IssuedPass.id, IssuedPass.person_id)
        .where(
            *selection_of(batch).conditions(),
            to_change(batch.action),
            IssuedPass.id > batch.last_pass,
            IssuedPass.id <= batch.ceiling,
        )
        .order_by(IssuedPass.id)
        .limit(CHUNK)
    ).all()
    if not found:
        batch.finished_at = now
        done = Happening(Kind.BATCH_FINISHED, "batch", batch.id, details={"passes": batch.passes_done})
        record(session, done, at=now)
        return
    lock_people(session, (person for _, person in found))
    changed = _changed(session, batch, [row for row, _ in found], now)
    batch.last_pass = found[-1][0]
    batch.passes_done += len(changed)


def _changed(session: Session, batch: RevocationBatch, passes: list[int], now: int) -> list[int]:
    # Looked at again behind the lock: another batch may have changed some of them meanwhile.
    chosen = (
        select(IssuedPass.id, IssuedPass.person_id, IssuedPass.serial)
        .where(IssuedPass.id.in_(passes), to_change(batch.action))
        .order_by(IssuedPass.id)
        .with_for_update()
    )
    rows = session.execute(chosen).all()
    changed = [row.id for row in rows]
    if changed:
        session.execute(update(IssuedPass).where(IssuedPass.id.in_(changed)).values(_values(batch, now)))
        session.execute(insert(BatchPass), [{"batch_id": batch.id, "pass_id": one} for one in changed])
        record(session, *(_happened(batch, row.id, row.person_id, row.serial) for row in rows), at=now)
    return changed


def _happened(batch: RevocationBatch, pass_id: int, person: int, serial: int) -> Happening:
    return Happening(
        Kind.PASS_UNREVOKED if batch.action == "unrevoke" else Kind.PASS_REVOKED,
        "pass",
        pass_id,
        account=batch.proposed_by,
        person=person,
        details={"serial": serial, "batch": batch.id},
    )


def _values(batch: RevocationBatch, now: int) -> dict[str, object]:
    if batch.action == "unrevoke":
        return {"revoked_at": None, "revoked_why": None, "revoked_batch": None}
    return {"revoked_at": now, "revoked_why": batch.kind, "revoked_batch": batch.id}
