"""A run of printing: asked for, made by a worker, fetched, and over after a day or when somebody ends it.

Each step is in one transaction with its event. Its files hold names: whoever asked is the only one to fetch them, each
fetching is an event, and what is over has no file. Left out: making the papers (:mod:`~.making`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, literal, or_, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.jobs.queue import ask_to_stop, enqueue
from verifier_server.jobs.tables import Job
from verifier_server.printing.groups import printable
from verifier_server.printing.tables import MAKING, OVER, READY, PrintPlace, PrintRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.printing.groups import Group
    from verifier_server.staff.tables import Account

JOB = "print_papers"
KEPT_SECONDS = 24 * 3600
"""How long finished files wait to be fetched; a run that is not finished by then is over too."""
MOST_PAPERS = 20_000


def begin(
    session: Session,
    group: Group,
    *,
    form: str,
    layout: str,
    language: str,
    account: Account,
    now: int,
    token: str | None = None,
) -> PrintRun:
    """Ask for the papers of a group; the same token again returns the run it made before.

    :raises FieldError: nobody in the group has a pass to print, or there are more than `MOST_PAPERS`.
    """
    if token and (known := session.scalar(select(PrintRun).where(PrintRun.token == token))):
        return known
    run = PrintRun(
        scope=group.scope,
        unit_version=group.unit_version,
        unit=group.unit,
        site_id=group.site_id,
        form=form,
        layout=layout,
        language=language,
        state=MAKING,
        papers=0,
        made_at=now,
        made_by=account.id,
        token=token,
    )
    session.add(run)
    session.flush()
    run.papers = _places(session, run, group, now)
    run.job = enqueue(session, JOB, {"run": run.id}, by=account.id, now=now).id
    _note(session, Kind.PRINTING_ASKED, run, account.id, now, papers=run.papers, scope=run.scope, unit=run.unit)
    return run


def _places(session: Session, run: PrintRun, group: Group, now: int) -> int:
    passes = printable(group, run.form, now).limit(MOST_PAPERS + 1).subquery()
    rows = select(literal(run.id), passes.c.place, passes.c.pass_id)
    session.execute(insert(PrintPlace).from_select(["run_id", "place", "pass_id"], rows))
    papers = session.scalar(select(func.count()).where(PrintPlace.run_id == run.id)) or 0
    if not papers:
        raise FieldError("group", "Nobody here has a pass to print.", code="nothing_to_print")
    if papers > MOST_PAPERS:
        sentence = f"These are more than {MOST_PAPERS} papers: choose a smaller unit."
        raise FieldError("group", sentence, code="too_many_papers", most=MOST_PAPERS)
    return papers


def finish(session: Session, number: int, now: int) -> None:
    """Note that all papers of a run are made and read; they wait for whoever asked until ``ends_at``."""
    run = session.get_one(PrintRun, number, with_for_update=True, populate_existing=True)
    if run.state == MAKING:
        made = session.scalar(select(func.count()).where(PrintPlace.run_id == run.id)) or 0
        run.left_out = run.papers - made
        run.state, run.ready_at, run.ends_at = READY, now, now + KEPT_SECONDS


def note_fetched(session: Session, run: PrintRun, part: int, *, by: int, now: int) -> None:
    """Note that somebody took a file with names away."""
    _note(session, Kind.PRINTING_FETCHED, run, by, now, part=part)


def end(session: Session, run: PrintRun, *, by: int | None, now: int) -> None:
    """End a run: nothing is made for it any more, and its files go; what is over stays so."""
    held = session.get_one(PrintRun, run.id, with_for_update=True, populate_existing=True)
    if held.state == OVER:
        return
    held.state, held.ended_at = OVER, now
    session.execute(delete(PrintPlace).where(PrintPlace.run_id == held.id))
    job = session.get(Job, held.job) if held.job else None
    if job is not None:
        ask_to_stop(session, job, now)
    _note(session, Kind.PRINTING_ENDED, held, by, now)


def late_runs(session: Session, now: int) -> Sequence[PrintRun]:
    """Return the runs whose time is over: fetched or not, finished or not."""
    over = or_(PrintRun.ends_at < now, PrintRun.ends_at.is_(None) & (PrintRun.made_at < now - KEPT_SECONDS))
    return session.scalars(select(PrintRun).where(PrintRun.state != OVER, over)).all()


def runs_of(session: Session, account: int, *, limit: int) -> Sequence[PrintRun]:
    """Return the newest runs that an account asked for."""
    mine = select(PrintRun).where(PrintRun.made_by == account).order_by(PrintRun.id.desc()).limit(limit)
    return session.scalars(mine).all()


def _note(session: Session, kind: Kind, run: PrintRun, by: int | None, now: int, **details: object) -> None:
    happening = Happening(kind, "print_run", run.id, account=by, site=run.site_id, details=details)
    record(session, happening, at=now)
