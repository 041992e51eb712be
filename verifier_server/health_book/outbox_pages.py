"""`/outbox`: the messages that would have gone to phones, for a demonstration; nowhere else is there such a page."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from verifier_server.health_book.messages import waiting_to_be_read
from verifier_server.web.services import reading, services

pages = Blueprint("outbox", __name__, url_prefix="/outbox")


@pages.get("")
def index() -> str:
    """Show the outbox when the settings open it and no gateway is set; else there is no such page."""
    chosen = services().config.settings
    if not chosen.outbox_page or chosen.sms_gateway:
        abort(404)
    return render_template("book/outbox.html", messages=waiting_to_be_read(reading(), services().now()))
