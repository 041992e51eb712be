"""Undoing a whole import, piece by piece: killed at any moment, it goes on where it was.

First every dose that it entered is struck, and goes into the history of doses; what the register learned
about known people is forgotten, if nobody has changed them since. Then the people that it made are erased,
unless somebody else has touched them: a dose of another source, a correction, a merge. Passes that counted
a struck dose are revoked, and those who stay get the pass of what is left. A dose that was corrected since
was looked at by somebody, and stays. Sites that the file named stay too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.aftermath import passes_follow
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import Change, keep, values_of
from verifier_server.imports import tables as t
from verifier_server.imports.importing import people_with_passes
from verifier_server.imports.runs import outcomes, run_numbered
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.jobs.kinds import Progress
from verifier_server.people.erasing import erase_person
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from verifier_server.imports.files import Files
    from verifier_server.storage import Storage

PIECE = 100


def undo_import(storage: Storage, files: Files, number: int, now: int) -> Iterator[Progress]:
    """Take back what an import has entered."""
    files.forget(number)
    with storage.reading() as session:
        state = run_numbered(session, number).state
        counted = outcomes(session, number)
    if state != t.UNDOING:
        return
    total = sum(counted.get(one, 0) for one in (t.ENTERED, t.UNDONE, t.REMOVED, t.KEPT)) * 2
    done = total - 2 * counted.get(t.ENTERED, 0) - counted.get(t.UNDONE, 0)
    for step in (_strike, _remove):
        while rows := _piece(storage, number, step, now):
            done += rows
            yield Progress(min(done, total), total)
            storage.let_others_write()
    _finish(storage, number, now)


def _piece(storage: Storage, number: int, step: object, now: int) -> int:
    with storage.writing() as session:
        run = run_numbered(session, number, lock=True)
        if run.state != t.UNDOING:
            return 0
        return step(session, run, now)  # type: ignore[operator]


def _strike(session: Session, run: ImportRun, now: int) -> int:
    rows = _rows(session, run.id, ImportRow.outcome == t.ENTERED)
    doses = {
        dose.id: dose
        for dose in session.scalars(
            select(Dose).where(Dose.id.in_([row.dose_id for row in rows if row.dose_id])).with_for_update()
        )
    }
    since: dict[int, int] = {}
    for row in rows:
        dose = doses.get(row.dose_id or 0)
        if dose is not None and dose.version > 1:
            row.outcome = t.KEPT
            continue
        if dose is not None:
            since[dose.person_id] = min(since.get(dose.person_id, now), dose.signed_off_at or now)
            _strike_one(session, run, dose, now)
        if row.learned:
            _forget(session, row, run.undone_by, now)
        row.outcome = t.UNDONE
    session.flush()
    made_here = set(_made_here(session, run.id, since))
    for person in people_with_passes(session, set(since) - made_here, now):
        passes_follow(session, person, since=since[person], by=run.undone_by, site=None, now=now)
    return len(rows)


def _strike_one(session: Session, run: ImportRun, dose: Dose, now: int) -> None:
    change = Change(dose.version, f"import {run.id} undone", run.undone_by, now)
    keep(session, dose, change, why="struck", token=None)
    details = {"before": values_of(dose), "reason": change.reason, "version": dose.version}
    struck = Happening(
        Kind.DOSE_STRUCK,
        "dose",
        dose.id,
        account=run.undone_by,
        site=dose.site_id,
        person=dose.person_id,
        details=details,
    )
    record(session, struck, at=now)
    session.delete(dose)


def _forget(session: Session, row: ImportRow, by: int | None, now: int) -> None:
    person = session.get(Person, row.person_id, with_for_update=True)
    if person is None or person.erased_at is not None or person.version != row.learned_version:
        return
    before: dict[str, object] = {}
    for name in row.learned or ():
        if name == "id_number":
            for paper in [one for one in person.identifiers if one.number == person.id_number]:
                person.identifiers.remove(paper)
                session.delete(paper)
        before[name] = getattr(person, name)
        setattr(person, name, None)
    person.version += 1
    details = {"version": person.version, "before": before, "after": dict.fromkeys(before)}
    forgotten = Happening(Kind.PERSON_CORRECTED, "person", person.id, account=by, person=person.id, details=details)
    record(session, forgotten, at=now)


def _remove(session: Session, run: ImportRun, now: int) -> int:
    rows = _rows(session, run.id, ImportRow.outcome == t.UNDONE, ImportRow.new_person)
    touched = _touched(session, [row.person_id for row in rows if row.person_id])
    for row in rows:
        if row.person_id is None or row.person_id in touched:
            row.outcome = t.KEPT
            continue
        erase_person(session, row.person_id, ground="mistake", by=run.undone_by, now=now)
        row.outcome = t.REMOVED
    session.flush()
    for person in people_with_passes(session, touched, now):
        passes_follow(session, person, since=run.run_at, by=run.undone_by, site=None, now=now)
    return len(rows)


def _touched(session: Session, people: Sequence[int]) -> set[int]:
    """Who was changed, given a dose, or merged by somebody else since."""
    other = Person.__table__.alias()
    changed = select(Person.id).where(
        Person.id.in_(people),
        or_(
            Person.version > 1,
            Person.merged_into.is_not(None),
            Person.erased_at.is_not(None),
            exists().where(Dose.person_id == Person.id),
            exists().where(other.c.merged_into == Person.id),
        ),
    )
    return set(session.scalars(changed))


def _made_here(session: Session, number: int, people: dict[int, int]) -> Sequence[int]:
    here = select(ImportRow.person_id).where(
        ImportRow.import_id == number, ImportRow.new_person, ImportRow.person_id.in_(list(people))
    )
    return [one for one in session.scalars(here) if one is not None]


def _rows(session: Session, number: int, *conditions: object) -> Sequence[ImportRow]:
    return session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == number, *conditions)  # type: ignore[arg-type]
        .order_by(ImportRow.row.desc())
        .limit(PIECE)
        .execution_options(populate_existing=True)
    ).all()


def _finish(storage: Storage, number: int, now: int) -> None:
    with storage.writing() as session:
        over = update(ImportRun).where(ImportRun.id == number, ImportRun.state == t.UNDOING)
        ended = session.execute(over.values(state=t.UNDONE, undone_at=now).returning(ImportRun.undone_by)).first()
        if not ended:
            return
        waits = update(ImportRow).where(ImportRow.import_id == number, ImportRow.outcome == t.WAITING)
        session.execute(waits.values(outcome=t.UNDONE, cells=None))
        happened = Happening(
            Kind.IMPORT_UNDONE, "import", number, account=ended.undone_by, details=outcomes(session, number)
        )
        record(session, happened, at=now)
