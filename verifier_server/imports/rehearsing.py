"""The dry run: every row of a file against the register and against the rows before it, with nothing entered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update

from vaccine_pass.errors import CheckpointError
from verifier_server.bulk.headers import column_places
from verifier_server.bulk.reading import read_table
from verifier_server.bulk.registering import Doubt, Entered, Registrar
from verifier_server.bulk.rows import RowEntry, RowProblem, row_entry
from verifier_server.bulk.waves import waves
from verifier_server.checks import today_at
from verifier_server.errors import FieldError
from verifier_server.imports import tables as t
from verifier_server.imports.runs import ImportTaken, faults_of, refuse, run_numbered
from verifier_server.imports.scratch import scratch_register
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.jobs.kinds import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verifier_server.bulk.records import Record, Table
    from verifier_server.bulk.registering import Answer
    from verifier_server.imports.files import Files
    from verifier_server.imports.scratch import Scratch
    from verifier_server.storage import Storage

CHUNK = 500
MOST_SITES = 50


@dataclass(frozen=True)
class Sheet:
    """A file that is open, with the place of each column."""

    table: Table
    places: Mapping[str, int]

    def chunks(self, *, behind: int = 0) -> Iterator[list[Record]]:
        """Yield the records in chunks, behind those that are done."""
        for _ in islice(self.table.records, behind):
            pass
        while chunk := list(islice(self.table.records, CHUNK)):
            yield chunk

    def entries(self, chunk: list[Record], now: int) -> list[RowEntry | RowProblem]:
        """Check what the rows say, each in itself."""
        today, width = today_at(now), len(self.table.header)
        return [row_entry(record, self.places, width, today) for record in chunk]


def open_sheet(files: Files, number: int) -> Sheet:
    """Open the file of an import.

    :raises ServerError: it cannot be read, or lacks a column.
    """
    table = read_table(files.of(number))
    return Sheet(table, column_places(table.header))


def rehearse(storage: Storage, files: Files, number: int, now: int) -> Iterator[Progress]:
    """Check a file row by row; it begins from the top when it was interrupted.

    :raises ImportTaken: another process does it.
    """
    with storage.writing() as session:
        run = run_numbered(session, number, lock=True)
        if run.state == t.FAILED:
            files.forget(number)  # killed between the finding and this
        if run.state != t.CHECKING:
            return
        run.rows_checked = 0
        session.execute(delete(ImportRow).where(ImportRow.import_id == number))
    try:
        with scratch_register(files.scratch_of(number)) as scratch:
            yield from _rows(storage, scratch, open_sheet(files, number), number, now)
    except ImportTaken:
        raise
    except CheckpointError as problem:
        with storage.writing() as session:
            refuse(session, number, problem)
        files.forget(number)


def _rows(storage: Storage, scratch: Scratch, sheet: Sheet, number: int, now: int) -> Iterator[Progress]:
    done, sites = 0, set[str]()
    for chunk in sheet.chunks():
        found = _found(storage, scratch, sheet.entries(chunk, now), sites, now)
        with storage.writing() as session:
            _advance(session, number, done, len(chunk))
            session.execute(insert(ImportRow), [_row(number, found[record.row]) for record in chunk])
        done += len(chunk)
        yield Progress(done)
    if not done:
        raise FieldError("file", "This file has a header and no rows.", code="no_rows")
    with storage.writing() as session:
        ended = update(ImportRun).where(ImportRun.id == number, ImportRun.state == t.CHECKING)
        session.execute(
            ended.values(state=t.CHECKED, new_sites=sorted(sites)[:MOST_SITES], read_as=sheet.table.read_as)
        )


def _advance(session: object, number: int, before: int, records: int) -> None:
    mine = (ImportRun.id == number, ImportRun.state == t.CHECKING, ImportRun.rows_checked == before)
    step = update(ImportRun).where(*mine).values(rows_checked=before + records).returning(ImportRun.id)
    if not session.execute(step).first():  # type: ignore[attr-defined]
        raise ImportTaken


def _found(
    storage: Storage, scratch: Scratch, entries: list[RowEntry | RowProblem], sites: set[str], now: int
) -> dict[int, Answer]:
    found: dict[int, Answer] = {one.row: one for one in entries if isinstance(one, RowProblem)}
    with storage.reading() as beneath, scratch.writing() as session:
        registrar = Registrar(session, now, beneath=beneath)
        for wave in waves(one for one in entries if isinstance(one, RowEntry)):
            found.update({one.row: one for one in registrar.enter(wave)})
        sites |= registrar.new_sites
    return found


def _row(number: int, answer: Answer) -> dict[str, object]:
    faults = faults_of(answer.faults) if isinstance(answer, RowProblem) else None
    return {
        "import_id": number,
        "row": answer.row,
        "finding": _finding(answer),
        "faults": faults,
        "new_person": False,
    }


def _finding(answer: Answer) -> str:
    if isinstance(answer, RowProblem):
        return t.REFUSED
    if isinstance(answer, Doubt):
        return t.DOUBTFUL
    assert isinstance(answer, Entered)  # noqa: S101  the last of the three
    if answer.new_person:
        return t.NEW
    return t.DOSE if answer.dose is not None else t.KNOWN
