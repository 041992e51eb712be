"""Pages about people: search, a new person, one person with doses and passes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from verifier_server.doses.rules import doses_of
from verifier_server.doses.state import domestic_state, travel_state
from verifier_server.doses.versions import struck_of
from verifier_server.errors import FieldError, all_checked
from verifier_server.passes.issued import passes_of
from verifier_server.people import words
from verifier_server.people.consent import consent_of
from verifier_server.people.identifiers import holders
from verifier_server.people.merging import merges_of
from verifier_server.people.rules import add_person, person_entry
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.units.choosing import chosen_unit, unit_choices
from verifier_server.units.naming import unit_name
from verifier_server.web.forms import errors_by_field, joined_date, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from verifier_server.people.rules import PersonEntry

pages = Blueprint("people", __name__, url_prefix="/people")

SHOWN = 50
GONE = 410


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
    return _new_form({"token": new_token()}, {})


@pages.post("/new")
@needs(Permission.PEOPLE_WRITE)
def create() -> str | tuple[str, int] | Response:
    """Enter a person, or show what is wrong beside each field."""
    token = token_of(request.form)
    if asks_for_units():
        return _new_form({**request.form, "token": token}, {})
    try:
        entry = entry_of_form()
        by, now = current_account().id, services().now()
        person = services().storage.transaction(lambda session: add_person(session, entry, by=by, now=now, token=token))
    except FieldError as problem:
        return _new_form({**request.form, "token": token}, errors_by_field(problem), _holder(problem)), 422
    return redirect(url_for("people.show", person_id=person.id))


@pages.get("/<int:person_id>")
@needs(Permission.PEOPLE_READ)
def show(person_id: int) -> str | tuple[str, int]:
    """Show a person, the doses and the passes; a merged record leads to the one that was kept."""
    erased = reading().get(Person, person_id) if person_id < 1 << 63 else None
    if erased is not None and erased.erased_at is not None:
        return render_template("people/erased.html", erased_at=erased.erased_at), GONE
    person = person_or_404(person_id)
    doses = doses_of(reading(), person.id)
    counting = [dose for dose in doses if dose.counts]
    return render_template(
        "people/show.html",
        person=person,
        doses=doses,
        struck=struck_of(reading(), person.id),
        state=domestic_state(counting),
        may_travel=bool(travel_state(counting).vaccine),
        passes=passes_of(reading(), person.id),
        consent=consent_of(reading(), person.id),
        merges=merges_of(reading(), person.id),
        lives=unit_name(reading(), person.unit_version, person.unit),
        token=new_token(),
        words=words,
        now=services().now(),
    )


def person_or_404(person_id: int) -> Person:
    """Return the person; lead to the record that this one was merged into, or answer 404 when erased."""
    person = reading().get(Person, person_id) if person_id < 1 << 63 else None
    if person is None or person.erased_at is not None:
        abort(404)
    if person.merged_into is not None:
        abort(redirect(url_for("people.show", person_id=person.merged_into)))
    return person


def entry_of_form() -> PersonEntry:
    """Return the checked details that the form of a person carries.

    :raises FieldErrors: with every field that is wrong.
    """
    form = request.form
    checked = all_checked(person=_person_of_form, unit=lambda: chosen_unit(reading(), form))
    return replace(checked["person"], unit=checked["unit"])  # type: ignore[type-var]


def asks_for_units() -> bool:
    """Whether the form was sent only to see the districts and wards of what was chosen: nothing is saved then."""
    return request.form.get("step") == "units"


def _person_of_form() -> PersonEntry:
    form = request.form
    return person_entry(
        name=form.get("full_name", ""),
        birth=joined_date(form, "dob"),
        sex=form.get("gender", ""),
        phone=form.get("phone", ""),
        id_number=form.get("id_number", ""),
        id_kind=form.get("id_kind", ""),
        id_country=form.get("id_country", ""),
        today=services().today(),
    )


def _new_form(values: dict[str, str], errors: dict[str, str], taken: int | None = None) -> str:
    return render_template(
        "people/new.html", values=values, errors=errors, taken=taken, words=words, units=unit_choices(reading(), values)
    )


def _holder(problem: FieldError) -> int | None:
    if problem.code != "id_number_taken":
        return None
    number = entry_of_form().id_number or ""
    return next(iter(holders(reading(), [number]).get(number, [])), None)
