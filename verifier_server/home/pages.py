"""The start page: the search first, then what happened today; for staff of a site, at their own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from sqlalchemy import func, select

from verifier_server.checks import VIETNAM
from verifier_server.corrections.requests import unanswered
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.sites.tables import Site
from verifier_server.staff.guard import current_account, may, needs
from verifier_server.staff.permissions import Permission
from verifier_server.staff.place import is_of_a_site
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from verifier_server.tables import Base

pages = Blueprint("home", __name__)


@pages.get("/")
@needs(Permission.FIGURES_READ)
def start() -> str:
    """Show the search and today's numbers."""
    today = services().today()
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=VIETNAM).timestamp())
    account = current_account()
    site = reading().get(Site, account.site_id) if account.site_id and is_of_a_site(account) else None
    # Those who answer reports of citizens, and those who watch that somebody does.
    sees_reports = may(Permission.CORRECTIONS_ANSWER) or may(Permission.ADMINISTRATION_READ)
    reported = unanswered(reading()) if sees_reports else None
    return render_template("home/start.html", counts=_counts(midnight, site), today=today, site=site, reported=reported)


def _counts(midnight: int, site: Site | None) -> dict[str, int]:
    """What happened since midnight: at a site, for its own staff; else everywhere."""
    here = [] if site is None else [Dose.site_id == site.id]
    issued = [] if site is None else [IssuedPass.site_id == site.id]
    counts = {
        "doses": _number(Dose, Dose.recorded_at >= midnight, *here),
        "waiting": _number(Dose, Dose.signed_off_at.is_(None), *here),
        "passes": _number(IssuedPass, IssuedPass.issued_at >= midnight, *issued),
    }
    if site is None:  # people belong to no site
        counts["people"] = _number(Person, Person.created_at >= midnight)
    return counts


def _number(table: type[Base], *conditions: ColumnElement[bool]) -> int:
    return reading().scalar(select(func.count()).select_from(table).where(*conditions)) or 0
