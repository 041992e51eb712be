"""`/people/…/devices`: staff end what a lost, stolen or lent phone sees, when its owner comes or calls.

Every device that is logged in with the person's phone is logged out, the whole family's, and codes that were sent are
good no more. Left out: noting a new phone, which ends what the old one sees of this person (:mod:`.sessions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.health_book.codes import Codes
from verifier_server.health_book.sessions import end_all
from verifier_server.health_book.tables import CitizenSession
from verifier_server.people.pages import person_or_404
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

pages = Blueprint("book_phones", __name__, url_prefix="/people/<int:person_id>/devices")


def register(app: Flask) -> None:
    """Give the templates ``book_devices(phone)``: how many devices are logged in with a phone."""
    app.add_template_global(lambda phone: _devices(reading(), phone, services().now()), "book_devices")


@pages.post("/end")
@needs(Permission.PEOPLE_WRITE)
def end(person_id: int) -> Response:
    """Log every device out that is logged in with this person's phone; a second press finds none."""
    person, by, now = person_or_404(person_id), current_account().id, services().now()
    phone = person.phone
    end_reading()
    ended = services().storage.transaction(lambda session: _end(session, person_id, phone, by, now)) if phone else 0
    said = ngettext("Đã đăng xuất %(num)s thiết bị.", "Đã đăng xuất %(num)s thiết bị.", ended)
    advice = _("Nếu thẻ SIM cũng mất, hãy ghi số mới: tin nhắn vẫn đến số cũ.")
    flash(f"{said} {advice}", "done")
    return redirect(url_for("people.show", person_id=person_id, _anchor="devices"))


def _end(session: Session, person_id: int, phone: str, by: int, now: int) -> int:
    devices = _devices(session, phone, now)
    Codes(services().config.secret).withdraw(session, phone, now)
    if devices:
        end_all(session, phone)
        done = Happening(
            Kind.BOOK_DEVICES_ENDED, "person", person_id, account=by, person=person_id, details={"devices": devices}
        )
        record(session, done, at=now)
    return devices


def _devices(session: Session, phone: str | None, now: int) -> int:
    held = select(func.count()).where(CitizenSession.phone == phone, CitizenSession.ends_at > now)
    return (session.scalar(held) or 0) if phone else 0
