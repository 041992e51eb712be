"""`/book`: the family of a phone, and for each of them the code in its colour, the doses, paper, and reports.

Looking signs nothing. A pass is signed when the citizen presses the button, through the one door, from what is signed
off; one that tells the present state already is shown again. Left out: logging in (:mod:`.login_pages`), and reports
(:mod:`.report_pages`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup

from vaccine_pass.status import Status
from verifier_server.corrections.requests import of_person
from verifier_server.corrections.words import about_said, outcomes_said
from verifier_server.doses.rules import doses_of
from verifier_server.doses.state import domestic_state, travel_state
from verifier_server.drawing import code_svg
from verifier_server.health_book.sessions import citizens, family, member_or_404, phone_of_request
from verifier_server.passes.claims import FORMS
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.passes.issued import current_pass
from verifier_server.printing.paper import LAYOUTS, pass_pdf
from verifier_server.web.languages import language
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

    from verifier_server.passes.tables import IssuedPass
    from verifier_server.people.tables import Person

pages = Blueprint("book", __name__, url_prefix="/book")


@pages.get("")
@citizens
def index() -> str:
    """Show the people of this phone."""
    now = services().now()
    members = [(one, _state(one), current_pass(reading(), one.id, "domestic", now)) for one in family()]
    return render_template("book/index.html", members=members, phone=phone_of_request())


@pages.get("/people/<int:person_id>")
@citizens
def show(person_id: int) -> str:
    """Show one of the family with the code for travel within the country."""
    return _page(member_or_404(person_id), "domestic")


@pages.get("/people/<int:person_id>/travel")
@citizens
def travel(person_id: int) -> str:
    """Show one of the family with the code for travel abroad."""
    return _page(member_or_404(person_id), "travel")


@pages.post("/people/<int:person_id>/passes")
@citizens
def issue(person_id: int) -> Answer:
    """Issue a pass from what is signed off, at no site and by no account; the audit says that the citizen asked."""
    form = request.form.get("form", "")
    if form not in FORMS:
        abort(400)
    wanted = PassRequest(member_or_404(person_id).id, form, citizen=True)
    end_reading()
    with services().storage.session(writing=True) as session:
        issue_pass(session, wanted, services().desk, services().now())
        session.commit()
    return redirect(_address(person_id, form))


@pages.get("/people/<int:person_id>/<form>-<layout>.pdf")
@citizens
def paper(person_id: int, form: str, layout: str) -> Response:
    """Return the current pass on paper: a page, or a card with the code on both sides, read back before it leaves."""
    person = member_or_404(person_id)
    now = services().now()
    if form not in FORMS or layout not in LAYOUTS:
        abort(404)
    issued = current_pass(reading(), person.id, form, now) or abort(404)
    ends_old = services().config.settings.new_pass_ends_old
    made = pass_pdf(issued, person, layout, language=language(), now=now, ends_old=ends_old)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="pass-{issued.serial:08X}-{layout}.pdf"'
    return answer


def _page(person: Person, form: str) -> str:
    now = services().now()
    doses = doses_of(reading(), person.id)
    signed_off = [dose for dose in doses if dose.signed_off_at is not None]
    issued = current_pass(reading(), person.id, form, now)
    return render_template(
        "book/show.html",
        person=person,
        form=form,
        issued=issued,
        code=_drawn(issued) if issued else None,
        doses=doses,
        state=domestic_state(signed_off),
        may_travel=bool(travel_state(signed_off).vaccine),
        newer=issued is not None and _tells_less(issued, len(signed_off), form),
        reports=of_person(reading(), person.id),
        about_said=about_said(),
        outcomes_said=outcomes_said(),
        ends_old=services().config.settings.new_pass_ends_old,
        alone=len(family()) == 1,
    )


def _drawn(issued: IssuedPass) -> Markup:
    drawn = code_svg(
        issued.text, status=Status(issued.status), doses=issued.doses, series=issued.series, lang=language()
    )
    return Markup(drawn)  # noqa: S704  our own drawing, of numbers and fixed words only


def _tells_less(issued: IssuedPass, signed_off: int, form: str) -> bool:
    """Whether doses were signed off since; a trial dose is on no travel pass."""
    return form == "domestic" and issued.doses < signed_off


def _state(person: Person) -> object:
    return domestic_state([dose for dose in doses_of(reading(), person.id) if dose.signed_off_at is not None])


def _address(person_id: int, form: str) -> str:
    return url_for("book.travel" if form == "travel" else "book.show", person_id=person_id)
