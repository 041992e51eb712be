"""The start page: the search first, then what happened today."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template
from sqlalchemy import func, select

from verifier_server.checks import VIETNAM
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.staff.guard import needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import reading, services

pages = Blueprint("home", __name__)


@pages.get("/")
@needs(Permission.FIGURES_READ)
def start() -> str:
    """Show the search and today's numbers."""
    today = services().today()
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=VIETNAM).timestamp())
    counts = {
        "people": reading().scalar(select(func.count()).select_from(Person).where(Person.created_at >= midnight)),
        "doses": reading().scalar(select(func.count()).select_from(Dose).where(Dose.recorded_at >= midnight)),
        "passes": reading().scalar(
            select(func.count()).select_from(IssuedPass).where(IssuedPass.issued_at >= midnight)
        ),
    }
    return render_template("home/start.html", counts=counts, today=today)
