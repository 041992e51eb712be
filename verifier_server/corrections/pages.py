"""`/corrections`: what citizens report as wrong, for clerks: the queue, one report with its evidence, the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.corrections import requests
from verifier_server.corrections.tables import CorrectionRequest
from verifier_server.corrections.words import about_said, outcomes_said, waited
from verifier_server.doses.rules import doses_of
from verifier_server.errors import FieldError
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as Answer

pages = Blueprint("corrections", __name__, url_prefix="/corrections")
pages.add_app_template_filter(waited)


@pages.get("")
@needs(Permission.CORRECTIONS_ANSWER)
def index() -> str:
    """Show what waits for an answer."""
    return render_template("corrections/index.html", waiting=requests.waiting(reading()), about_said=about_said())


@pages.get("/<int:number>")
@needs(Permission.CORRECTIONS_ANSWER)
def show(number: int) -> str:
    """Show one report beside what the register says."""
    return _page(_report_or_404(number), {}, {})


@pages.get("/<int:number>/picture")
@needs(Permission.CORRECTIONS_ANSWER)
def picture(number: int) -> Response:
    """Return the evidence's picture; no cache keeps it."""
    found = requests.picture_of(reading(), _report_or_404(number).id) or abort(404)
    return Response(found, mimetype="image/jpeg", headers={"Content-Disposition": "inline; filename=evidence.jpg"})


@pages.post("/<int:number>/answer")
@needs(Permission.CORRECTIONS_ANSWER)
def answer(number: int) -> Answer | tuple[str, int]:
    """Answer a report; the citizen reads it in the health book."""
    report, form, by = _report_or_404(number), request.form, current_account().id
    try:
        with services().storage.writing() as session:
            requests.answer(
                session,
                report.id,
                outcome=form.get("outcome", ""),
                text=form.get("answer", ""),
                by=by,
                now=services().now(),
            )
    except FieldError as problem:
        return _page(report, form, errors_by_field(problem)), 422
    flash(_("Đã trả lời. Người dân đọc được trong sổ sức khỏe."), "done")
    return redirect(url_for("corrections.index"))


def _report_or_404(number: int) -> CorrectionRequest:
    return (reading().get(CorrectionRequest, number) if number < 1 << 63 else None) or abort(404)


def _page(report: CorrectionRequest, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "corrections/show.html",
        report=report,
        doses=doses_of(reading(), report.person_id),
        about_said=about_said(),
        outcomes_said=outcomes_said(),
        values=values,
        errors=errors,
    )
