"""Sessions that end: after idle minutes (the cookie's own life) and after a working day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import user_logged_in
from flask_security import current_user, logout_user

from verifier_server.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from flask.sessions import SessionMixin
    from werkzeug.wrappers import Response


class SessionsOfPages(SecureCookieSessionInterface):
    """Sessions for pages only: a public file or an answer to a scanner never sets a cookie and never varies by one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie, unless the answer belongs to no session."""
        if request.blueprint not in _WITHOUT_SESSION:
            super().save_session(app, session, response)


_BEGUN = "begun"
_WITHOUT_SESSION = {"trust", "health", "scanner_api"}


def register(app: Flask) -> None:
    """Note when a session began, and end it in time."""
    app.session_interface = SessionsOfPages()
    user_logged_in.connect(_begin, app)
    app.before_request(_end_when_over)


def _begin(_app: Flask, **_more: object) -> None:
    session.permanent = True
    session[_BEGUN] = services().now()


def _end_when_over() -> Response | None:
    # Public files are the same for everybody: without a look at the cookie, caches can keep them.
    if request.blueprint in _WITHOUT_SESSION or request.endpoint == "static":
        return None
    if not current_user.is_authenticated:
        return None
    age = services().now() - session.get(_BEGUN, 0)
    if 0 <= age < services().config.settings.session_hours * 3600:
        return None
    logout_user()
    session.clear()
    return redirect(url_for("security.login"))
