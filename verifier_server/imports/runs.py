"""An import's way: handed in, rehearsed, imported, maybe undone. Each step is taken once, whoever presses twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError, ServerError
from verifier_server.imports import tables as t
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.jobs.queue import enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from vaccine_pass.errors import CheckpointError
    from verifier_server.imports.files import Arrived, Files

CHECK_JOB, IMPORT_JOB, UNDO_JOB = "import_check", "import", "import_undo"
_UNSAFE = re.compile(r"[^\w .()+-]")


class ImportTaken(ServerError):
    """Another process works on this import, or a clerk has changed its course."""

    code = "import_taken"

    def __init__(self) -> None:
        super().__init__("Another process works on this import, or it was stopped.")


def hand_in(
    session: Session,
    files: Files,
    arrived: Arrived,
    name: str,
    *,
    by: int | None,
    now: int,
    token: str | None = None,
) -> tuple[ImportRun, bool]:
    """Begin an import of a file; returns it, and whether it is new.

    The same bytes again are the same import, as long as it is not undone or thrown away.
    """
    known = session.scalar(
        select(ImportRun)
        .where(ImportRun.file_sha256 == arrived.sha256, ImportRun.state.not_in(t.OVER))
        .order_by(ImportRun.id.desc())
        .limit(1)
    )
    if known is not None:
        arrived.path.unlink(missing_ok=True)
        return known, False
    run = ImportRun(
        file_name=_UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1])[-120:] or "file",
        file_sha256=arrived.sha256,
        size=arrived.size,
        state=t.CHECKING,
        made_at=now,
        made_by=by,
        token=token,
    )
    session.add(run)
    session.flush()
    details = {"file_sha256": arrived.sha256, "bytes": arrived.size}
    record(session, Happening(Kind.IMPORT_BEGUN, "import", run.id, account=by, details=details), at=now)
    files.keep(arrived, run.id)
    return run, True


def run_numbered(session: Session, number: int, *, lock: bool = False) -> ImportRun:
    """Return an import.

    :raises FieldError: there is none with this number.
    """
    run = session.get(ImportRun, number, with_for_update=lock, populate_existing=True) if 0 < number < 1 << 63 else None
    if run is None:
        raise FieldError("import", f"There is no import with the number {number}.", code="unknown_import")
    return run


def ask_for_check(session: Session, run: ImportRun, *, by: int | None, now: int) -> None:
    """Ask a worker for the rehearsal."""
    run.job = enqueue(session, CHECK_JOB, {"import": run.id}, by=by, now=now).id


def begin_import(session: Session, number: int, *, by: int | None, now: int, job: bool = True) -> ImportRun:
    """Sign off a rehearsed file and ask for its import; a second press changes nothing.

    :raises FieldError: it is not rehearsed, or over already.
    """
    run = run_numbered(session, number, lock=True)
    if run.state in {t.IMPORTING, t.IMPORTED}:
        return run
    _must_be(run, t.CHECKED)
    run.state, run.run_at, run.run_by = t.IMPORTING, now, by
    if job:
        run.job = enqueue(session, IMPORT_JOB, {"import": run.id}, by=by, now=now).id
    return run


def begin_undo(session: Session, number: int, *, by: int | None, now: int, job: bool = True) -> ImportRun:
    """Ask for an import's undo, also in its middle; a second press changes nothing.

    :raises FieldError: nothing of it was imported.
    """
    run = run_numbered(session, number, lock=True)
    if run.state in {t.UNDOING, t.UNDONE}:
        return run
    _must_be(run, t.IMPORTING, t.IMPORTED)
    run.state, run.undone_by = t.UNDOING, by
    if job:
        run.job = enqueue(session, UNDO_JOB, {"import": run.id}, by=by, now=now).id
    return run


def discard(session: Session, number: int, *, by: int | None, now: int) -> ImportRun:
    """Throw a file away before anything of it was imported; a second press changes nothing."""
    run = run_numbered(session, number, lock=True)
    if run.state == t.DISCARDED:
        return run
    _must_be(run, t.CHECKING, t.CHECKED)
    run.state = t.DISCARDED
    record(session, Happening(Kind.IMPORT_DISCARDED, "import", run.id, account=by), at=now)
    return run


def refuse(session: Session, number: int, problem: CheckpointError) -> None:
    """Note that a file cannot be used as a whole, and why."""
    fault = [problem.code, problem.message, _plain(problem.evidence)]
    session.execute(
        update(ImportRun).where(ImportRun.id == number, ImportRun.state == t.CHECKING).values(
            state=t.FAILED, problem=fault
        )
    )  # fmt: skip


def faults_of(faults: Sequence[FieldError]) -> list[list[Any]]:
    """Return what is wrong with a row as it is kept."""
    return [[one.field, one.code, one.message, _plain(one.evidence)] for one in faults]


def findings(session: Session, number: int) -> dict[str, int]:
    """Count the rows of an import by what the rehearsal says of them."""
    return _counted(session, number, ImportRow.finding)


def outcomes(session: Session, number: int) -> dict[str, int]:
    """Count the rows of an import by what became of them."""
    counted = _counted(session, number, ImportRow.outcome)
    return {name: count for name, count in counted.items() if name}


def newest(session: Session, *, limit: int) -> Sequence[ImportRun]:
    """The imports, the newest first."""
    return session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).all()


def _counted(session: Session, number: int, by: Any) -> dict[str, int]:
    rows = session.execute(select(by, func.count()).where(ImportRow.import_id == number).group_by(by))
    return dict(tuple(one) for one in rows)


def _must_be(run: ImportRun, *states: str) -> None:
    if run.state not in states:
        raise FieldError("import", f"Import {run.id} is {run.state}: this cannot be done.", code="wrong_import_state")


def _plain(evidence: Any) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in evidence.items()}
