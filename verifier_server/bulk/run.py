"""A whole run: the file is read in chunks, each chunk is one transaction, then the result is written.

Killed at any moment, it goes on at the last committed chunk. What was committed is in the
register and in the journal alike; what was not is in neither, and its serial numbers are burnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from vaccine_pass.errors import CheckpointError
from verifier_server.bulk import journal
from verifier_server.bulk.headers import column_places
from verifier_server.bulk.pictures import Drawers, Picture
from verifier_server.bulk.reading import read_table
from verifier_server.bulk.registering import Doubt, Entered, Registrar
from verifier_server.bulk.results import Totals, image_name, write_results
from verifier_server.bulk.rows import RowEntry, RowProblem, row_entry
from verifier_server.bulk.waves import waves
from verifier_server.checks import today_at
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.people.matching import refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from verifier_server.bulk.records import Record
    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.passes.serials import SerialNumber
    from verifier_server.passes.tables import IssuedPass
    from verifier_server.storage import Storage

CHUNK = 500
_ATTEMPTS = 3

Outcomes = dict[int, "IssuedPass | RowProblem"]


@dataclass(frozen=True)
class BulkJob:
    """What is wanted: which file, into which folder, in which form and with which pictures."""

    source: Path
    out: Path
    form: str = "domestic"
    image: str = "png"
    workers: int = 1
    progress: Callable[[int], None] = lambda _records: None


@dataclass(frozen=True)
class Office:
    """With what it is done: the register, the issuing desk and the clock."""

    storage: Storage
    desk: IssuingDesk
    clock: Callable[[], float]


def run_bulk(job: BulkJob, office: Office) -> Totals:
    """Issue a pass for every row of a file and write the result file.

    :raises CheckpointError: the file cannot be used at all, or nothing can be signed.
    """
    table = read_table(job.source)
    places = column_places(table.header)
    run = journal.begin(
        office.storage, file_sha256=journal.digest_of(job.source), form=job.form, now=int(office.clock())
    )
    job.out.mkdir(parents=True, exist_ok=True)
    with Drawers(job.workers) as drawers:
        _draw_what_is_missing(job, office, run.id, drawers)
        done = sum(1 for _ in islice(table.records, run.records_done))
        job.progress(done)
        while chunk := list(islice(table.records, CHUNK)):
            rows = partial(_chunk, job.form, run.id, chunk, places, len(table.header), office)
            outcomes = office.storage.patiently(rows)
            _draw(job, outcomes, drawers)
            done += len(chunk)
            job.progress(done)
    journal.finish(office.storage, run.id, int(office.clock()))
    with office.storage.reading() as session:
        return write_results(job.out / "results.csv", journal.outcomes_of(session, run.id), job.image)


def _chunk(
    form: str, run_id: int, chunk: list[Record], places: Mapping[str, int], width: int, office: Office
) -> Outcomes:
    now = int(office.clock())
    entries = [row_entry(record, places, width, today_at(now)) for record in chunk]
    for attempt in range(1, _ATTEMPTS + 1):
        numbers = office.desk.serials.reserve(len(chunk))
        try:
            with office.storage.writing() as session:
                outcomes = _entered_and_issued(session, form, entries, office.desk, numbers, now)
                journal.append(session, run_id, outcomes, len(chunk))
        except IntegrityError:
            # A clerk entered the same person or dose at the same moment: look again.
            if attempt == _ATTEMPTS:
                raise
        else:
            return outcomes
        finally:
            office.desk.serials.give_back(numbers)
    raise AssertionError("the loop above returns or raises")


def _entered_and_issued(
    session: Session,
    form: str,
    entries: list[RowEntry | RowProblem],
    desk: IssuingDesk,
    numbers: list[SerialNumber],
    now: int,
) -> Outcomes:
    outcomes: Outcomes = {entry.row: entry for entry in entries if isinstance(entry, RowProblem)}
    registrar = Registrar(session, now)
    for wave in waves(entry for entry in entries if isinstance(entry, RowEntry)):
        answers = registrar.enter(wave)
        outcomes.update({one.row: _refused(one) for one in answers if not isinstance(one, Entered)})
        entered = [one for one in answers if isinstance(one, Entered)]
        requests = [PassRequest(one.person.id, form, None, one.site_id) for one in entered]
        passes = issue_passes(session, requests, desk, now, numbers=numbers)
        outcomes.update({one.row: _outcome(one.row, issued) for one, issued in zip(entered, passes, strict=True)})
    return outcomes


def _refused(answer: Doubt | RowProblem) -> RowProblem:
    """Nobody can be asked here: what a clerk would decide is refused."""
    if isinstance(answer, RowProblem):
        return answer
    return RowProblem.of(answer.row, refusal_of(answer.entry.person, answer.meeting))


def _outcome(row: int, answer: IssuedPass | CheckpointError) -> IssuedPass | RowProblem:
    return RowProblem(row, "vaccine", answer.message) if isinstance(answer, CheckpointError) else answer


def _draw(job: BulkJob, outcomes: Outcomes, drawers: Drawers) -> None:
    if job.image == "none":
        return
    for row, issued in sorted(outcomes.items()):
        if not isinstance(issued, RowProblem):
            drawers.add(
                Picture(job.out / image_name(row, job.image), issued.text, issued.status, issued.doses, issued.series)
            )


def _draw_what_is_missing(job: BulkJob, office: Office, run_id: int, drawers: Drawers) -> None:
    if job.image == "none":
        return
    with office.storage.reading() as session:
        for one in journal.outcomes_of(session, run_id):
            path = job.out / image_name(one.row, job.image)
            if one.text and one.status and one.doses is not None and not path.exists():
                drawers.add(Picture(path, one.text, one.status, one.doses, one.series))
