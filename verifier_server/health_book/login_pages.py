"""`/book/login` and `/book/code`: the phone, then the one-time code; and logging out, here or everywhere.

Every answer is the same whether or not anybody has the phone. Staff log in elsewhere, with another cookie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from verifier_server.errors import FieldError
from verifier_server.health_book import sessions
from verifier_server.health_book.codes import Codes
from verifier_server.people.family import people_of_phone
from verifier_server.people.phones import checked_phone
from verifier_server.web.forms import errors_by_field
from verifier_server.web.limits import limiter
from verifier_server.web.services import end_reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("book_login", __name__, url_prefix="/book")

# A family at home, or many people behind one address of a telephone company.
_LIMITS = {"book_login.send": "15 per 5 minutes; 100 per day", "book_login.enter": "30 per 5 minutes; 300 per day"}
_PHONE = "book_phone"


def register(app: Flask) -> None:
    """Add these pages, limited for each place; the limit for each phone is in the codes."""
    app.register_blueprint(pages)
    for endpoint, limit in _LIMITS.items():
        limited = limiter(app).limit(limit, key_func=get_remote_address)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


@pages.get("/login")
def ask() -> str | Response:
    """Ask for the phone; somebody who is logged in goes on to the book."""
    if sessions.family():
        return redirect(url_for("book.index"))
    return render_template("book/login.html", values={}, errors={})


@pages.post("/login")
def send() -> Response | tuple[str, int]:
    """Send a code to the phone, if somebody has it; the answer does not say."""
    try:
        phone = _phone(request.form.get("phone", ""))
    except FieldError as problem:
        return render_template("book/login.html", values=request.form, errors=errors_by_field(problem)), 422
    with services().storage.writing() as register_session:
        _codes().ask(register_session, phone, services().now())
    session[_PHONE] = phone
    return redirect(url_for("book_login.code"))


@pages.get("/code")
def code() -> str | Response:
    """Ask for the code."""
    if _PHONE not in session:
        return redirect(url_for("book_login.ask"))
    return _code_page({})


@pages.post("/code")
def enter() -> Response | tuple[str, int]:
    """Log the phone in when the code is right."""
    phone = session.get(_PHONE)
    if phone is None:
        return redirect(url_for("book_login.ask"))
    now, token = services().now(), None
    with services().storage.writing() as register_session:
        if _codes().is_right(register_session, phone, request.form.get("code", ""), now) and people_of_phone(
            register_session, phone
        ):
            days = services().config.settings.citizen_session_days
            token = sessions.begin(register_session, phone, now, days)
    if token is None:
        wrong = _("Mã không đúng hoặc đã hết hạn. Sau năm lần sai, hãy xin mã mới.")
        return _code_page({"code": wrong}), 422
    session.pop(_PHONE, None)
    response = redirect(url_for("book.index"))
    sessions.set_cookie(response, token)
    return response


@pages.post("/logout")
def leave() -> Response:
    """Log out on this device, or on all of them; what the device kept for offline use is removed."""
    phone = sessions.phone_of_request()
    end_reading()
    with services().storage.writing() as register_session:
        if request.form.get("everywhere") == "yes" and phone:
            sessions.end_all(register_session, phone)
        sessions.end(register_session, request.cookies.get(sessions.COOKIE, ""))
    response = redirect(url_for("book_login.ask"))
    sessions.forget_all(response)
    return response


def _phone(text: str) -> str:
    phone = checked_phone(text)
    if phone is None:
        raise FieldError("phone", "This is empty; it must be filled in.", code="empty")
    return phone


def _codes() -> Codes:
    return Codes(services().config.secret)


def _code_page(errors: dict[str, str]) -> str:
    chosen = services().config.settings
    demo = chosen.outbox_page and not chosen.sms_gateway and "outbox.index" in current_app.view_functions
    return render_template("book/code.html", phone=session[_PHONE], errors=errors, demo=demo)
