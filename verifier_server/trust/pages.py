"""`/trust/trust.json`: public, read-only, with an ETag, so that thousands of scanners cost little."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from vaccine_pass.errors import CheckpointError
from verifier_server.trust.document import trust_file
from verifier_server.web.services import reading, services

pages = Blueprint("trust", __name__, url_prefix="/trust")

SECONDS_IN_CACHE = 300


@pages.get("/trust.json")
def trust_json() -> Response | tuple[Response, int]:
    """Return the trust list, or 304 when the scanner has this one."""
    try:
        found = trust_file(services().key_store, reading(), services().now())
    except CheckpointError as problem:
        return jsonify(error=problem.code), 503
    answer = Response(found.body, mimetype="application/json")
    answer.set_etag(found.etag)
    answer.last_modified = found.signed_at
    answer.cache_control.public = True
    answer.cache_control.max_age = SECONDS_IN_CACHE
    return answer.make_conditional(request)
