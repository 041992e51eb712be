"""`/second-factor/password`: changing one's own password, which ends every other session of the account.

A wrong present password counts as a wrong attempt to log in: a session left open is no way around the wait. Length is
what is asked for (NIST SP 800-63B, 5.1.1.2): no rules about kinds of letters, and nothing that stands in the account.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import login_user
from flask_security.utils import hash_password, verify_password

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.staff.accounts import SHORTEST_PASSWORD
from verifier_server.staff.guard import confirm, current_account, is_shown, needs
from verifier_server.staff.login import attempts, too_many
from verifier_server.staff.permissions import Permission
from verifier_server.staff.tables import Account
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("own_password", __name__, url_prefix="/second-factor/password")

LONGEST_PASSWORD = 200
_DIFFERENT = 5
"""How many different characters a password has at the least: "aaaaaaaaaaaa" is long and no secret."""
Answer = str | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("")
@needs(Permission.OWN_ACCOUNT)
def ask() -> str:
    """Show the form."""
    return _page({})


@pages.post("")
@needs(Permission.OWN_ACCOUNT)
def change() -> Answer | Response:
    """Change the password, end the account's sessions, and begin this one anew."""
    account, now, shown = current_account(), services().now(), is_shown()
    present, wanted, again = (_typed(name) for name in ("present", "wanted", "again"))
    subjects = attempts().account(account.email), attempts().address(request.remote_addr or "")
    if wait := attempts().begin(subjects, now):
        return too_many(wait)
    try:
        _check_present(present, account)
        attempts().right(*subjects)
        check_wanted(wanted, again, present, account.email)
    except FieldError as problem:
        return _page(errors_by_field(problem)), 422
    _keep(account.id, wanted, now, shown=shown)
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "done")
    return redirect(url_for("second_factor.own"))


def _typed(name: str) -> str:
    # As the log-in does: keyboards write the same Vietnamese letter in several ways.
    typed: str = current_app.extensions["security"].password_util.normalize(
        request.form.get(name, "")[: LONGEST_PASSWORD + 1]
    )
    return typed


def _check_present(present: str, account: Account) -> None:
    if not verify_password(present, account.password):
        raise FieldError("present", "This is not the present password.", code="wrong_password")


def check_wanted(wanted: str, again: str, present: str, email: str) -> None:
    """Check a new password.

    :raises FieldError: it is short, too long, the present one, one that stands in the address, or typed twice unlike.
    """
    if len(wanted) < SHORTEST_PASSWORD:
        raise FieldError(
            "wanted", f"The password needs at least {SHORTEST_PASSWORD} characters.", code="short_password"
        )
    if len(wanted) > LONGEST_PASSWORD:
        raise FieldError(
            "wanted",
            f"The password has {len(wanted)} characters; {LONGEST_PASSWORD} at the most.",
            code="too_long",
            characters=f"hơn {LONGEST_PASSWORD}",
            longest=LONGEST_PASSWORD,
        )
    if wanted == present or len(set(wanted)) < _DIFFERENT or email.partition("@")[0].lower() in wanted.lower():
        raise FieldError("wanted", "Choose another one: this one is easy to guess.", code="weak_password")
    if wanted != again:
        raise FieldError("again", "The two are not the same.", code="passwords_differ")


def _keep(account_id: int, wanted: str, now: int, *, shown: bool) -> None:
    hashed = hash_password(wanted)
    end_reading()
    with services().storage.writing() as writing:
        account = writing.get_one(Account, account_id)
        account.password, account.fs_uniquifier = hashed, secrets.token_hex(32)
        record(writing, Happening(Kind.PASSWORD_CHANGED, "account", account_id, account=account_id), at=now)
    # The session in use goes on under the new uniquifier, with the second factor that it has shown.
    login_user(reading().get_one(Account, account_id))
    if shown:
        confirm()


def _page(errors: dict[str, str]) -> str:
    return render_template("staff/password.html", errors=errors, email=current_account().email)
