"""`/healthz`: 200 when the database answers, else 503; `/health/live` and `/health/ready` for a supervisor.

They tell nothing else to strangers.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from vaccine_pass.errors import CheckpointError
from vaccine_pass.status import Status
from verifier_server.migrations import works_with
from verifier_server.passes.claims import FORMS
from verifier_server.web.services import reading, services

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Ask the database for the number 1."""
    try:
        reading().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="database unavailable"), 503
    return jsonify(status="ok"), 200


@pages.get("/health/live")
def live() -> Response:
    """Say that this process answers; nothing else is asked."""
    return jsonify(status="ok")


@pages.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Say whether passes can be issued here: the database, its version, and a signing key of each form."""
    found = {"database": _database(), "keys": _keys()}
    whole = all(found.values())
    said = {name: "ok" if fine else "not ready" for name, fine in found.items()}
    return jsonify(status="ok" if whole else "not ready", **said), 200 if whole else 503


def _database() -> bool:
    try:
        return works_with(services().storage)
    except SQLAlchemyError:
        return False


def _keys() -> bool:
    try:
        for form in FORMS:
            services().desk.hand(form, Status.COMPLETE, services().now())
    except CheckpointError:
        return False
    return True
