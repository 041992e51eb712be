"""Pages about people: search, a new person, one person with doses and passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from verifier_server.doses.rules import doses_of
from verifier_server.doses.state import domestic_state
from verifier_server.doses.versions import struck_of
from verifier_server.errors import FieldError
from verifier_server.passes.issued import passes_of
from verifier_server.people.rules import add_person, person_entry
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field, joined_date, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from verifier_server.people.rules import PersonEntry

pages = Blueprint("people", __name__, url_prefix="/people")

SHOWN = 50


@pages.get("")
@needs(Permission.PEOPLE_READ)
def search() -> str:
    """Show the people that the search text means."""
    query = request.args.get("q", "").strip()
    found = find_people(reading(), query, limit=SHOWN)
    return render_template("people/search.html", query=query, people=found, shown=SHOWN)


@pages.get("/new")
@needs(Permission.PEOPLE_WRITE)
def new() -> str:
    """Show the empty form."""
    return render_template("people/new.html", values={"token": new_token()}, errors={})


@pages.post("/new")
@needs(Permission.PEOPLE_WRITE)
def create() -> str | tuple[str, int] | Response:
    """Enter a person, or show what is wrong beside each field."""
    token = token_of(request.form)
    try:
        entry = _entry()
        by, now = current_account().id, services().now()
        person = services().storage.transaction(lambda session: add_person(session, entry, by=by, now=now, token=token))
    except FieldError as problem:
        values = {**request.form, "token": token}
        return render_template("people/new.html", values=values, errors=errors_by_field(problem)), 422
    return redirect(url_for("people.show", person_id=person.id))


@pages.get("/<int:person_id>")
@needs(Permission.PEOPLE_READ)
def show(person_id: int) -> str:
    """Show a person, the doses and the passes."""
    person = person_or_404(person_id)
    doses = doses_of(reading(), person.id)
    return render_template(
        "people/show.html",
        person=person,
        doses=doses,
        struck=struck_of(reading(), person.id),
        state=domestic_state([dose for dose in doses if dose.counts]),
        passes=passes_of(reading(), person.id),
        now=services().now(),
    )


def person_or_404(person_id: int) -> Person:
    """Return the person, or answer 404."""
    person = reading().get(Person, person_id) if person_id < 1 << 63 else None
    return person or abort(404)


def _entry() -> PersonEntry:
    form = request.form
    return person_entry(
        name=form.get("full_name", ""),
        birth=joined_date(form, "dob"),
        sex=form.get("gender", ""),
        phone=form.get("phone", ""),
        id_number=form.get("id_number", ""),
        today=services().today(),
    )
