"""The job that makes the papers of a run, the duty that ends what is over, and what goes when a person is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from verifier_server.jobs.kinds import duty, job_kind
from verifier_server.printing.folder import folders
from verifier_server.printing.making import make_papers
from verifier_server.printing.runs import JOB, end, late_runs
from verifier_server.printing.tables import OVER, PrintRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier_server.jobs.kinds import JobView, Progress, Work


def page_of(job: JobView) -> str:
    """Return the address of the run that a job is about."""
    return url_for("prints.show", number=int(job.params["run"]))


@job_kind(JOB, title=_("In thẻ nhiều người"), page=page_of)
def make(job: JobView, work: Work) -> Iterator[Progress]:
    """Make the papers of a run."""
    yield from make_papers(work, int(job.params["run"]))


@duty("prints", every=60)
def end_late_runs(work: Work) -> int:
    """End the runs whose time is over, and remove every file of a run that is over; returns how many folders went."""
    with work.storage.writing() as session:
        for run in late_runs(session, work.now()):
            end(session, run, by=None, now=work.now())
    with work.storage.reading() as session:
        still = set(session.scalars(select(PrintRun.id).where(PrintRun.state != OVER)))
    gone = [folder for number, folder in folders(work.config.instance) if number not in still]
    for folder in gone:
        folder.remove()
    return len(gone)
