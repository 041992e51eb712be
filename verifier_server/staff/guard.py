"""The guard of a route: somebody is logged in, and the account's role has the permission that the route names."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from flask import abort
from flask_security import auth_required, current_user

from verifier_server.staff.permissions import Permission, permissions_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask

    from verifier_server.staff.tables import Account

    View = Callable[..., Any]


def register(app: Flask) -> None:
    """Give the templates ``may('people.write')``."""
    app.add_template_global(lambda name: may(Permission(name)), "may")


def needs(permission: Permission) -> Callable[[View], View]:
    """Open a page only to accounts with this permission; the view carries it as ``permission``, for the tests."""

    def guard(view: View) -> View:
        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            if not may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded: View = auth_required("session")(opened)
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def may(permission: Permission) -> bool:
    """Whether whoever asks for this page has the permission."""
    return current_user.is_authenticated and account_may(current_user, permission)


def account_may(account: Account, permission: Permission) -> bool:
    """Whether an account has the permission by one of its roles."""
    return permission in permissions_of(role.name for role in account.roles)


def current_account() -> Account:
    """Return the account that is logged in; only for pages behind :func:`needs`."""
    account: Account = current_user._get_current_object()  # noqa: SLF001  Werkzeug's way to the object
    return account
