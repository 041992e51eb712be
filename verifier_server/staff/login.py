"""Logging in, by Flask-Security: argon2, one answer for every failure, a growing wait after wrong attempts.

The password is the first factor; :mod:`verifier_server.staff.guard` asks for the second.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore, current_user
from flask_security.forms import LoginForm
from werkzeug.local import LocalProxy
from wtforms import StringField

from verifier_server.staff.lockout import Attempts
from verifier_server.staff.tables import Account, Role
from verifier_server.web.languages import local_path
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class StaffLoginForm(LoginForm):
    """Address and password; there is no "remember me" on a shared computer."""

    # PostgreSQL takes no U+0000 in a text; no address has one.
    email = StringField(filters=[lambda text: (text or "").replace("\0", "")])
    remember = None


def register(app: Flask) -> None:
    """Set up logging in and out."""
    app.config.update(
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        # Without the extra HMAC: a changed server secret must not lock everybody out.
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGIN_USER_TEMPLATE="staff/login.html",
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_STATIC_FOLDER=None,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(minutes=-1),  # no page that asks for the password again
    )
    if app.testing:
        # Logging in is not slow on purpose in tests, which do it a hundred times.
        app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {
            "argon2__time_cost": 1,
            "argon2__memory_cost": 8,
            "argon2__parallelism": 1,
        }
    datastore = SQLAlchemySessionUserDatastore(LocalProxy(reading), Account, Role)
    Security(app, datastore, login_form=StaffLoginForm)
    user_logged_out.connect(_end_all_sessions, app)
    _count_attempts(app)


def _count_attempts(app: Flask) -> None:
    app.view_functions["security.login"] = _counted(app.view_functions["security.login"])


def _counted(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if _leads_away():
            return redirect(url_for("security.login"))
        if request.method != "POST" or current_user.is_authenticated:  # who is in is only led on
            return view(*args, **kwargs)
        counter = attempts()
        subjects = counter.account(request.form.get("email", "")), counter.address(request.remote_addr or "")
        if wait := counter.begin(subjects, services().now()):
            return too_many(wait)
        answer = view(*args, **kwargs)
        # A log-in that succeeds leads away from the form; whatever stays there was a wrong attempt.
        if make_response(answer).status_code == HTTPStatus.FOUND:
            counter.right(*subjects)
        return answer

    return counted


def _leads_away() -> bool:
    # The library would call the right password wrong, and fail at an address like ``//[``.
    targets = request.args.get("next"), request.form.get("next")
    return any(target and local_path(target) != target for target in targets)


def attempts() -> Attempts:
    """The counters of wrong attempts."""
    return Attempts(services().storage, services().config.secret)


def wait_said(seconds: int) -> str:
    """A wait in whole minutes, rounded up."""
    minutes = -(-seconds // 60)
    return ngettext("%(num)s phút", "%(num)s phút", minutes) if minutes > 1 else _("một phút")


def too_many(seconds: int) -> tuple[str, int, dict[str, str]]:
    """The page that says how long to wait."""
    wait = wait_said(seconds)
    advice = _("Hãy chờ %(wait)s rồi thử lại. Không vào được thì hỏi người quản trị tài khoản.", wait=wait)
    page = render_template("fault.html", number=429, title=_("Quá nhiều lần thử."), advice=advice)
    return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}


def _end_all_sessions(_app: Flask, user: Account, **_more: object) -> None:
    # The session lives in a signed cookie: only a new uniquifier makes a copied one worthless.
    with services().storage.writing() as session:
        account = session.get(Account, user.id)
        if account is not None:
            account.fs_uniquifier = secrets.token_hex(32)
