"""The guard of a route: somebody is logged in, with both factors, and has the permission that the route names.

A session in which only the password was right is led to the second factor, whatever it asks for.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from flask import abort, redirect, session, url_for
from flask_security import auth_required, current_user

from verifier_server.staff.approving import is_waiting
from verifier_server.staff.permissions import Permission, permissions_of
from verifier_server.staff.second_factor import has_authenticator, is_asked, is_required
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask
    from werkzeug.wrappers import Response

    from verifier_server.staff.tables import Account

    View = Callable[..., Any]

_CONFIRMED = "confirmed"


def register(app: Flask) -> None:
    """Give the templates ``may('people.write')``."""
    app.add_template_global(lambda name: may(Permission(name)), "may")


def needs(permission: Permission, *, with_one_factor: bool = False) -> Callable[[View], View]:
    """Open a page only to accounts with this permission; the view carries it as ``permission``, for the tests.

    :param with_one_factor: the page is where the second factor is shown.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            if not (with_one_factor or is_confirmed()):
                return redirect(url_for("second_factor.ask"))
            if not account_may(current_user, permission):
                return _refused()
            return view(*args, **kwargs)

        guarded: View = auth_required("session")(opened)
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def _refused() -> Response:
    if not is_waiting(current_account()):
        abort(403)
    return redirect(url_for("second_factor.own"))  # which says what it waits for


def may(permission: Permission) -> bool:
    """Whether whoever asks for this page has the permission, here and now."""
    return current_user.is_authenticated and is_confirmed() and account_may(current_user, permission)


def account_may(account: Account, permission: Permission) -> bool:
    """Whether an account has the permission by one of its roles, and waits for no second person."""
    if is_waiting(account):
        return permission is Permission.OWN_ACCOUNT
    return permission in permissions_of(role.name for role in account.roles)


def is_confirmed() -> bool:
    """Whether the account that is logged in has shown its second factor in this session, or needs none.

    A new uniquifier, after a log-out or a reset, ends this too: it is what the session holds.
    """
    account = current_account()
    must_have_one = is_required(account) and services().config.settings.second_factor
    if is_asked(account) and not is_shown():
        return False
    return has_authenticator(account) or not must_have_one


def is_shown() -> bool:
    """Whether this session has shown the code that its account is asked for."""
    return bool(session.get(_CONFIRMED) == current_account().fs_uniquifier)


def confirm() -> None:
    """Note that this session has shown the second factor of its account."""
    session[_CONFIRMED] = current_account().fs_uniquifier


def current_account() -> Account:
    """Return the account that is logged in; only for pages behind :func:`needs`."""
    account: Account = current_user._get_current_object()  # noqa: SLF001  Werkzeug's way to the object
    return account
