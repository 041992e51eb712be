"""The page that records a dose. It counts, and the pass follows, when the site has signed the day off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from vaccine_pass.vaccines import VACCINES
from verifier_server.doses.rules import dose_entry, doses_of, record_dose
from verifier_server.errors import FieldError
from verifier_server.people.pages import person_or_404
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.place import sites_of
from verifier_server.web.forms import errors_by_field, joined_date, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from verifier_server.doses.rules import DoseEntry
    from verifier_server.people.tables import Person
    from verifier_server.sites.tables import Site

pages = Blueprint("doses", __name__)


@pages.get("/people/<int:person_id>/doses/new")
@needs(Permission.DOSES_RECORD)
def new(person_id: int) -> str:
    """Show the form, filled in as far as can be guessed: the next number, today, the clerk's site."""
    person = person_or_404(person_id)
    before = doses_of(reading(), person.id)
    today = services().today()
    values = {
        "token": new_token(),
        "dose_number": str(before[-1].number + 1 if before else 1),
        "vaccine": before[-1].vaccine if before else "",
        "site": str(current_account().site_id or ""),
        "dose_date_day": f"{today:%d}",
        "dose_date_month": f"{today:%m}",
        "dose_date_year": f"{today:%Y}",
    }
    return _form(person, values, {})


@pages.post("/people/<int:person_id>/doses/new")
@needs(Permission.DOSES_RECORD)
def create(person_id: int) -> str | tuple[str, int] | Response:
    """Record the dose; it waits for the sign-off of its site."""
    person = person_or_404(person_id)
    token = token_of(request.form)
    try:
        entry, site = entry_of_form()
        with services().storage.writing() as session:
            # On PostgreSQL two clerks of one person wait for each other here.
            held = session.get_one(type(person), person.id, with_for_update=True)
            record_dose(
                session, held, entry, site_id=site.id, by=current_account().id, now=services().now(), token=token
            )
    except FieldError as problem:
        return _form(person, {**request.form, "token": token}, errors_by_field(problem)), 422
    flash(_("Đã ghi mũi tiêm. Mã QR mới có ngay khi điểm tiêm ký xác nhận."), "done")
    return redirect(url_for("people.show", person_id=person.id))


def _form(person: Person, values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "doses/new.html",
        person=person,
        doses=doses_of(reading(), person.id),
        values=values,
        errors=errors,
        vaccines=VACCINES,
        sites=sites_of(reading(), current_account()),
    )


def entry_of_form() -> tuple[DoseEntry, Site]:
    """Return the checked dose and site of the form that was sent; raises a FieldError."""
    form = request.form
    entry = dose_entry(
        number=form.get("dose_number", ""),
        vaccine=form.get("vaccine", ""),
        series=form.get("series", ""),
        given_on=joined_date(form, "dose_date"),
        lot=form.get("lot", ""),
        vaccinator=form.get("vaccinator", ""),
        today=services().today(),
    )
    chosen = next((site for site in sites_of(reading(), current_account()) if str(site.id) == form.get("site")), None)
    if chosen is None:
        raise FieldError("site", "Choose the site where the dose was given.", code="site_closed")
    return entry, chosen
