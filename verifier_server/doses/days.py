"""The pages of whoever leads a site: the days that wait for the site's signature, and one day to look at and sign."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from verifier_server.doses.again import ask_again, refusals, refused_of
from verifier_server.doses.rules import doses_of
from verifier_server.doses.signing_off import AT_ONCE, sign_off, sign_offs_of, waiting_days, waiting_doses
from verifier_server.doses.tables import SignOff
from verifier_server.doses.warning import warnings_of
from verifier_server.doses.words import warned, why_refused
from verifier_server.errors import FieldError
from verifier_server.people.tables import Person
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from verifier_server.sites.tables import Site

pages = Blueprint("days", __name__, url_prefix="/days")

SIGNED_SHOWN, REFUSED_SHOWN = 14, 200


@pages.get("")
@needs(Permission.DOSES_SIGN_OFF)
def index() -> str:
    """Show the days that wait, and what was signed last."""
    site = _own_site()
    return render_template(
        "doses/days.html",
        site=site,
        days=waiting_days(reading(), site.id),
        signed=sign_offs_of(reading(), site.id, limit=SIGNED_SHOWN),
        refused=refusals(reading(), site.id),
    )


@pages.get("/signed/<int:number>")
@needs(Permission.DOSES_SIGN_OFF)
def signed(number: int) -> str:
    """Show who got no pass after a sign-off, and why."""
    one = _signed_or_404(number)
    site = _own_site()
    people = [(who, why_refused(who.code)) for who in refused_of(reading(), one, limit=REFUSED_SHOWN)]
    missing = refusals(reading(), site.id).get(one.id, 0)
    return render_template("doses/signed.html", site=site, one=one, people=people, missing=missing, shown=REFUSED_SHOWN)


@pages.post("/signed/<int:number>/again")
@needs(Permission.DOSES_SIGN_OFF)
def again(number: int) -> Response:
    """Ask once more for the passes of a sign-off that were refused."""
    site = _own_site()
    _signed_or_404(number)
    with services().storage.writing() as session:
        ask_again(session, number, site.id, by=current_account().id, now=services().now())
    flash(_("Đang cấp lại. Ai đã có mã đúng thì không nhận mã thứ hai."), "done")
    return redirect(url_for("days.index"))


@pages.get("/<day>")
@needs(Permission.DOSES_SIGN_OFF)
def show(day: str) -> str:
    """Show the doses of a day that wait, each with what to look at."""
    return _page(_day(day), {})


@pages.post("/<day>")
@needs(Permission.DOSES_SIGN_OFF)
def sign(day: str) -> tuple[str, int] | Response:
    """Sign what was ticked, as it was shown."""
    site, signed_day, token = _own_site(), _day(day), token_of(request.form)
    try:
        with services().storage.writing() as session:
            signed = sign_off(
                session, site.id, signed_day, by=current_account().id, now=services().now(), seen=_seen(), token=token
            )
    except FieldError as problem:
        return _page(signed_day, errors_by_field(problem)), 422
    flash(_("Đã ký xác nhận %(num)s mũi. Mã QR đang được cấp.", num=signed.doses), "done")
    return redirect(url_for("days.index"))


def _page(day: date, errors: dict[str, str]) -> str:
    site = _own_site()
    doses = waiting_doses(reading(), site.id, day)
    shown = doses[:AT_ONCE]
    people = {
        one.id: one
        for one in reading().scalars(select(Person).where(Person.id.in_({dose.person_id for dose in shown})))
    }
    rows = [
        (dose, people[dose.person_id], [warned(one) for one in warnings_of(dose, doses_of(reading(), dose.person_id))])
        for dose in shown
    ]
    rows.sort(key=lambda row: not row[2])  # what warns comes first
    return render_template(
        "doses/day.html", site=site, day=day, rows=rows, more=len(doses) - len(shown), errors=errors, token=new_token()
    )


def _signed_or_404(number: int) -> SignOff:
    found = reading().get(SignOff, number) if number < 1 << 63 else None
    return found if found is not None and found.site_id == _own_site().id else abort(404)


def _own_site() -> Site:
    site = current_account().site
    return site or abort(404)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _seen() -> dict[int, int]:
    pairs = (one.partition(":") for one in request.form.getlist("dose"))
    small = (pair for pair in pairs if all(part.isascii() and part.isdigit() and len(part) < 19 for part in pair[::2]))
    return {int(dose): int(version) for dose, _colon, version in small}
