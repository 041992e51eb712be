"""The queue: jobs are asked for in the asking page's own transaction, and taken by one worker at a time.

A job is a row of the register, not a message of a broker: it is committed together with what it is about, or not
at all (docs/adr/0024). Left out: doing the work (:mod:`verifier_server.jobs.worker`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, or_, select, update

from verifier_server.errors import ServerError
from verifier_server.jobs.kinds import JobView, all_kinds, kind_named, urgent_kinds
from verifier_server.jobs.tables import Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from verifier_server.jobs.kinds import Progress

SILENT_SECONDS = 90
OPEN = ("waiting", "running")


class JobTaken(ServerError):
    """Another worker has the job: this one was not heard of for too long, or somebody asked to stop."""

    code = "job_taken"


def enqueue(
    session: Session, kind: str, params: Mapping[str, Any], *, by: int | None, now: int, token: str | None = None
) -> Job:
    """Ask for a job in the caller's transaction; the same token again returns the job it made before.

    :param params: JSON, without personal data.
    :raises LookupError: there is no such kind.
    """
    if kind_named(kind) is None:
        raise LookupError(kind)
    if token and (known := session.scalar(select(Job).where(Job.token == token))):
        return known
    job = Job(kind=kind, params=json.dumps(dict(params)), state="waiting", done=0, made_at=now, made_by=by, token=token)
    session.add(job)
    session.flush()
    return job


def view_of(job: Job) -> JobView:
    """Return what the job's function is told."""
    return JobView(job.id, json.loads(job.params), job.made_by)


def take(session: Session, worker: str, now: int, *, urgent: bool = False) -> Job | None:
    """Return the oldest job that nobody works on, urgent ones first, now taken by this worker, or None.

    A job whose worker was not heard of for `SILENT_SECONDS` is taken too: its worker was killed.

    :param urgent: only one of the urgent kinds.
    """
    left = and_(Job.state == "running", Job.heard_at < now - SILENT_SECONDS)
    # A kind of a newer version waits for a worker of that version.
    kinds = urgent_kinds() if urgent else all_kinds()
    first = case((Job.kind.in_(urgent_kinds()), 0), else_=1)
    waits = select(Job).where(Job.kind.in_(kinds), or_(Job.state == "waiting", left)).order_by(first, Job.id).limit(1)
    job = session.scalar(waits.with_for_update(skip_locked=True))
    if job:
        job.state, job.worker, job.heard_at = "running", worker, now
    return job


def note_progress(session: Session, number: int, worker: str, progress: Progress, now: int) -> None:
    """Note how far a job is.

    :raises JobTaken: it is this worker's no more, or somebody asked to stop it.
    """
    mine = (Job.id == number, Job.worker == worker, Job.state == "running", Job.stop_asked.is_(False))
    noted = update(Job).where(*mine).values(done=progress.done, total=progress.total, heard_at=now)
    if not session.execute(noted.returning(Job.id)).first():
        raise JobTaken("The job was stopped, or another worker does it.")


def still_here(session: Session, numbers: Sequence[int], worker: str, now: int) -> None:
    """Say that jobs whose next piece waits for an urgent job are still this worker's."""
    mine = (Job.id.in_(numbers), Job.worker == worker, Job.state == "running")
    session.execute(update(Job).where(*mine).values(heard_at=now))


def end(session: Session, number: int, worker: str, state: str, now: int, problem: str | None = None) -> None:
    """Note that a job ended as ``done``, ``failed`` or ``stopped``; ``waiting`` gives it back, to be tried again."""
    ended_at = None if state == "waiting" else now
    mine = (Job.id == number, Job.worker == worker, Job.state == "running")
    session.execute(
        update(Job).where(*mine).values(state=state, problem=problem and problem[:300], ended_at=ended_at, worker=None)
    )


def ask_to_stop(session: Session, job: Job, now: int) -> None:
    """Stop a job after its present piece; one that nobody has begun ends at once."""
    job.stop_asked = True
    if job.state == "waiting":
        job.state, job.ended_at = "stopped", now


def begin_again(session: Session, job: Job) -> None:
    """Let a job that failed or was stopped go on from where its own rows say it was."""
    if job.state in {"failed", "stopped"}:
        job.state, job.stop_asked, job.problem, job.ended_at = "waiting", False, None, None
