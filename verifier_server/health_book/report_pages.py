"""`/book/people/…/wrong`: a citizen says what is wrong, with a picture as evidence if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.corrections.requests import ask
from verifier_server.corrections.words import about_said
from verifier_server.errors import FieldError
from verifier_server.health_book.sessions import citizens, member_or_404
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.pictures import ACCEPTED, MOST_BYTES, sent
from verifier_server.web.services import end_reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from verifier_server.people.tables import Person

pages = Blueprint("book_reports", __name__, url_prefix="/book/people/<int:person_id>/wrong")


@pages.url_value_preprocessor
def _bound(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before anything looks into the body: a picture is larger than what other forms may be.
    request.max_content_length = MOST_BYTES + 64 * 1024


@pages.get("")
@citizens
def new(person_id: int) -> str:
    """Show the empty form."""
    return _page(member_or_404(person_id), {"token": new_token()}, {})


@pages.post("")
@citizens
def create(person_id: int) -> Response | tuple[str, int]:
    """Note the report; the answer is shown on the person's page."""
    person, form, token = member_or_404(person_id), request.form, token_of(request.form)
    end_reading()
    try:
        picture = sent(request.files.get("picture"))
        services().storage.transaction(
            lambda session: ask(
                session,
                person.id,
                about=form.get("about", ""),
                text=form.get("text", ""),
                picture=picture,
                token=token,
                now=services().now(),
            )
        )
    except FieldError as problem:
        return _page(person, {**form, "token": token}, errors_by_field(problem)), 422
    flash(_("Đã gửi. Cán bộ sẽ trả lời, và câu trả lời hiện ở trang này."), "done")
    return redirect(url_for("book.show", person_id=person.id, _anchor="reports"))


def _page(person: Person, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "book/wrong.html", person=person, about_said=about_said(), accepted=ACCEPTED, values=values, errors=errors
    )
