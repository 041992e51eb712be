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


# Size, kind and purpose of each file that `python -m tools.icons` draws; a "maskable" one may be cut to any shape.
ICONS = {
    "icons/icon-192.png": ("192x192", "image/png", "any"),
    "icons/icon-512.png": ("512x512", "image/png", "any"),
    "icons/maskable-192.png": ("192x192", "image/png", "maskable"),
    "icons/maskable-512.png": ("512x512", "image/png", "maskable"),
}


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Describe the app to a phone's home screen."""
    told = {
        "id": "/book",
        "name": _("Sổ sức khỏe điện tử"),
        "short_name": _("Sổ sức khỏe"),
        "start_url": url_for("book.index"),
        "scope": "/book",
        "display": "standalone",
        "background_color": "#E9ECEF",
        "theme_color": "#0B5A8A",
        "icons": [_icon("mark.svg", "any", "image/svg+xml"), *(_icon(name, *ICONS[name]) for name in ICONS)],
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


def _icon(name: str, sizes: str, kind: str, purpose: str = "any") -> dict[str, str]:
    return {"src": url_for("static", filename=name), "sizes": sizes, "type": kind, "purpose": purpose}


@pages.get("/worker.js")
def worker() -> Response:
    """Return the service worker; a browser asks for it anew each time."""
    text = (Path(str(current_app.static_folder)) / "book_worker.js").read_text("utf-8")
    headers = {"Service-Worker-Allowed": "/book", "Cache-Control": "no-cache"}
    return Response(text, mimetype="text/javascript", headers=headers)
