"""Vietnamese first, English second: the language of a page is the reader's choice, kept in a cookie.

The texts in the templates are Vietnamese; ``translations/en`` has the English ones. So a page is
never half translated into the language it was written for.
"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, redirect, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "language"
_YEAR = 365 * 86_400

pages = Blueprint("languages", __name__)


def register(app: Flask) -> None:
    """Choose each request's language and offer the switch."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    Babel(app, locale_selector=_chosen)
    app.register_blueprint(pages)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})


def language() -> str:
    """Return ``vi`` or ``en``."""
    return str(get_locale() or "vi")


def _chosen() -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else "vi"


@pages.get("/language/<code>")
def switch(code: str) -> Response:
    """Keep the choice and go back to the page it was made on."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(local_path(request.args.get("next", "/")))
    response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def local_path(target: str) -> str:
    r"""Return the path when it stays on this server, else the start page.

    ``//evil.example`` and ``/\\evil.example`` lead away from it in some browsers; ``//[`` is no address to Python.
    """
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if inside else "/"
