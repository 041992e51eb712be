"""What scanners send: their enrolment, once, and receipts. Answers are for programs: JSON, one sentence.

A signature stands in for a log-in: a request is believed for what its device's key signed, and a
session's cookie counts for nothing here, so that no form's token is needed either. Bodies are bounded
before they are read. Left out: the rules themselves (`enrolling`, `receiving`).
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, jsonify, request
from flask_limiter.util import get_remote_address
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from keys import jws
from vaccine_pass.errors import CheckpointError
from verifier_server.errors import ServerError
from verifier_server.scanners.enrolling import LONGEST_TOKEN, enrol
from verifier_server.scanners.receiving import take_receipt
from verifier_server.web.limits import limiter
from verifier_server.web.services import services

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

pages = Blueprint("scanner_api", __name__, url_prefix="/scanners")

ENROLMENTS_FROM_ONE_PLACE = "20 per minute; 200 per hour"
# Scanners of a whole province may share one address of their telephone company.
RECEIPTS_FROM_ONE_PLACE = "240 per minute"
_LIMITS = {"scanner_api.enrolment": ENROLMENTS_FROM_ONE_PLACE, "scanner_api.receipt": RECEIPTS_FROM_ONE_PLACE}
_LARGEST = {"scanner_api.enrolment": 8 * 1024, "scanner_api.receipt": jws.MOST_CHARACTERS}
_LOG = logging.getLogger(__name__)
_STATUS = {"scanner_unknown": 404, "code_unknown": 403, "code_used": 403, "code_expired": 403, "scanner_withdrawn": 403}
_SENTENCES = {
    405: "This address takes something else.",
    413: "This is larger than anything that a scanner sends.",
    429: "Too many requests from here. Try again in some minutes.",
}


def register(app: Flask) -> None:
    """Add these addresses, bounded and limited; before whatever looks into a request's body."""
    app.before_request(_bound)
    app.register_blueprint(pages)
    app.extensions["csrf"].exempt(pages)
    for endpoint, limit in _LIMITS.items():
        limited = limiter(app).limit(limit, key_func=get_remote_address)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


@pages.post("/enrol")
def enrolment() -> tuple[Response, int]:
    """Enter a device that brings a code's token; 201 with its post and the channel's address."""
    given = _document()

    def enter(session: Session) -> tuple[dict[str, str], str]:
        scanner, server = enrol(session, now=services().now(), **given)
        return {"device": scanner.device, "post": scanner.post}, server

    known, server = services().storage.transaction(enter)
    return jsonify(**known, channel=f"{server}/channel/"), 201


@pages.post("/receipts")
def receipt() -> Response:
    """Take a receipt in, the compact JWS alone; 204, also when a newer one is held already."""
    signed = request.get_data().decode("ascii", "replace").strip()
    with services().storage.writing() as session:
        take_receipt(session, signed, services().now())
    return Response(status=204)


def _document() -> dict[str, Any]:
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        found = None
    token, key, proof = (found.get(name) if isinstance(found, dict) else None for name in ("token", "key", "proof"))
    texts = (token, proof, *(key.values() if isinstance(key, dict) else (None,)))
    if not all(isinstance(text, str) for text in texts) or len(token) > LONGEST_TOKEN:
        raise ServerError("An enrolment is one JSON object with token, key and proof.", code="not_an_enrolment")
    return {"token": token, "key": key, "proof": proof}


def _bound() -> None:
    if request.endpoint in _LARGEST:
        request.max_content_length = _LARGEST[request.endpoint]


@pages.errorhandler(CheckpointError)
def _refused(problem: CheckpointError) -> tuple[Response, int]:
    return _said(_STATUS.get(problem.code, 400), problem.code, problem.message)


@pages.errorhandler(HTTPException)
def _http(problem: HTTPException) -> tuple[Response, int]:
    number = problem.code or 500
    return _said(number, f"http_{number}", _SENTENCES.get(number, "This request cannot be understood."))


@pages.errorhandler(OperationalError)
def _database_away(problem: OperationalError) -> tuple[Response, int]:
    _LOG.error("database unavailable", extra={"fault": type(problem.orig).__name__})
    return _said(503, "database_busy", "The server is busy; nothing was saved. Try again later.")


@pages.errorhandler(Exception)
def _unexpected(problem: Exception) -> tuple[Response, int]:
    _LOG.error("unexpected %s", type(problem).__name__, exc_info=problem)
    return _said(500, "server_fault", "The server had a fault; nothing was saved. Try again later.")


def _said(status: int, code: str, message: str) -> tuple[Response, int]:
    return jsonify(code=code, message=message), status
