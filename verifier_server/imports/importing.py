"""The import: chunk after chunk, each one transaction that also says how far the import is.

Killed at any moment, it goes on behind the last chunk: what was committed is in the register and in the
import's rows alike. Doses count at once, signed off by whoever pressed the button. Somebody who holds a
valid pass gets the one that tells the new doses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.bulk.registering import Doubt, Entered, Registrar
from verifier_server.bulk.rows import RowEntry, RowProblem, cells_of
from verifier_server.bulk.waves import waves
from verifier_server.doses.aftermath import passes_follow
from verifier_server.imports import tables as t
from verifier_server.imports.rehearsing import open_sheet
from verifier_server.imports.runs import ImportTaken, faults_of, outcomes, run_numbered
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.jobs.kinds import Progress
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from verifier_server.bulk.records import Record
    from verifier_server.bulk.registering import Answer
    from verifier_server.imports.files import Files
    from verifier_server.imports.rehearsing import Sheet
    from verifier_server.storage import Storage

_ATTEMPTS = 3


def import_file(storage: Storage, files: Files, number: int, now: int) -> Iterator[Progress]:
    """Enter a rehearsed file's rows, behind those that are entered.

    :raises ImportTaken: another process does it, or somebody undoes it.
    :raises ServerError: the file cannot be read any more.
    """
    with storage.reading() as session:
        run = run_numbered(session, number)
        done, total = run.rows_done, run.rows_checked
    if run.state == t.IMPORTED:
        files.forget(number)  # killed between the end of the work and this
    if run.state != t.IMPORTING:
        return
    sheet = open_sheet(files, number)
    for chunk in sheet.chunks(behind=done):
        _enter(storage, sheet, number, done, chunk, now)
        done += len(chunk)
        yield Progress(done, total)
    _finish(storage, number, now)
    files.forget(number)


def people_with_passes(session: Session, people: Iterable[int], now: int) -> list[int]:
    """Return who of these holds a pass that is valid now."""
    return list(
        session.scalars(
            select(IssuedPass.person_id)
            .where(IssuedPass.person_id.in_(list(people)), IssuedPass.revoked_at.is_(None), IssuedPass.expires_at > now)
            .distinct()
            .order_by(IssuedPass.person_id)
        )
    )


def values_of(answer: Entered) -> dict[str, object]:
    """Return what the row of an import keeps about a row that was entered."""
    changed = answer.new_person or answer.dose is not None or answer.learned
    return {
        "outcome": t.ENTERED if changed else t.KNOWN,
        "faults": None,
        "cells": None,
        "person_id": answer.person.id,
        "new_person": answer.new_person,
        "dose_id": answer.dose.id if answer.dose else None,
        "learned": list(answer.learned) or None,
        "learned_version": answer.person.version if answer.learned else None,
    }


def _enter(storage: Storage, sheet: Sheet, number: int, before: int, chunk: list[Record], now: int) -> None:
    entries = sheet.entries(chunk, now)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with storage.writing() as session:
                by = _advance(session, number, before, len(chunk))
                answers = _answers(session, entries, by, now)
                rows = [_row(number, answers[record.row], record, sheet) for record in chunk]
                session.execute(update(ImportRow), rows)
        except IntegrityError:
            # A clerk entered the same person or dose at the same moment: look again.
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def _advance(session: Session, number: int, before: int, records: int) -> int | None:
    run = run_numbered(session, number, lock=True)
    if run.state != t.IMPORTING or run.rows_done != before:
        raise ImportTaken
    run.rows_done = before + records
    return run.run_by


def _answers(session: Session, entries: list[RowEntry | RowProblem], by: int | None, now: int) -> dict[int, Answer]:
    answers: dict[int, Answer] = {one.row: one for one in entries if isinstance(one, RowProblem)}
    registrar = Registrar(session, now, by=by)
    for wave in waves(one for one in entries if isinstance(one, RowEntry)):
        answers.update({one.row: one for one in registrar.enter(wave)})
    changed = {one.person.id: one.site_id for one in answers.values() if isinstance(one, Entered) and one.dose}
    for person in people_with_passes(session, changed, now):
        passes_follow(session, person, since=None, by=by, site=changed[person], now=now)
    return answers


def _row(number: int, answer: Answer, record: Record, sheet: Sheet) -> dict[str, object]:
    values: dict[str, object] = {"import_id": number, "row": answer.row}
    if isinstance(answer, Entered):
        return values | values_of(answer)
    nothing = {"person_id": None, "new_person": False, "dose_id": None, "learned": None, "learned_version": None}
    if isinstance(answer, Doubt):
        cells = cells_of(record, sheet.places, len(sheet.table.header))
        return values | nothing | {"outcome": t.WAITING, "faults": None, "cells": cells}
    return values | nothing | {"outcome": t.REFUSED, "faults": faults_of(answer.faults), "cells": None}


def _finish(storage: Storage, number: int, now: int) -> None:
    with storage.writing() as session:
        over = update(ImportRun).where(ImportRun.id == number, ImportRun.state == t.IMPORTING)
        ended = session.execute(over.values(state=t.IMPORTED, imported_at=now).returning(ImportRun.run_by)).first()
        if ended:
            details = outcomes(session, number)
            done = Happening(Kind.IMPORT_FINISHED, "import", number, account=ended.run_by, details=details)
            record(session, done, at=now)
