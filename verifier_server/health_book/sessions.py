"""Sessions of citizens: a random token in a cookie of ``/book``, its hash in the register, separate from staff.

A session is of a phone, not of a person. Whose health book it opens is asked anew at each request: when a clerk
enters a new phone for somebody, the old phone sees them no more, and one with nobody left is logged out.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import wraps
from typing import TYPE_CHECKING

from flask import abort, g, redirect, request, url_for
from sqlalchemy import bindparam, delete, select

from verifier_server.health_book.tables import CitizenSession
from verifier_server.people.family import people_of_phone
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from verifier_server.people.tables import Person

COOKIE, PATH = "health_book", "/book"
_DAY = 86_400
_PHONE = select(CitizenSession.phone).where(
    CitizenSession.token_hash == bindparam("token"), CitizenSession.ends_at > bindparam("now")
)


def begin(session: Session, phone: str, now: int, days: int) -> str:
    """Begin a session and return its token, which is kept nowhere but in the cookie."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(CitizenSession).where(CitizenSession.ends_at <= now))
    session.add(CitizenSession(token_hash=_hash(token), phone=phone, made_at=now, ends_at=now + days * _DAY))
    return token


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(CitizenSession).where(CitizenSession.token_hash == _hash(token)))


def end_all(session: Session, phone: str) -> None:
    """End every session of a phone, on whatever device."""
    session.execute(delete(CitizenSession).where(CitizenSession.phone == phone))


def set_cookie(response: Response, token: str) -> None:
    """Hand the token to the browser."""
    chosen = services().config.settings
    response.set_cookie(
        COOKIE,
        token,
        max_age=chosen.citizen_session_days * _DAY,
        path=PATH,
        secure=chosen.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def forget_all(response: Response) -> None:
    """Remove the cookie, and what the browser kept of the pages for offline use."""
    response.delete_cookie(COOKIE, path=PATH)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def phone_of_request() -> str | None:
    """Return the phone that is logged in, or None; asked once in a request."""
    if "citizen" not in g:
        g.citizen = _phone(request.cookies.get(COOKIE, ""))
    found: str | None = g.citizen
    return found


def family() -> list[Person]:
    """Return whose health books this session opens."""
    if "family" not in g:
        phone = phone_of_request()
        g.family = people_of_phone(reading(), phone) if phone else []
    found: list[Person] = g.family
    return found


def member_or_404(person_id: int) -> Person:
    """Return one of the family; anybody else's number is answered as if there were nobody."""
    return next((person for person in family() if person.id == person_id), None) or abort(404)


def citizens(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page only to a phone that is logged in and has somebody in the register."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        if family():
            return view(*args, **kwargs)
        response = redirect(url_for("book_login.ask"))
        if request.cookies.get(COOKIE):
            forget_all(response)
        return response

    opened.of_citizens = True  # type: ignore[attr-defined]
    return opened


def _phone(token: str) -> str | None:
    if not token or len(token) > 100:
        return None
    return reading().scalar(_PHONE, {"token": _hash(token), "now": services().now()})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
