"""The page of alarms: what stands open first, each acknowledged with a note; and how many wait, for other pages.

Who acts for a site sees its alarms only. Left out: raising (:mod:`~.raising`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from verifier_server.alarms.raising import LONGEST_NOTE, acknowledge
from verifier_server.alarms.tables import Alarm
from verifier_server.errors import FieldError
from verifier_server.sites.tables import Site
from verifier_server.staff.guard import current_account, may, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.place import is_of_a_site
from verifier_server.staff.tables import Account
from verifier_server.web.sentences import sentence
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from werkzeug.wrappers import Response

pages = Blueprint("alarms", __name__, url_prefix="/alarms")

SHOWN = 100


def register(app: Flask) -> None:
    """Give the templates the number of alarms that wait for this account."""
    app.add_template_global(waiting_alarms)
    app.add_template_filter(said, "alarm_said")


@pages.get("")
@needs(Permission.ALARMS_READ)
def index(problem: str = "", number: int = 0) -> str:
    """Show the alarms that this account may see, those that nobody has looked at first."""
    chosen = select(Alarm).where(*_seen()).order_by(Alarm.acknowledged_at.is_not(None), Alarm.id.desc()).limit(SHOWN)
    found = reading().scalars(chosen).all()
    return render_template(
        "alarms/index.html", alarms=found, names=_names(found), longest=LONGEST_NOTE, problem=problem, number=number
    )


@pages.post("/<int:number>/acknowledge")
@needs(Permission.ALARMS_ACKNOWLEDGE)
def acknowledge_one(number: int) -> Response | tuple[str, int]:
    """Note that somebody has looked at an alarm."""
    try:
        with services().storage.writing() as session:
            account = session.get_one(Account, current_account().id)
            acknowledge(session, number, request.form.get("note", ""), account=account, now=services().now())
    except FieldError as error:
        return index(sentence(error), number), 422
    return redirect(url_for("alarms.index"))


def waiting_alarms() -> int:
    """How many alarms wait that this account may see; 0 when it may see none."""
    if not may(Permission.ALARMS_READ):
        return 0
    waits = select(func.count()).select_from(Alarm).where(Alarm.acknowledged_at.is_(None), *_seen())
    return reading().scalar(waits) or 0


def open_alarms() -> list[tuple[Alarm, str]]:
    """Return the alarms that wait and that this account may see, each with whom it is about, the oldest first."""
    if not may(Permission.ALARMS_READ):
        return []
    waits = select(Alarm).where(Alarm.acknowledged_at.is_(None), *_seen()).order_by(Alarm.id).limit(SHOWN)
    found = reading().scalars(waits).all()
    names = _names(found)
    return [(one, names.get((one.scope, one.scope_id), "–")) for one in found]


def said(alarm: Alarm) -> str:
    """Return what happened, in the language of the page."""
    if alarm.kind == "cap_reached":
        return _("Đã tới mức cao nhất trong ngày: %(limit)s thẻ. Không cấp thêm hôm đó.", limit=alarm.limit)
    return _("Đã cấp %(count)s thẻ trong ngày; mức cao nhất là %(limit)s.", count=alarm.count, limit=alarm.limit)


def _seen() -> list[ColumnElement[bool]]:
    account = current_account()
    return [Alarm.site_id == account.site_id] if is_of_a_site(account) else []


def _names(alarms: object) -> dict[tuple[str, int], str]:
    rows: list[Alarm] = list(alarms)  # type: ignore[call-overload]
    accounts = [one.scope_id for one in rows if one.scope == "account"] + [one.acknowledged_by or 0 for one in rows]
    sites = [one.scope_id for one in rows if one.scope == "site"]
    found = {("register", 0): _("Cả hệ thống"), ("account", 0): _("Dòng lệnh")}
    for row in reading().execute(select(Account.id, Account.email).where(Account.id.in_(accounts))):
        found["account", row.id] = row.email
    for row in reading().execute(select(Site.id, Site.name).where(Site.id.in_(sites))):
        found["site", row.id] = row.name
    return found
