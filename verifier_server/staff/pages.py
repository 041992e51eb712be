"""The administrators' page of accounts: who is there, a new one, closing and opening one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from verifier_server.errors import FieldError, ServerError
from verifier_server.sites.rules import open_sites
from verifier_server.staff.accounts import add_account, all_accounts, new_password, set_active
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import ROLES, Permission
from verifier_server.staff.tables import Account
from verifier_server.staff.words import role_names
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.get("")
@needs(Permission.ACCOUNTS_READ)
def index() -> str:
    """Show every account and the form for a new one."""
    return _page({}, {})


@pages.post("")
@needs(Permission.ACCOUNTS_WRITE)
def create() -> str | tuple[str, int]:
    """Make an account and show its generated password, this once."""
    password = new_password()
    chosen = {str(site.id): site.id for site in open_sites(reading())}.get(request.form.get("site", ""))
    try:
        with services().storage.writing() as session:
            made = add_account(
                session,
                email=request.form.get("email", ""),
                role=request.form.get("role", ""),
                password=password,
                now=services().now(),
                site_id=chosen,
                by=current_account().id,
            )
    except FieldError as problem:
        return _page(request.form, errors_by_field(problem)), 422
    return render_template("staff/made.html", account=made, password=password)


@pages.post("/<int:account_id>/active")
@needs(Permission.ACCOUNTS_WRITE)
def activate(account_id: int) -> Response:
    """Close or open an account; nobody closes the one in use."""
    if account_id == current_account().id:
        raise ServerError("An account cannot close itself.", code="own_account")
    with services().storage.writing() as session:
        account = session.get(Account, account_id) if account_id < 1 << 63 else None
        if account is None:
            abort(404)
        active = request.form.get("active") == "yes"
        set_active(session, account, active=active, now=services().now(), by=current_account().id)
    return redirect(url_for("staff.index"))


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/index.html",
        accounts=all_accounts(reading()),
        roles=ROLES,
        roles_said=role_names(),
        sites=open_sites(reading()),
        values=values,
        errors=errors,
    )
