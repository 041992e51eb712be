"""The journal of a run: where it stands, what became of each row, and reading that back in order."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.bulk.rows import RowProblem
from verifier_server.bulk.tables import BulkRow, BulkRun
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from verifier_server.storage import Storage

_PIECE = 1 << 20
_AT_ONCE = 1000


class Outcome(NamedTuple):
    """One row of the journal, with its pass when there is one."""

    row: int
    column: str | None
    problem: str | None
    serial: int | None
    certificate_id: str | None
    text: str | None
    status: str | None
    doses: int | None
    series: int | None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def begin(storage: Storage, *, file_sha256: str, form: str, now: int) -> BulkRun:
    """Return the run of this file in this form: a new one, or the one that was begun before."""
    with storage.writing() as session:
        known = session.scalar(select(BulkRun).where(BulkRun.file_sha256 == file_sha256, BulkRun.form == form))
        if known is None:
            known = BulkRun(file_sha256=file_sha256, form=form, started_at=now, records_done=0)
            session.add(known)
            session.flush()
            details = {"file_sha256": file_sha256, "form": form}
            record(session, Happening(Kind.BULK_BEGUN, "bulk_run", known.id, details=details), at=now)
        return known


def append(session: Session, run_id: int, outcomes: Mapping[int, IssuedPass | RowProblem], records: int) -> None:
    """Note what became of some rows, and that so many more records are done."""
    if outcomes:
        session.execute(insert(BulkRow), [_row(run_id, row, outcome) for row, outcome in sorted(outcomes.items())])
    session.execute(update(BulkRun).where(BulkRun.id == run_id).values(records_done=BulkRun.records_done + records))


def finish(storage: Storage, run_id: int, now: int) -> None:
    """Note that every record of the file is done."""
    with storage.writing() as session:
        over = update(BulkRun).where(BulkRun.id == run_id, BulkRun.finished_at.is_(None)).values(finished_at=now)
        records = session.scalars(over.returning(BulkRun.records_done)).all()
        for count in records:
            record(session, Happening(Kind.BULK_FINISHED, "bulk_run", run_id, details={"records": count}), at=now)


def outcomes_of(session: Session, run_id: int) -> Iterator[Outcome]:
    """Yield every row of a run in the order of the file, in flat memory."""
    chosen = (
        select(
            BulkRow.row,
            BulkRow.column,
            BulkRow.problem,
            IssuedPass.serial,
            IssuedPass.certificate_id,
            IssuedPass.text,
            IssuedPass.status,
            IssuedPass.doses,
            IssuedPass.series,
        )
        .outerjoin(IssuedPass, IssuedPass.id == BulkRow.pass_id)
        .where(BulkRow.run_id == run_id)
        .order_by(BulkRow.row)
        .execution_options(yield_per=_AT_ONCE)
    )
    for found in session.execute(chosen):
        yield Outcome(*found)


def _row(run_id: int, row: int, outcome: IssuedPass | RowProblem) -> dict[str, object]:
    if isinstance(outcome, RowProblem):
        return {
            "run_id": run_id,
            "row": row,
            "pass_id": None,
            "column": outcome.column or None,
            "problem": outcome.problem[:300],
        }
    return {"run_id": run_id, "row": row, "pass_id": outcome.id, "column": None, "problem": None}
