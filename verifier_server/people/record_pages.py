"""Pages that change a person's record: correcting it with its history, consent, erasing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from verifier_server.errors import FieldError
from verifier_server.people import words
from verifier_server.people.consent import checked_answer, note_consent
from verifier_server.people.correcting import correct_person, present_paper
from verifier_server.people.erasing import GROUNDS, erase_person
from verifier_server.people.history import history_of
from verifier_server.people.pages import asks_for_units, entry_of_form, person_or_404
from verifier_server.people.rules import details_of
from verifier_server.people.standing import held
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.units.choosing import fields_of, unit_choices
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.sentences import sentence
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from verifier_server.people.rules import PersonEntry
    from verifier_server.people.tables import Person

pages = Blueprint("records", __name__, url_prefix="/people/<int:person_id>")


@pages.get("/correct")
@needs(Permission.PEOPLE_WRITE)
def correct(person_id: int) -> str:
    """Show the form with what the register says, and what was changed before."""
    person = person_or_404(person_id)
    return _form(person, _values(person), {})


@pages.post("/correct")
@needs(Permission.PEOPLE_WRITE)
def save(person_id: int) -> str | tuple[str, int] | Response:
    """Correct the person, or show what is wrong and what stands there now."""
    person = person_or_404(person_id)
    if asks_for_units():
        return _form(person, request.form, {})
    entry: PersonEntry | None = None
    try:
        entry = entry_of_form()
        _corrected(person_id, entry)
    except FieldError as problem:
        end_reading()
        person = person_or_404(person_id)
        stale = problem.code == "stale_person"
        values = {**request.form, "version": str(person.version) if stale else request.form.get("version", "")}
        return _form(person, values, errors_by_field(problem), now=_differing(person, entry) if stale else ()), 422
    flash(_("Đã lưu. Thông tin cũ được giữ lại trong lịch sử."), "done")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/consent")
@needs(Permission.PEOPLE_WRITE)
def consent(person_id: int) -> Response:
    """Note what the person answered when asked."""
    person_or_404(person_id)
    form, by, now = request.form, current_account().id, services().now()
    try:
        given = checked_answer(form.get("consent", ""))
        with services().storage.writing() as session:
            held(session, person_id)
            note_consent(session, person_id, given, how=form.get("how", ""), by=by, now=now, token=token_of(form))
        flash(_("Đã ghi câu trả lời."), "done")
    except FieldError as problem:
        flash(sentence(problem), "problem")
    return redirect(url_for("people.show", person_id=person_id))


@pages.get("/erase")
@needs(Permission.PEOPLE_ERASE)
def erase(person_id: int) -> str:
    """Say what erasing does, and ask on what ground."""
    return render_template("people/erase.html", person=person_or_404(person_id), values={}, errors={}, words=words)


@pages.post("/erase")
@needs(Permission.PEOPLE_ERASE)
def erased(person_id: int) -> tuple[str, int] | Response:
    """Erase the person."""
    person = person_or_404(person_id)
    ground = request.form.get("ground", "")
    try:
        _refuse_unsure(ground)
        with services().storage.writing() as session:
            revoked = erase_person(session, person_id, ground=ground, by=current_account().id, now=services().now())
    except FieldError as problem:
        page = render_template(
            "people/erase.html", person=person, values=request.form, errors=errors_by_field(problem), words=words
        )
        return page, 422
    said = ngettext("Đã xóa hồ sơ; %(num)s mã QR bị thu hồi.", "Đã xóa hồ sơ; %(num)s mã QR bị thu hồi.", revoked)
    flash(said, "done")
    return redirect(url_for("home.start"))


def _refuse_unsure(ground: str) -> None:
    if request.form.get("sure") != "yes" and ground in GROUNDS:
        raise FieldError("sure", "Tick the box: erasing cannot be undone.", code="not_sure")


def _corrected(person_id: int, entry: PersonEntry) -> None:
    form = request.form
    version = form.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    by, now, mistyped = current_account().id, services().now(), form.get("former") == "mistyped"
    services().storage.transaction(
        lambda session: correct_person(session, person_id, entry, version=number, by=by, now=now, mistyped=mistyped)
    )


def _differing(person: Person, entry: PersonEntry | None) -> list[tuple[str, str]]:
    if entry is None:
        return []
    there = details_of(person)
    typed = {
        "name": entry.name,
        "birth": entry.birth.number,
        "sex": entry.sex,
        "phone": entry.phone,
        "id_number": entry.id_number,
    }
    names = words.labels()
    return [(names[one], words.shown(one, there[one])) for one in typed if there[one] != typed[one]]


def _values(person: Person) -> dict[str, str]:
    year, month, day = person.birth // 10_000, person.birth // 100 % 100, person.birth % 100
    kind, country, number = present_paper(person) or ("", "", person.id_number or "")
    return {
        "token": new_token(),
        "version": str(person.version),
        "full_name": person.name,
        "dob_day": f"{day:02}" if day else "",
        "dob_month": f"{month:02}" if month else "",
        "dob_year": str(year),
        "gender": person.sex,
        "id_kind": kind,
        "id_country": "" if country == "VN" else country,
        "id_number": number,
        "phone": person.phone or "",
        "former": "former",
        **fields_of(reading(), person.unit_version, person.unit),
    }


def _form(
    person: Person, values: Mapping[str, str], errors: dict[str, str], *, now: list[tuple[str, str]] | tuple[()] = ()
) -> str:
    return render_template(
        "people/correct.html",
        person=person,
        values=values,
        errors=errors,
        now=now,
        words=words,
        units=unit_choices(reading(), values),
        history=history_of(reading(), person.id),
    )
