"""Pages of imports: hand in a file, look at what the dry run says, import it, undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from verifier_server.approvals.drawing import bar
from verifier_server.errors import FieldError
from verifier_server.imports import runs, template
from verifier_server.imports import tables as t
from verifier_server.imports.deciding import waiting
from verifier_server.imports.files import Files, too_large
from verifier_server.imports.report import report
from verifier_server.imports.tables import ImportRow
from verifier_server.imports.uploading import most_bytes
from verifier_server.imports.words import FINDINGS, OUTCOMES, STATES, faults_said, problem_said
from verifier_server.jobs.queue import OPEN
from verifier_server.jobs.tables import Job
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.tables import Account
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage
    from werkzeug.exceptions import RequestEntityTooLarge
    from werkzeug.wrappers import Response as Answer

    from verifier_server.imports.tables import ImportRun

pages = Blueprint("imports", __name__, url_prefix="/imports")

SHOWN, FAULTS_SHOWN = 30, 50
_MOVING = (t.CHECKING, t.IMPORTING, t.UNDOING)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("")
@needs(Permission.IMPORTS_RUN)
def index() -> str:
    """Show the form and the imports so far."""
    return _index({})


@pages.post("")
@needs(Permission.IMPORTS_RUN)
def upload() -> str | tuple[str, int] | Answer:
    """Take a file in and ask for its dry run; the same bytes lead to the import that they are already."""
    try:
        run, is_new = _handed_in(request.files.get("file"))
    except FieldError as problem:
        return _index(errors_by_field(problem)), 422
    if not is_new:
        flash(_("Tệp này đã được gửi trước đây. Đây là lần đó."), "done")
    return redirect(url_for("imports.show", number=run))


@pages.errorhandler(413)
def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    return _index(errors_by_field(too_large(most_bytes()))), 413


@pages.get("/template.csv")
@needs(Permission.IMPORTS_RUN)
def template_csv() -> Response:
    """Give the template as CSV."""
    return _download(template.as_csv(), "text/csv", "mui-tiem.csv")


@pages.get("/template.xlsx")
@needs(Permission.IMPORTS_RUN)
def template_workbook() -> Response:
    """Give the template as a workbook."""
    return _download(template.as_workbook(), _XLSX, "mui-tiem.xlsx")


@pages.get("/<int:number>")
@needs(Permission.IMPORTS_RUN)
def show(number: int) -> str:
    """Show how far an import is, and what was found."""
    session = reading()
    run = _run(session, number)
    job = session.get(Job, run.job) if run.job else None
    counts = runs.outcomes(session, number) if run.run_at else runs.findings(session, number)
    names = OUTCOMES if run.run_at else FINDINGS
    most = max(counts.values(), default=0)
    faults = _faults(session, number)
    return render_template(
        "imports/show.html",
        run=run,
        state=STATES[run.state],
        problem=problem_said(run.problem) if run.problem else None,
        bars=[(key, name, counts[key], bar(counts[key], most, key)) for key, name in names.items() if counts.get(key)],
        counts=counts,
        faults=[(one.row, faults_said(one.faults)) for one in faults[:FAULTS_SHOWN]],
        more_faults=max(0, counts.get(t.REFUSED, 0) - FAULTS_SHOWN),
        waiting=waiting(session, number),
        job=job,
        is_moving=run.state in _MOVING and (job is None or job.state in OPEN),
        by=session.get(Account, run.run_by or run.made_by or 0),
        token=new_token(),
    )


@pages.get("/<int:number>/report.csv")
@needs(Permission.IMPORTS_RUN)
def report_csv(number: int) -> Response:
    """Give one line for each row."""
    _run(reading(), number)
    session = services().storage.session()

    def lines():  # type: ignore[no-untyped-def]  # noqa: ANN202  a generator of bytes
        with session:
            yield from report(session, number)

    answer = _download(b"", "text/csv", f"import-{number}.csv")
    answer.response = stream_with_context(lines())
    answer.headers.pop("Content-Length", None)
    return answer


@pages.post("/<int:number>/run")
@needs(Permission.IMPORTS_RUN)
def run(number: int) -> Answer:
    """Sign off the file and import it."""
    return _step(number, runs.begin_import)


@pages.get("/<int:number>/undo")
@needs(Permission.IMPORTS_RUN)
def ask_undo(number: int) -> str:
    """Say what undoing does, and ask."""
    session = reading()
    return render_template("imports/undo.html", run=_run(session, number), counts=runs.outcomes(session, number))


@pages.post("/<int:number>/undo")
@needs(Permission.IMPORTS_RUN)
def undo(number: int) -> Answer:
    """Undo the whole import."""
    return _step(number, runs.begin_undo)


@pages.post("/<int:number>/discard")
@needs(Permission.IMPORTS_RUN)
def discard(number: int) -> Answer:
    """Throw the file away."""
    answer = _step(number, runs.discard)
    Files(services().config.instance).forget(number)
    return answer


def _handed_in(handed: FileStorage | None) -> tuple[int, bool]:
    if handed is None or not handed.filename:
        raise FieldError("file", "Choose a file.", code="no_file")
    files = Files(services().config.instance)
    arrived = files.receive(handed.stream, most=most_bytes())
    by, now, token = current_account().id, services().now(), token_of(request.form)

    def noted(session: Session) -> tuple[int, bool]:
        run, is_new = runs.hand_in(session, files, arrived, handed.filename or "", by=by, now=now, token=token)
        if is_new:
            runs.ask_for_check(session, run, by=by, now=now)
        return run.id, is_new

    # Of two presses of one button, the second meets the first's token and finds its import.
    return services().storage.transaction(noted)


def _step(number: int, step: Callable[..., ImportRun]) -> Answer:
    try:
        with services().storage.writing() as session:
            _run(session, number)
            step(session, number, by=current_account().id, now=services().now())
    except FieldError as problem:
        flash(errors_by_field(problem)["import"], "problem")
    return redirect(url_for("imports.show", number=number))


def _index(errors: dict[str, str]) -> str:
    session = reading()
    imports = [(one, STATES[one.state], waiting(session, one.id)) for one in runs.newest(session, limit=SHOWN)]
    values = {"token": new_token()}
    return render_template("imports/index.html", imports=imports, errors=errors, values=values, most=most_bytes())


def _faults(session: Session, number: int) -> list[ImportRow]:
    wrong = select(ImportRow).where(ImportRow.import_id == number, ImportRow.finding == t.REFUSED)
    return list(session.scalars(wrong.order_by(ImportRow.row).limit(FAULTS_SHOWN)))


def _run(session: Session, number: int) -> ImportRun:
    try:
        return runs.run_numbered(session, number)
    except FieldError:
        abort(404)


def _download(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
