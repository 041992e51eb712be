"""`/try`: anybody tries a card as a checkpoint would: a picture, or the live camera by a script that sends pictures.

Nothing of it is kept: no picture, no text, no verdict, and the log has the page's name only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, make_response, render_template, request
from flask_limiter.util import get_remote_address

from verifier_server.errors import FieldError
from verifier_server.health_book.judging import judge_picture
from verifier_server.health_book.verdict_words import said_of
from verifier_server.web.forms import errors_by_field
from verifier_server.web.limits import limiter
from verifier_server.web.pictures import ACCEPTED, MOST_BYTES, sent
from verifier_server.web.services import services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("trying", __name__, url_prefix="/try")

PICTURES_FROM_ONE_PLACE = "60 per minute; 600 per hour"


def register(app: Flask) -> None:
    """Add the page, limited for each place."""
    app.register_blueprint(pages)
    limited = limiter(app).limit(PICTURES_FROM_ONE_PLACE, key_func=get_remote_address)
    app.view_functions["trying.judge"] = limited(app.view_functions["trying.judge"])


@pages.url_value_preprocessor
def _bound(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    request.max_content_length = MOST_BYTES + 64 * 1024


@pages.after_request
def _with_camera(response: Response) -> Response:
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@pages.get("")
def index() -> str:
    """Ask for a picture."""
    return render_template("book/try.html", accepted=ACCEPTED, errors={})


@pages.post("")
def judge() -> Response:
    """Judge the code in the picture."""
    try:
        judged = judge_picture(_picture(), services().config.published_channel, services().clock())
    except FieldError as problem:
        page = render_template("book/try.html", accepted=ACCEPTED, errors=errors_by_field(problem))
        return make_response(page, 422)
    return make_response(render_template("book/verdict.html", judged=judged, said=said_of(judged.verdict.reason)))


def _picture() -> bytes:
    picture = sent(request.files.get("picture"))
    if picture is None:
        raise FieldError("picture", "Choose a picture first.", code="no_picture")
    return picture
