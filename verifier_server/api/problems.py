"""Errors for programs: `application/problem+json` (RFC 9457) for every address below `/api`.

`type` names the error by its stable code, `detail` is one English sentence, and `errors` lists the fields that are
wrong. No personal value is in any of them.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import HTTPException

from vaccine_pass.errors import CheckpointError
from verifier_server.errors import FieldError
from verifier_server.web.faults import BUSY, FULL, LOST, fault_of

if TYPE_CHECKING:
    from typing import Any

MEDIA_TYPE = "application/problem+json"
TOO_MANY = 429
_MINUTE = "60"
_LOG = logging.getLogger(__name__)
_STATUS = {"not_found": 404, "conflict": 409, "probable_match": 409, "in_flight": 409, "scope_missing": 403}
_STATUS |= {"site_of_another": 403, "key_missing": 400, "bad_key": 400, "bad_cursor": 400, "wrong_media_type": 415}
_STATUS |= {"key_reused": 422, "unknown_person": 404, "not_fhir": 400, "bad_json": 400}
# The checks are those of the pages, and name the fields as their forms do.
_IN_BODY = {"full_name": "name", "dob": "birth", "gender": "sex", "dose_date": "given_on", "dose_number": "number"}
_IN_FHIR = {
    "full_name": "name",
    "dob": "birthDate",
    "phone": "telecom",
    "id_number": "identifier",
    "id_kind": "identifier",
    "id_country": "identifier",
    "vaccine": "vaccineCode",
    "dose_date": "occurrenceDateTime",
    "dose_number": "protocolApplied",
    "series": "protocolApplied",
    "lot": "lotNumber",
    "vaccinator": "performer",
    "site": "location",
}
_SENTENCES = {
    400: "This request cannot be understood.",
    404: "There is nothing at this address.",
    405: "This address takes other methods; see Allow.",
    406: "This address answers in another form.",
    413: "The body is larger than 64 kilobytes.",
    415: "Send the body as application/json, in UTF-8.",
    TOO_MANY: "Too many requests from here. Try again in a minute.",
}
# Lost while a transaction was being committed, nobody knows how it ended; the key makes the retry safe.
_AWAY = {
    BUSY: "The server is busy; nothing was saved. Try again later.",
    FULL: "The server has no room left; nothing was saved. Try again later.",
    LOST: "The database was lost on the way. Send the same request again, with the same Idempotency-Key.",
}


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """Return an answer that says what is wrong."""
    said = {"type": f"urn:checkpoint:problem:{code}", "title": _title(status), "status": status, "code": code}
    body = json.dumps({**said, "detail": detail, **more}, ensure_ascii=False)
    return Response(body, status=status, mimetype=MEDIA_TYPE)


def answer(error: Exception) -> Response:
    """Return what a program is told about any error."""
    if isinstance(error, FieldError):
        return _wrong_fields(error)
    if isinstance(error, CheckpointError):
        return problem(_STATUS.get(error.code, 409), error.code, error.message, **_shown(error))
    if away := fault_of(error):
        return _away(away)
    if isinstance(error, HTTPException):
        return _http(error)
    _LOG.error("unexpected %s", type(error).__name__, exc_info=error)
    return problem(500, "server_fault", "The server had a fault; nothing was saved. Try again later.")


def _away(fault: str) -> Response:
    made = problem(503, fault, _AWAY[fault])
    made.headers["Retry-After"] = _MINUTE
    return made


def _wrong_fields(error: FieldError) -> Response:
    fields = [{"field": _named(one.field), "code": one.code, "detail": one.message} for one in error.problems]
    status = _STATUS.get(error.code, 422)
    return problem(status, error.code, error.message, errors=fields, **_shown(error))


def _named(field: str) -> str:
    """Return what a field of a form is called in the body that was sent."""
    if request.path.startswith("/api/fhir/"):
        return _IN_FHIR.get(field, field)
    return _IN_BODY.get(field, field)


def _shown(error: CheckpointError) -> dict[str, Any]:
    return {name: error.evidence[name] for name in ("candidates",) if name in error.evidence}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        found = error.get_response()
        return Response(found.get_data(), status=status, headers=dict(found.headers))
    fields = [] if status != HTTPStatus.UNPROCESSABLE_ENTITY else _of_schema(getattr(error, "data", {}))
    said = _SENTENCES.get(status, "Some fields are wrong." if fields else "This request cannot be answered.")
    made = problem(status, f"http_{status}", said, **({"errors": fields} if fields else {}))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        made.headers["Allow"] = ", ".join(sorted(allowed))
    if status == TOO_MANY:
        made.headers["Retry-After"] = _MINUTE
    return made


def _of_schema(data: dict[str, Any]) -> list[dict[str, str]]:
    places = data.get("messages", {})
    return [
        {"field": str(field), "code": "bad_value", "detail": " ".join(str(text) for text in texts)}
        for place in places.values()
        if isinstance(place, dict)
        for field, texts in place.items()
    ]


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
