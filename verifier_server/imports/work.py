"""The jobs of imports, and the duty that removes files which nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from verifier_server.imports import tables as t
from verifier_server.imports.files import Files
from verifier_server.imports.importing import import_file
from verifier_server.imports.rehearsing import rehearse
from verifier_server.imports.runs import CHECK_JOB, IMPORT_JOB, UNDO_JOB
from verifier_server.imports.tables import ImportRun
from verifier_server.imports.undoing import undo_import
from verifier_server.jobs.kinds import duty, job_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier_server.jobs.kinds import JobView, Progress, Work

KEPT_DAYS = 30
"""For so long a file that was rehearsed waits for somebody to import it."""

_HOUR, _DAY = 3_600, 86_400


def page_of(job: JobView) -> str:
    """Return the address of the import that a job is about."""
    return url_for("imports.show", number=int(job.params["import"]))


@job_kind(CHECK_JOB, title=_("Kiểm tra tệp tiêm chủng cũ"), page=page_of)
def check(job: JobView, work: Work) -> Iterator[Progress]:
    """Rehearse a file."""
    yield from rehearse(work.storage, Files(work.config.instance), int(job.params["import"]), work.now())


@job_kind(IMPORT_JOB, title=_("Nhập tệp tiêm chủng cũ"), page=page_of)
def enter(job: JobView, work: Work) -> Iterator[Progress]:
    """Import a file."""
    yield from import_file(work.storage, Files(work.config.instance), int(job.params["import"]), work.now())


@job_kind(UNDO_JOB, title=_("Hoàn tác một lần nhập"), page=page_of)
def undo(job: JobView, work: Work) -> Iterator[Progress]:
    """Undo an import."""
    yield from undo_import(work.storage, Files(work.config.instance), int(job.params["import"]), work.now())


@duty("imports", every=_HOUR)
def forget_files(work: Work) -> int:
    """Throw away what waits for too long, and what a killed upload has left; returns how many files."""
    with work.storage.writing() as session:
        old = (ImportRun.state == t.CHECKED, ImportRun.made_at < work.now() - KEPT_DAYS * _DAY)
        session.execute(update(ImportRun).where(*old).values(state=t.DISCARDED))
        needed = set(
            session.scalars(select(ImportRun.id).where(ImportRun.state.in_((t.CHECKING, t.CHECKED, t.IMPORTING))))
        )
    left = Files(work.config.instance).others(needed, older_than=work.clock() - _HOUR)
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
