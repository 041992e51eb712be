"""Pages of passes: the QR code in its colour, its picture to download, and the button that issues.

Looking at a page never signs anything; only the button does, by a POST that names a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup

from vaccine_pass.status import Status
from verifier_server.doses.rules import doses_of
from verifier_server.drawing import bulk_png, code_svg
from verifier_server.passes.claims import FORMS
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.passes.issued import current_pass, former_pass, standing
from verifier_server.passes.replacing import REASONS, replace_pass
from verifier_server.passes.story import story_of
from verifier_server.passes.tables import IssuedPass
from verifier_server.passes.words import ending_reasons, reasons_said, why_ended
from verifier_server.people.pages import person_or_404
from verifier_server.printing.paper import LAYOUTS, pass_pdf
from verifier_server.printing.said import said_by
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.languages import language
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

pages = Blueprint("passes", __name__)
pages.add_app_template_filter(standing)
pages.add_app_template_filter(why_ended)


@pages.post("/people/<int:person_id>/passes")
@needs(Permission.PASSES_ISSUE)
def issue(person_id: int) -> Answer:
    """Issue the person's pass in the form that was asked for, unless there is one that tells the same."""
    form = request.form.get("form", "")
    if form not in FORMS:
        abort(400)
    account = current_account()
    wanted = PassRequest(person_or_404(person_id).id, form, by=account.id, site_id=account.site_id)
    with services().storage.session(writing=True) as session:
        issued = issue_pass(session, wanted, services().desk, services().now())
        session.commit()
    return redirect(url_for("passes.show", pass_id=issued.id))


@pages.get("/passes/<int:pass_id>")
@needs(Permission.PASSES_READ)
def show(pass_id: int) -> str:
    """Show a pass with its code, and what was signed: the register may say something else since."""
    issued = _pass_or_404(pass_id)
    person = person_or_404(issued.person_id)
    doses = doses_of(reading(), person.id)
    now = services().now()
    others = {form: current_pass(reading(), person.id, form, now) for form in FORMS}
    return render_template(
        "passes/show.html",
        issued=issued,
        person=person,
        doses=doses,
        others=others,
        said=said_by(issued.text),
        standing=standing(issued, now),
        former=former_pass(reading(), issued, now),
        story=story_of(reading(), issued),
        reasons=reasons_said(),
        ending_reasons=ending_reasons(),
        ends_old=services().desk.new_pass_ends_old and issued.form == "domestic",
        code=Markup(_svg(issued)),  # noqa: S704  our own drawing, of numbers and fixed words only
    )


@pages.get("/passes/<int:pass_id>.png")
@needs(Permission.PASSES_READ)
def picture(pass_id: int) -> Response:
    """Return the code as a picture to keep or print."""
    issued = _pass_or_404(pass_id)
    image = bulk_png(
        issued.text, status=Status(issued.status), doses=issued.doses, series=issued.series, lang=language()
    )
    answer = Response(image, mimetype="image/png")
    # A serial says nothing about the person; a name in a file's name would.
    answer.headers["Content-Disposition"] = f'attachment; filename="pass-{issued.serial:08X}.png"'
    return answer


@pages.post("/passes/<int:pass_id>/replace")
@needs(Permission.PASSES_ISSUE)
def replace(pass_id: int) -> Answer:
    """Revoke a pass that was lost or went round, and issue another in its place."""
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        abort(400)
    former, account = _pass_or_404(pass_id), current_account()
    new = replace_pass(services().storage, services().desk, former.id, reason, account=account, now=services().now())
    return redirect(url_for("passes.show", pass_id=new.id))


@pages.get("/passes/<int:pass_id>.pdf")
@needs(Permission.PASSES_READ)
def paper(pass_id: int) -> Response:
    """Return the pass to print: a page, or with ``layout=card`` a card; its code has been read back."""
    layout = request.args.get("layout", LAYOUTS[0])
    if layout not in LAYOUTS:
        abort(400)
    issued = _pass_or_404(pass_id)
    person = person_or_404(issued.person_id)
    ends_old = services().desk.new_pass_ends_old
    made = pass_pdf(issued, person, layout, language=language(), now=services().now(), ends_old=ends_old)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{layout}-{issued.serial:08X}.pdf"'
    return answer


def _svg(issued: IssuedPass) -> str:
    return code_svg(
        issued.text, status=Status(issued.status), doses=issued.doses, series=issued.series, lang=language()
    )


def _pass_or_404(pass_id: int) -> IssuedPass:
    issued = reading().get(IssuedPass, pass_id) if pass_id < 1 << 63 else None
    return issued or abort(404)
