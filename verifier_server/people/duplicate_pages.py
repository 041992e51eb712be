"""Pages on which a clerk decides whether two records are one person, and takes such a decision back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.doses.rules import doses_of
from verifier_server.errors import FieldError
from verifier_server.people import words
from verifier_server.people.matching import candidates_of
from verifier_server.people.merging import apart_from, keep_apart, merge, undo
from verifier_server.people.pages import person_or_404
from verifier_server.people.scoring import facts_of_person, score
from verifier_server.people.tables import NotTheSame, PersonMerge
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.sentences import sentence
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from verifier_server.people.tables import Person

pages = Blueprint("duplicates", __name__, url_prefix="/people")


@pages.get("/<int:person_id>/duplicates")
@needs(Permission.PEOPLE_MERGE)
def index(person_id: int) -> str:
    """Show who else in the register may be this person, the likeliest first, with the reasons."""
    person = person_or_404(person_id)
    apart = apart_from(reading(), person.id)
    found = candidates_of(reading(), facts_of_person(person), but=person.id)
    return render_template(
        "people/duplicates.html",
        person=person,
        candidates=[one for one in found if one.person.id not in apart],
        others=[one.person for one in found if one.person.id in apart],
        words=words,
    )


@pages.get("/<int:person_id>/merge/<int:other_id>")
@needs(Permission.PEOPLE_MERGE)
def compare(person_id: int, other_id: int) -> str:
    """Show both records side by side, and what merging does."""
    person, other = person_or_404(person_id), person_or_404(other_id)
    if person.id == other.id:
        abort(404)
    return render_template(
        "people/merge.html",
        person=person,
        second=other,
        score=score(facts_of_person(person), facts_of_person(other)),
        sides=[_side(person), _side(other)],
        back=_back(request.args),
        apart=_decision(reading(), person.id, other.id),
        words=words,
    )


@pages.post("/<int:person_id>/merge/<int:other_id>")
@needs(Permission.PEOPLE_MERGE)
def decide(person_id: int, other_id: int) -> Response:
    """Merge the other record into this one."""
    person_or_404(person_id)
    if person_id == other_id or other_id >= 1 << 63:
        abort(404)
    try:
        with services().storage.writing() as session:
            _refuse_unaware(session, person_id, other_id)
            merge(session, person_id, other_id, by=current_account().id, now=services().now())
        flash(_("Đã gộp hai hồ sơ. Mã QR đang được cấp lại."), "done")
    except FieldError as problem:
        flash(sentence(problem), "problem")
    return redirect(
        url_for("likely_pairs.index") if _back(request.form) else url_for("people.show", person_id=person_id)
    )


@pages.post("/<int:person_id>/apart/<int:other_id>")
@needs(Permission.PEOPLE_MERGE)
def apart(person_id: int, other_id: int) -> Response:
    """Note that the two are two people."""
    person, other = person_or_404(person_id).id, person_or_404(other_id).id
    if person == other:
        abort(404)
    try:
        with services().storage.writing() as session:
            keep_apart(session, person, other, by=current_account().id, now=services().now())
        flash(_("Đã ghi: đây là hai người khác nhau."), "done")
    except FieldError as problem:
        flash(sentence(problem), "problem")
    own = url_for("duplicates.index", person_id=person_id)
    return redirect(url_for("likely_pairs.index") if _back(request.form) else own)


@pages.post("/merges/<int:merge_id>/undo")
@needs(Permission.PEOPLE_MERGE)
def part(merge_id: int) -> Response:
    """Take a merge back."""
    known = reading().get(PersonMerge, merge_id) if merge_id < 1 << 63 else None
    if known is None:
        abort(404)
    kept = known.kept_id
    end_reading()
    try:
        with services().storage.writing() as session:
            undo(session, merge_id, by=current_account().id, now=services().now())
        flash(_("Đã tách hai hồ sơ. Mã QR cấp từ khi gộp bị thu hồi, mã mới đang được cấp."), "done")
    except FieldError as problem:
        flash(sentence(problem), "problem")
    return redirect(url_for("people.show", person_id=kept))


def _back(values: Mapping[str, str]) -> str | None:
    """Return ``list`` when somebody works through the list of the whole register, and goes on with it."""
    return "list" if values.get("back") == "list" else None


def _decision(session: Session, one: int, other: int) -> NotTheSame | None:
    """Return the decision that two records are two people, if there is one."""
    return session.get(NotTheSame, (min(one, other), max(one, other)))


def _refuse_unaware(session: Session, one: int, other: int) -> None:
    """Refuse a merge of two whom somebody has found to be two people since the page was opened.

    :raises FieldError: ``kept_apart``.
    """
    if _decision(session, one, other) is not None and request.form.get("apart") != "known":
        raise FieldError(
            "person",
            "Somebody has decided meanwhile that these are two people: compare them again before merging.",
            code="kept_apart",
        )


def _side(person: Person) -> dict[str, object]:
    return {"person": person, "doses": doses_of(reading(), person.id)}
