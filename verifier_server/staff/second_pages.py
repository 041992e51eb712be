"""`/second-factor`: to show it after the password, to enrol an authenticator, and for new recovery codes.

A secret that has not shown a right code yet stands, encrypted, in the session's cookie and in no table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from verifier_server.drawing import text_svg
from verifier_server.staff.approving import is_waiting
from verifier_server.staff.guard import confirm, current_account, is_confirmed, is_shown, needs
from verifier_server.staff.login import attempts, too_many
from verifier_server.staff.permissions import Permission
from verifier_server.staff.second_factor import (
    START,
    SecondFactor,
    codes_left,
    has_authenticator,
    is_asked,
    is_required,
    new_recovery_codes,
)
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("second_factor", __name__, url_prefix="/second-factor")

_SECRET = "authenticator"  # noqa: S105  a name in the session
_LONGEST = 40

Answer = str | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("")
@needs(Permission.OWN_ACCOUNT, with_one_factor=True)
def ask() -> str | Response:
    """Ask for a code; whoever has no authenticator yet enrols one."""
    if is_asked(current_account()) and not is_shown():
        return _question(wrong=False)
    return redirect(url_for("second_factor.own" if is_confirmed() else "second_factor.enrol"))


@pages.post("")
@needs(Permission.OWN_ACCOUNT, with_one_factor=True)
def check() -> Answer | Response:
    """Let the session in when the code is right, and use the code up."""
    account, now, given = current_account(), services().now(), request.form.get("code", "")[:_LONGEST]
    end_reading()
    subjects = attempts().second_factor(account.id), attempts().address(request.remote_addr or "")
    if wait := attempts().begin(subjects, now):
        return too_many(wait)
    with services().storage.writing() as writing:
        right = _codes().passes(writing, account.id, given, now)
    if not right:
        return _question(wrong=True), 422
    attempts().right(*subjects)
    confirm()
    return redirect(url_for("home.start"))


@pages.get("/enrol")
@needs(Permission.OWN_ACCOUNT, with_one_factor=True)
def enrol() -> str:
    """Show a new authenticator's secret as a QR code."""
    _only_who_may_enrol()
    session[_SECRET] = _codes().new_secret()
    return _enrolment(session[_SECRET], wrong=False)


@pages.post("/enrol")
@needs(Permission.OWN_ACCOUNT, with_one_factor=True)
def keep() -> Answer | Response:
    """Keep the authenticator when it shows a right code, and show new recovery codes this once."""
    _only_who_may_enrol()
    secret, account_id = session.get(_SECRET), current_account().id
    if secret is None:
        return redirect(url_for("second_factor.enrol"))
    code = "".join(request.form.get("code", "")[:_LONGEST].split())
    end_reading()
    with services().storage.writing() as writing:
        made = _codes().enrol(writing, account_id, secret, code, services().now())
    if made is None:
        return _enrolment(secret, wrong=True), 422
    session.pop(_SECRET)
    confirm()
    return render_template("staff/recovery.html", codes=made)


@pages.get("/own")
@needs(Permission.OWN_ACCOUNT)
def own() -> str:
    """Show how the account is protected."""
    account = current_account()
    return render_template(
        "staff/own.html",
        account=account,
        enrolled=has_authenticator(account),
        waiting=is_waiting(account),
        required=is_required(account),
        left=codes_left(reading(), account.id),
    )


@pages.post("/recovery-codes")
@needs(Permission.OWN_ACCOUNT)
def renew() -> str | Response:
    """Make new recovery codes in place of all others, and show them this once."""
    account = current_account()
    if not has_authenticator(account):
        flash(_("Hãy đăng ký ứng dụng tạo mã trước."), "problem")
        return redirect(url_for("second_factor.own"))
    end_reading()
    with services().storage.writing() as writing:
        codes = new_recovery_codes(writing, account.id)
    return render_template("staff/recovery.html", codes=codes)


def _question(*, wrong: bool) -> str:
    return render_template("staff/second.html", wrong=wrong, start=current_account().tf_primary_method == START)


def _only_who_may_enrol() -> None:
    # Whoever has only the password must not put an own authenticator in place of the enrolled one.
    if is_asked(current_account()) and not is_shown():
        abort(403)


def _enrolment(secret: str, *, wrong: bool) -> str:
    codes, email = _codes(), current_account().email
    drawing = text_svg(codes.address(secret, email), title=_("Mã QR cho ứng dụng tạo mã"))
    return render_template(
        "staff/enrol.html",
        drawing=Markup(drawing),  # noqa: S704  our own drawing
        typed=codes.typed(secret),
        wrong=wrong,
        again=has_authenticator(current_account()),
    )


def _codes() -> SecondFactor:
    return SecondFactor(services().config.secret)
