"""Logging in, by Flask-Security: argon2, one answer for every failure, limits on attempts.

The second factor's columns exist; asking for it comes with the roles that need it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, request
from flask_limiter.util import get_remote_address
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.forms import LoginForm
from werkzeug.local import LocalProxy
from wtforms import StringField

from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.tables import Account, Role
from verifier_server.web.limits import limiter
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

ATTEMPTS_FROM_ONE_PLACE = "20 per minute; 100 per hour"
ATTEMPTS_ON_ONE_ACCOUNT = "5 per minute; 20 per hour"


class StaffLoginForm(LoginForm):
    """Address and password; there is no "remember me" on a shared computer."""

    email = StringField()
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
    _limit_attempts(app)


def _limit_attempts(app: Flask) -> None:
    view = app.view_functions["security.login"]
    for limit, key in ((ATTEMPTS_FROM_ONE_PLACE, get_remote_address), (ATTEMPTS_ON_ONE_ACCOUNT, _account_tried)):
        view = limiter(app).limit(limit, key_func=key, methods=["POST"], deduct_when=_failed)(view)
    app.view_functions["security.login"] = view


def _failed(response: Response) -> bool:
    # A log-in that succeeds leads away from the form; whatever stays there was a wrong attempt.
    return response.status_code != HTTPStatus.FOUND


def _account_tried() -> str:
    return "account:" + request.form.get("email", "").strip().lower()[:254]


def _end_all_sessions(_app: Flask, user: Account, **_more: object) -> None:
    # The session lives in a signed cookie: only a new uniquifier makes a copied one worthless.
    with services().storage.writing() as session:
        account = session.get(Account, user.id)
        if account is not None:
            account.fs_uniquifier = secrets.token_hex(32)


__all__ = ["current_account", "for_administrators", "for_staff", "register"]
# Names of the time before permissions.
for_staff = needs(Permission.PEOPLE_READ)
for_administrators = needs(Permission.ACCOUNTS_WRITE)
