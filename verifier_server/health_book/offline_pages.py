"""What makes the health book an app that works without a network: its manifest and its service worker.

The service worker stands under ``/book/`` because that is what it may look after. Both are public and say nothing about
anybody.
"""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, Response, current_app, url_for
from flask_babel import gettext as _

pages = Blueprint("book_offline", __name__, url_prefix="/book")


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Describe the app to a phone's home screen."""
    mark = {"src": url_for("static", filename="mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    told = {
        "id": "/book",
        "name": _("Sổ sức khỏe điện tử"),
        "short_name": _("Sổ sức khỏe"),
        "start_url": url_for("book.index"),
        "scope": "/book",
        "display": "standalone",
        "background_color": "#E9ECEF",
        "theme_color": "#0B5A8A",
        "icons": [mark],
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


@pages.get("/worker.js")
def worker() -> Response:
    """Return the service worker; a browser asks for it anew each time."""
    text = (Path(str(current_app.static_folder)) / "book_worker.js").read_text("utf-8")
    headers = {"Service-Worker-Allowed": "/book", "Cache-Control": "no-cache"}
    return Response(text, mimetype="text/javascript", headers=headers)
