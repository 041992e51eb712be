"""The page of one job: how far it is, without JavaScript; it can be stopped, and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, url_for

from verifier_server.jobs.kinds import kind_named
from verifier_server.jobs.queue import OPEN, ask_to_stop, begin_again, view_of
from verifier_server.jobs.tables import Job
from verifier_server.staff.guard import current_account, may, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

pages = Blueprint("jobs", __name__, url_prefix="/jobs")


@pages.get("/<int:number>")
@needs(Permission.OWN_ACCOUNT)
def show(number: int) -> str:
    """Show how far a job is; the page comes again by itself while it runs."""
    job = _own_job(reading(), number)
    kind = kind_named(job.kind)
    result = kind.page(view_of(job)) if kind and kind.page and job.state == "done" else None
    return render_template(
        "jobs/show.html", job=job, title=kind.title if kind else job.kind, result=result, is_open=job.state in OPEN
    )


@pages.post("/<int:number>/stop")
@needs(Permission.OWN_ACCOUNT)
def stop(number: int) -> Response:
    """Stop a job after its present piece."""
    with services().storage.writing() as session:
        ask_to_stop(session, _own_job(session, number), services().now())
    return redirect(url_for("jobs.show", number=number))


@pages.post("/<int:number>/again")
@needs(Permission.OWN_ACCOUNT)
def again(number: int) -> Response:
    """Let a job that failed or was stopped go on."""
    with services().storage.writing() as session:
        begin_again(session, _own_job(session, number))
    return redirect(url_for("jobs.show", number=number))


def _own_job(session: Session, number: int) -> Job:
    job = session.get(Job, number) if number < 1 << 63 else None
    if job is None or not (job.made_by == current_account().id or may(Permission.ADMINISTRATION_READ)):
        abort(404)
    return job
