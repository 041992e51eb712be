"""`/staff/tokens`: the tokens of other systems, for whoever administers accounts: list, make, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.api.scopes import Scope
from verifier_server.api.tables import ApiToken
from verifier_server.api.tokens import MOST_DAYS, USUAL_DAYS, add_token, all_tokens, end_token, works
from verifier_server.checks import whole_number
from verifier_server.errors import FieldError
from verifier_server.sites.rules import open_sites
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

pages = Blueprint("api_tokens", __name__, url_prefix="/staff/tokens")
_MOST_NUMBER = 1 << 63


@pages.get("")
@needs(Permission.ACCOUNTS_READ)
def index() -> str:
    """Show every token and the form for a new one."""
    return _page({"token": new_token(), "days": str(USUAL_DAYS)}, {}, ())


@pages.post("")
@needs(Permission.ACCOUNTS_WRITE)
def create() -> str | tuple[str, int]:
    """Make a token and show it, this once."""
    form, chosen, by = request.form, request.form.getlist("scopes"), current_account().id
    given = {"name": form.get("name", ""), "scopes": chosen, "now": services().now(), "by": by}
    end_reading()
    try:
        days, site = whole_number("days", form.get("days", ""), least=1, most=MOST_DAYS), _site()
        with services().storage.writing() as session:
            made, text = add_token(session, **given, days=days, site_id=site, form_token=token_of(form))
    except FieldError as problem:
        return _page(form, errors_by_field(problem), chosen), 422
    return render_template("api/made.html", token=made, text=text)


@pages.post("/<int:number>/end")
@needs(Permission.ACCOUNTS_WRITE)
def end(number: int) -> Response:
    """End a token at once."""
    by = current_account().id
    end_reading()
    with services().storage.writing() as session:
        found = session.get(ApiToken, number) if number < _MOST_NUMBER else None
        end_token(session, found or abort(404), now=services().now(), by=by)
    flash(_("Mã truy cập API đã kết thúc."), "done")
    return redirect(url_for("api_tokens.index"))


def _site() -> int | None:
    text = request.form.get("site", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _page(values: Mapping[str, str], errors: Mapping[str, str], chosen: list[str] | tuple[str, ...]) -> str:
    now = services().now()
    return render_template(
        "api/tokens.html",
        tokens=[(one, works(one, now)) for one in all_tokens(reading())],
        scopes=list(Scope),
        chosen=chosen,
        sites=open_sites(reading()),
        values=values,
        errors=errors,
    )
