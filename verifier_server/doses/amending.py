"""The pages of one dose: its history, correcting it, striking it.

Staff of a site amend what their own site gave; a clerk of a health department, every dose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from vaccine_pass.vaccines import VACCINES
from verifier_server.doses.correcting import correct_dose
from verifier_server.doses.pages import entry_of_form
from verifier_server.doses.rules import doses_of
from verifier_server.doses.striking import strike_dose
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import Change, versions_of
from verifier_server.doses.words import ended
from verifier_server.errors import FieldError
from verifier_server.people.pages import person_or_404
from verifier_server.staff.guard import current_account, may, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.place import is_of_a_site, sites_of
from verifier_server.staff.tables import Account
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("amending", __name__, url_prefix="/doses/<int:dose_id>")


@pages.get("")
@needs(Permission.PEOPLE_READ)
def show(dose_id: int) -> str:
    """Show a dose as it stands and what it was before."""
    dose = reading().get(Dose, dose_id) if dose_id < 1 << 63 else None
    versions = versions_of(reading(), dose_id) if dose_id < 1 << 63 else []
    if dose is None and not versions:
        abort(404)
    accounts = {one.ended_by for one in versions} | ({dose.recorded_by, dose.signed_off_by} if dose else set())
    return render_template(
        "doses/show.html",
        dose=dose,
        versions=versions,
        person=person_or_404(dose.person_id if dose else versions[0].person_id),
        ended=ended,
        names={one: reading().get_one(Account, one).email for one in accounts if one},
        amends=dose is not None and _amends(dose),
    )


@pages.get("/correct")
@needs(Permission.DOSES_CORRECT)
def correct(dose_id: int) -> str:
    """Show the form with what stands."""
    dose = _own_dose(dose_id)
    return _form("doses/correct.html", dose, _values(dose), {})


@pages.post("/correct")
@needs(Permission.DOSES_CORRECT)
def save(dose_id: int) -> tuple[str, int] | Response:
    """Correct the dose."""
    change = _change()
    try:
        entry, site = entry_of_form()
        with services().storage.writing() as session:
            _refuse_others(session.get(Dose, dose_id))
            dose = correct_dose(session, dose_id, entry, change, site_id=site.id)
    except FieldError as problem:
        standing = _own_dose(dose_id)
        values = {**request.form, "token": new_token(), "version": str(standing.version)}
        return _form("doses/correct.html", standing, values, errors_by_field(problem)), 422
    said = _("Đã sửa mũi tiêm. Mã QR đang được cấp lại.") if dose and dose.counts else _("Đã sửa mũi tiêm.")
    flash(said, "done")
    return redirect(url_for("amending.show", dose_id=dose_id))


@pages.get("/strike")
@needs(Permission.DOSES_CORRECT)
def strike(dose_id: int) -> str:
    """Ask why the dose is wrong."""
    dose = _own_dose(dose_id)
    return _form("doses/strike.html", dose, {"token": new_token(), "version": str(dose.version)}, {})


@pages.post("/strike")
@needs(Permission.DOSES_CORRECT)
def remove(dose_id: int) -> tuple[str, int] | Response:
    """Strike the dose."""
    change = _change()
    try:
        with services().storage.writing() as session:
            _refuse_others(session.get(Dose, dose_id))
            person = strike_dose(session, dose_id, change, renumber=request.form.get("renumber") == "yes")
    except FieldError as problem:
        standing = _own_dose(dose_id)
        values = {**request.form, "token": new_token(), "version": str(standing.version)}
        return _form("doses/strike.html", standing, values, errors_by_field(problem)), 422
    flash(_("Đã hủy mũi tiêm. Mã QR đã tính mũi này bị thu hồi, mã mới đang được cấp."), "done")
    return redirect(url_for("people.show", person_id=person))


def _own_dose(dose_id: int) -> Dose:
    dose = reading().get(Dose, dose_id) if dose_id < 1 << 63 else None
    if dose is None:
        abort(404)
    _refuse_others(dose)
    return dose


def _refuse_others(dose: Dose | None) -> None:
    if dose is not None and not _amends(dose):
        abort(403)


def _amends(dose: Dose) -> bool:
    account = current_account()
    own = dose.site_id == account.site_id or not is_of_a_site(account)
    return own and may(Permission.DOSES_CORRECT)


def _change() -> Change:
    form, version = request.form, request.form.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return Change(number, form.get("reason", ""), current_account().id, services().now(), token_of(form))


def _values(dose: Dose) -> dict[str, str]:
    return {
        "token": new_token(),
        "version": str(dose.version),
        "vaccine": dose.vaccine,
        "dose_number": str(dose.number),
        "series": str(dose.series or ""),
        "lot": dose.lot or "",
        "site": str(dose.site_id or ""),
        "vaccinator": dose.vaccinator or "",
        "dose_date_day": f"{dose.given_on:%d}",
        "dose_date_month": f"{dose.given_on:%m}",
        "dose_date_year": f"{dose.given_on:%Y}",
    }


def _form(template: str, dose: Dose, values: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        template,
        dose=dose,
        person=person_or_404(dose.person_id),
        later=[one for one in doses_of(reading(), dose.person_id) if one.number > dose.number],
        values=values,
        errors=errors,
        vaccines=VACCINES,
        sites=sites_of(reading(), current_account()),
    )
