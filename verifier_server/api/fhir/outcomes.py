"""Errors as FHIR clients read them: OperationOutcome (R4B) for whoever accepts `application/fhir+json`.

The problem of `verifier_server.api.problems` is made first, as everywhere below `/api`, and said again here; whoever
asks for anything else, or for nothing, gets problem+json. Source: HL7 FHIR R4B, OperationOutcome and the value set
issue-type.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Flask, request

from verifier_server.api.problems import MEDIA_TYPE as PROBLEM

if TYPE_CHECKING:
    from typing import Any

    from flask import Response

PREFIX = "/api/fhir/"
FHIR = "application/fhir+json"
_CODING = "urn:checkpoint:problem"
_TYPES = {400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 409: "conflict"}
_TYPES |= {410: "deleted", 413: "too-long", 415: "not-supported", 422: "invalid", 429: "throttled", 503: "transient"}


def register(app: Flask) -> None:
    """Say every problem below `/api/fhir` in the form that the client accepts."""
    app.after_request(_in_their_form)


def outcome_of(told: dict[str, Any]) -> dict[str, Any]:
    """Return a problem as an OperationOutcome: an issue for each field that is wrong, or one for all of it."""
    kind = _TYPES.get(told["status"], "exception")
    wrong = told.get("errors") or [{"code": told["code"], "detail": told["detail"]}]
    issues = [_issue(kind, one) for one in wrong]
    for one in told.get("candidates", []):
        found = f"Patient/{one['id']}, {one['score']} of 100: {', '.join(one['reasons'])}"
        issues.append({"severity": "information", "code": "multiple-matches", "diagnostics": found})
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(kind: str, wrong: dict[str, str]) -> dict[str, Any]:
    coding = {"system": _CODING, "code": wrong["code"]}
    issue = {"severity": "error", "code": kind, "details": {"coding": [coding], "text": wrong["detail"]}}
    return issue | ({"diagnostics": wrong["field"]} if "field" in wrong else {})


def _in_their_form(answer: Response) -> Response:
    if answer.mimetype != PROBLEM or not request.path.startswith(PREFIX):
        return answer
    if request.accept_mimetypes.best_match([PROBLEM, FHIR], PROBLEM) == FHIR:
        answer.set_data(json.dumps(outcome_of(json.loads(answer.get_data())), ensure_ascii=False))
        answer.mimetype = FHIR
    return answer
