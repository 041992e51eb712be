"""The queue in the browser: one row, who it may be and why, and one decision at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.doses.rules import doses_of
from verifier_server.errors import FieldError
from verifier_server.imports import tables as t
from verifier_server.imports.deciding import Decision, candidates_of, decide, meeting_of, next_waiting, waiting
from verifier_server.imports.runs import run_numbered
from verifier_server.imports.tables import ImportRow
from verifier_server.imports.words import REASONS, speaks_for
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("import_queue", __name__, url_prefix="/imports/<int:number>/queue")

LARGEST = 1 << 31


@pages.get("")
@needs(Permission.IMPORTS_RUN)
def next_row(number: int) -> Response:
    """Lead to the next row that no other clerk looks at."""
    try:
        run_numbered(reading(), number)
    except FieldError:
        abort(404)
    end_reading()
    after = request.args.get("after", 0, int)
    with services().storage.writing() as session:
        row = next_waiting(
            session, number, by=current_account().id, now=services().now(), after=max(0, min(after, LARGEST - 1))
        )
    if row is None:
        flash(_("Không còn dòng nào chờ."), "done")
        return redirect(url_for("imports.show", number=number))
    return redirect(url_for("import_queue.show", number=number, row=row))


@pages.get("/<int:row>")
@needs(Permission.IMPORTS_RUN)
def show(number: int, row: int) -> str | Response:
    """Show a row and who it may be."""
    return _page(number, row, {}, {})


@pages.post("/<int:row>")
@needs(Permission.IMPORTS_RUN)
def answer(number: int, row: int) -> str | tuple[str, int] | Response:
    """Carry out the decision, and go to the next row."""
    _row(number, row)
    end_reading()
    try:
        with services().storage.writing() as session:
            decide(session, number, row, _decision(), by=current_account().id, now=services().now())
    except FieldError as problem:
        if problem.code in {"row_decided", "import_undone"}:
            flash(errors_by_field(problem)["row"], "problem")
            return redirect(url_for("import_queue.next_row", number=number, after=row))
        said = _page(number, row, dict(request.form), errors_by_field(problem))
        return (said, 422) if isinstance(said, str) else said
    flash(_("Đã lưu dòng %(row)s.", row=row), "done")
    return redirect(url_for("import_queue.next_row", number=number, after=row))


def _page(number: int, row: int, values: dict[str, str], errors: dict[str, str]) -> str | Response:
    waits, session = _row(number, row), reading()
    if waits.outcome != t.WAITING:
        flash(_("Dòng này đã được quyết định."), "done")
        return redirect(url_for("import_queue.next_row", number=number, after=row))
    entry, meeting = meeting_of(session, waits, services().now())
    candidates = [
        (person, score, [(REASONS[one], speaks_for(one)) for one in reasons], doses_of(session, person.id))
        for person, score, reasons in candidates_of(meeting)
    ]
    return render_template(
        "imports/queue.html",
        number=number,
        row=row,
        entry=entry,
        candidates=candidates,
        values=values or {"who": str(candidates[0][0].id) if len(candidates) == 1 and not candidates[0][2] else ""},
        errors=errors,
        left=waiting(session, number),
        seen_by_another=waits.held_by not in {None, current_account().id},
    )


def _decision() -> Decision:
    who, reason = request.form.get("who", ""), request.form.get("reason", "")
    if who in {"new", "reject"}:
        return Decision(who, reason=reason)
    number = int(who) if who.isascii() and who.isdigit() and len(who) <= 18 else None
    return Decision("person", number)


def _row(number: int, row: int) -> ImportRow:
    found = reading().get(ImportRow, (number, row)) if 0 < row < LARGEST and 0 < number < 1 << 62 else None
    if found is None:
        abort(404)
    return found
