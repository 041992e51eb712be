"""The rows of which nobody can be sure whom they mean: a clerk looks at the row and at who it may be, and decides.

Two clerks are shown different rows; where both answer the same one, the first counts and the second is
told. Whoever decides signs off the dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.bulk.registering import Registrar
from verifier_server.bulk.rows import entry_of
from verifier_server.checks import one_line, today_at
from verifier_server.doses.aftermath import passes_follow
from verifier_server.errors import FieldError
from verifier_server.imports import tables as t
from verifier_server.imports.importing import people_with_passes, values_of
from verifier_server.imports.runs import run_numbered
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.people.erasing import also_erases
from verifier_server.people.identifiers import holders
from verifier_server.people.matching import Exact, Probable, meet
from verifier_server.people.standing import held

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.bulk.rows import RowEntry
    from verifier_server.people.matching import Meeting

HELD_SECONDS = 300
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What a clerk says about a row: this person, a new one, or not to be entered, and why.

    :ivar who: ``person``, ``new`` or ``reject``.
    """

    who: str
    person_id: int | None = None
    reason: str = ""


def waiting(session: Session, number: int | None = None) -> int:
    """Count the rows that wait, of one import or of all."""
    rows = select(func.count()).select_from(ImportRow).where(ImportRow.outcome == t.WAITING)
    if number is not None:
        rows = rows.where(ImportRow.import_id == number)
    return session.scalar(rows) or 0


def next_waiting(session: Session, number: int, *, by: int, now: int, after: int = 0) -> int | None:
    """Return the next row that waits and that no other clerk looks at, and note that this one does.

    Where others look at all that is left, one of theirs is returned; None when nothing waits.
    """
    rows = select(ImportRow.row).where(ImportRow.import_id == number, ImportRow.outcome == t.WAITING)
    free = or_(ImportRow.held_by.is_(None), ImportRow.held_by == by, ImportRow.held_at < now - HELD_SECONDS)
    for condition in (free & (ImportRow.row > after), free, ImportRow.row > after, ImportRow.row > 0):
        found = session.scalar(rows.where(condition).order_by(ImportRow.row).limit(1))
        if found is not None:
            mine = update(ImportRow).where(ImportRow.import_id == number, ImportRow.row == found)
            session.execute(mine.values(held_by=by, held_at=now))
            return int(found)
    return None


def meeting_of(session: Session, row: ImportRow, now: int) -> tuple[RowEntry, Meeting]:
    """Return what a waiting row says, and whom it may mean in the register as it is now."""
    entry = entry_of(row.row, row.cells or {}, today_at(now))
    [meeting] = meet(session, [entry.person])
    return entry, meeting


def candidates_of(meeting: Meeting) -> list[tuple[object, int, tuple[object, ...]]]:
    """Return (person, score, reasons) of whom a row may mean; alone and with 100 where it became clear since."""
    if isinstance(meeting, Exact):
        return [(meeting.person, 100, ())]
    return [(one.person, one.score, one.reasons) for one in meeting.candidates] if isinstance(meeting, Probable) else []


def decide(session: Session, number: int, row: int, decision: Decision, *, by: int, now: int) -> ImportRow:
    """Carry out a clerk's decision.

    :raises FieldError: another clerk was faster, the import is undone, nobody was chosen, or the dose contradicts
        what is recorded of the person.
    """
    _must_stand(session, number)
    waits = session.get(ImportRow, (number, row), with_for_update=True, populate_existing=True)
    if waits is None or waits.outcome != t.WAITING:
        raise FieldError("row", "Another clerk has decided this row already.", code="row_decided")
    if decision.who == "reject":
        waits.reason = one_line("reason", decision.reason, longest=LONGEST_REASON)
        waits.outcome, waits.cells = t.REJECTED, None
    else:
        _enter(session, waits, decision, by, now)
    waits.decided_by, waits.decided_at, waits.held_by = by, now, None
    session.flush()
    # No word of the reason: it may say something about a person, and the row is erased with the person.
    details = {"row": row, "decision": decision.who}
    happened = Happening(Kind.IMPORT_ROW_DECIDED, "import", number, account=by, person=waits.person_id, details=details)
    record(session, happened, at=now)
    return waits


@also_erases
def erase_rows(session: Session, person: int) -> None:
    """Empty what the rows of imports hold about a person."""
    theirs = update(ImportRow).where(ImportRow.person_id == person)
    session.execute(theirs.values(faults=None, cells=None, reason=None, learned=None))


def _must_stand(session: Session, number: int) -> None:
    state = session.scalar(select(ImportRun.state).where(ImportRun.id == number).with_for_update(read=True))
    if state is None:
        run_numbered(session, number)
    if state not in {t.IMPORTED, t.IMPORTING}:
        raise FieldError("row", "This import is undone: nothing waits any more.", code="import_undone")


def _enter(session: Session, waits: ImportRow, decision: Decision, by: int, now: int) -> None:
    entry = entry_of(waits.row, waits.cells or {}, today_at(now))
    person = None
    if decision.who == "person" and decision.person_id:
        [person] = held(session, decision.person_id)
    elif decision.who != "new":
        raise FieldError("who", "Choose the person, a new person, or leave the row out.", code="nobody_chosen")
    elif entry.person.id_number and holders(session, [entry.person.id_number]):
        raise FieldError(
            "who",
            "Somebody in the register has this ID number: choose that person, or leave the row out.",
            code="number_of_another",
        )
    entered = Registrar(session, now, by=by).enter_as(entry, person)
    for name, value in values_of(entered).items():
        setattr(waits, name, value)
    if entered.dose is not None:
        for one in people_with_passes(session, [entered.person.id], now):
            passes_follow(session, one, since=None, by=by, site=entered.site_id, now=now)
