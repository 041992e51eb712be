"""Pages that print the papers of many people: whose, how many there are and who has none, and the finished files.

A site's lead prints for the own site; a clerk for any unit, site or list. Looking signs nothing and prints nothing. A
list of ID numbers is sent by POST, so that no number stands in an address. Left out: making the files
(:mod:`~.making`), and the rules of a run (:mod:`~.runs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from verifier_server.errors import FieldError
from verifier_server.jobs.tables import Job
from verifier_server.passes.claims import FORMS
from verifier_server.printing import asking
from verifier_server.printing.folder import PrintFolder
from verifier_server.printing.groups import PRINTABLE, WHY_NONE, counted, without_pass
from verifier_server.printing.making import PAPERS_A_PART
from verifier_server.printing.paper import LAYOUTS
from verifier_server.printing.runs import begin, end, note_fetched, runs_of
from verifier_server.printing.tables import OVER, READY, PrintRun
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.place import is_of_a_site, sites_of
from verifier_server.staff.tables import Account
from verifier_server.units.choosing import unit_choices
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.languages import language
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from verifier_server.printing.groups import Group

pages = Blueprint("prints", __name__, url_prefix="/prints")

RUNS_SHOWN, WITHOUT_SHOWN = 10, 100
GONE = 410


@pages.get("")
@needs(Permission.PASSES_PRINT)
def index() -> str | tuple[str, int]:
    """Show the question whose papers, and for a chosen group how many there are."""
    return _page(request.args)


@pages.post("/list")
@needs(Permission.PASSES_PRINT)
def of_list() -> str | tuple[str, int]:
    """Show how many papers there are for the people of a list of ID numbers."""
    return _page(request.form)


@pages.post("")
@needs(Permission.PASSES_PRINT)
def create() -> str | tuple[str, int] | Response:
    """Ask for the papers; the second press of the button finds the run of the first."""
    form, layout = asking.form_of(request.form), request.form.get("layout", "")
    if layout not in LAYOUTS:
        abort(400)
    paper_language = "en" if request.form.get("language") == "en" else "vi"
    account, now, token = current_account(), services().now(), token_of(request.form)

    def asked(session: Session) -> int | None:
        group, _missing = asking.group_of(session, account, request.form)
        if group is None:
            abort(400)
        by = session.get_one(Account, account.id)
        chosen = {"form": form, "layout": layout, "language": paper_language}
        return begin(session, group, **chosen, account=by, now=now, token=token).job

    try:
        job = services().storage.transaction(asked)
    except FieldError as problem:
        return _page(request.form, errors_by_field(problem))
    return redirect(url_for("jobs.show", number=job))


@pages.get("/<int:number>")
@needs(Permission.PASSES_PRINT)
def show(number: int) -> str | tuple[str, int]:
    """Show a run: how far it is, its files, and until when they are there."""
    run = _own_run(reading(), number)
    parts = PrintFolder(services().config.instance, run.id).parts() if run.state == READY else []
    sizes = [
        (n, (n - 1) * PAPERS_A_PART + 1, min(n * PAPERS_A_PART, run.papers), path.stat().st_size)
        for n, path in ((int(path.stem[-3:]), path) for path in parts)
    ]
    page = render_template(
        "prints/show.html",
        run=run,
        whose=asking.whose(reading(), run),
        parts=sizes,
        job=reading().get(Job, run.job) if run.job else None,
    )
    return (page, GONE) if run.state == OVER else page


@pages.get("/<int:number>/<int:part>.pdf")
@needs(Permission.PASSES_PRINT)
def fetch(number: int, part: int) -> Response:
    """Give a finished file, and note who took it."""
    run = _own_run(reading(), number)
    path = PrintFolder(services().config.instance, run.id).part(part)
    if run.state != READY or not path.is_file():
        abort(404)
    with services().storage.writing() as session:
        note_fetched(session, session.get_one(PrintRun, run.id), part, by=current_account().id, now=services().now())
    name = f"cards-{run.id}-{part}.pdf"
    answer = send_file(path.resolve(), mimetype="application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/<int:number>/end")
@needs(Permission.PASSES_PRINT)
def finish(number: int) -> Response:
    """Delete the files now, or stop what is still being made."""
    with services().storage.writing() as session:
        run = _own_run(session, number)
        end(session, run, by=current_account().id, now=services().now())
    PrintFolder(services().config.instance, number).remove()
    return redirect(url_for("prints.index"))


def _page(asked: object, errors: dict[str, str] | None = None) -> str | tuple[str, int]:
    session, account, now = reading(), current_account(), services().now()
    errors = dict(errors or {})
    form = asking.form_of(asked)
    try:
        group, missing = asking.group_of(session, account, asked)
    except FieldError as problem:
        group, missing = None, 0
        errors |= errors_by_field(problem)
    page = render_template(
        "prints/index.html",
        scope=asking.scope_of(account, asked),
        units=unit_choices(session, asked),
        form=form,
        forms=FORMS,
        errors=errors,
        found=_found(session, group, form, now) if group else None,
        missing=missing,
        values={**asked, "token": new_token()},
        group=group,
        runs=[(run, asking.whose(session, run)) for run in runs_of(session, account.id, limit=RUNS_SHOWN)],
        own_site=account.site if is_of_a_site(account) else None,
        sites=sites_of(session, account),
        why_said=asking.why_said(),
        language_now=language(),
    )
    return (page, 422) if errors else page


def _found(session: Session, group: Group, form: str, now: int) -> dict[str, object]:
    counts = counted(session, group, form, now)
    return {
        "people": sum(counts.values()),
        "papers": counts.get(PRINTABLE, 0),
        "none": [(why, counts[why]) for why in WHY_NONE if counts.get(why)],
        "without": without_pass(session, group, form, now, limit=WITHOUT_SHOWN),
    }


def _own_run(session: Session, number: int) -> PrintRun:
    run = session.get(PrintRun, number) if number < 1 << 63 else None
    if run is None or run.made_by != current_account().id:
        abort(404)
    return run
