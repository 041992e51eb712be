"""`/staff`: the accounts, for whoever administers them: list, make, close, change a role, confirm as the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError, ServerError
from verifier_server.sites.rules import open_sites
from verifier_server.staff import approving, lockout
from verifier_server.staff.accounts import OF_SYSTEMS, add_account, all_accounts, new_password, set_active
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.login import attempts, wait_said
from verifier_server.staff.permissions import Permission
from verifier_server.staff.second_factor import has_authenticator
from verifier_server.staff.tables import Account
from verifier_server.staff.words import role_names
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
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
    try:
        with services().storage.writing() as session:
            made = add_account(
                session,
                email=request.form.get("email", ""),
                role=request.form.get("role", ""),
                password=password,
                now=services().now(),
                site_id=_site(),
                by=current_account().id,
            )
    except FieldError as problem:
        return _page(request.form, errors_by_field(problem)), 422
    return render_template("staff/made.html", account=made, password=password, waiting=approving.is_waiting(made))


@pages.get("/<int:account_id>")
@needs(Permission.ACCOUNTS_READ)
def show(account_id: int) -> str:
    """Show an account and what can be done with it."""
    account = _held(reading(), account_id)
    role = next((one.name for one in account.roles if one.name in role_names()), "")
    return _account_page(account, {"role": role, "site": str(account.site_id or "")}, {})


@pages.post("/<int:account_id>/active")
@needs(Permission.ACCOUNTS_WRITE)
def activate(account_id: int) -> Response:
    """Close or open an account; nobody closes the one in use."""
    _refuse_own(account_id)
    by, active = current_account().id, request.form.get("active") == "yes"
    with services().storage.writing() as session:
        set_active(session, _held(session, account_id), active=active, now=services().now(), by=by)
    return redirect(url_for("staff.show", account_id=account_id))


@pages.post("/<int:account_id>/role")
@needs(Permission.ACCOUNTS_WRITE)
def change_role(account_id: int) -> Response | tuple[str, int]:
    """Give an account another role or site; its sessions end."""
    _refuse_own(account_id)
    by, site_id = current_account().id, _site()
    try:
        with services().storage.writing() as session:
            account = _held(session, account_id)
            approving.set_role(session, account, request.form.get("role", ""), site_id, by=by, now=services().now())
    except FieldError as problem:
        return _account_page(_held(reading(), account_id), request.form, errors_by_field(problem)), 422
    flash(_("Đã đổi vai trò. Người này cần đăng nhập lại."), "done")
    return redirect(url_for("staff.show", account_id=account_id))


@pages.post("/<int:account_id>/confirm")
@needs(Permission.ACCOUNTS_WRITE)
def second(account_id: int) -> str:
    """Confirm an account that may approve, as the second person, and show its start code this once."""
    by = current_account().id
    end_reading()
    with services().storage.writing() as session:
        account = _held(session, account_id)
        code = approving.confirm(session, account, by=by, now=services().now())
    return render_template("staff/confirmed.html", account=account, code=code)


@pages.post("/<int:account_id>/reset-second-factor")
@needs(Permission.ACCOUNTS_WRITE)
def reset(account_id: int) -> Response:
    """Take an account's second factor away, when the phone is lost and no recovery code is left."""
    _refuse_own(account_id)
    by = current_account().id
    with services().storage.writing() as session:
        approving.reset_second_factor(session, _held(session, account_id), by=by, now=services().now())
    flash(_("Đã xóa mã thứ hai. Lần đăng nhập tới sẽ đăng ký lại."), "done")
    return redirect(url_for("staff.show", account_id=account_id))


@pages.post("/<int:account_id>/end-wait")
@needs(Permission.ACCOUNTS_WRITE)
def end_wait(account_id: int) -> Response:
    """Let an account try again at once after too many wrong attempts."""
    _refuse_own(account_id)
    by, now = current_account().id, services().now()
    with services().storage.writing() as session:
        account = _held(session, account_id)
        for subject in (attempts().account(account.email), attempts().second_factor(account.id)):
            lockout.forget(session, subject)
        record(session, Happening(Kind.ACCOUNT_WAIT_ENDED, "account", account.id, account=by), at=now)
    return redirect(url_for("staff.show", account_id=account_id))


def _refuse_own(account_id: int) -> None:
    if account_id == current_account().id:
        raise ServerError("Nobody does this to the account in use; ask another administrator.", code="own_account")


def _held(session: Session, account_id: int) -> Account:
    return (session.get(Account, account_id) if account_id < 1 << 63 else None) or abort(404)


def _site() -> int | None:
    return {str(site.id): site.id for site in open_sites(reading())}.get(request.form.get("site", ""))


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/index.html",
        accounts=[one for one in all_accounts(reading()) if not one.email.endswith(OF_SYSTEMS)],
        is_waiting=approving.is_waiting,
        demo=not services().config.settings.second_factor,
        roles_said=role_names(),
        sites=open_sites(reading()),
        values=values,
        errors=errors,
    )


def _account_page(account: Account, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    subjects = attempts().account(account.email), attempts().second_factor(account.id)
    wait = max(lockout.wait_of(reading(), subject, services().now()) for subject in subjects)
    return render_template(
        "staff/show.html",
        account=account,
        waiting=approving.is_waiting(account),
        asked_by=account.role_by,
        enrolled=has_authenticator(account),
        wait=wait_said(wait) if wait else "",
        roles_said=role_names(),
        sites=open_sites(reading()),
        values=values,
        errors=errors,
    )
