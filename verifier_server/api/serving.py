"""The API put together: the document of OpenAPI, the resources, errors as problem+json, limits.

Nothing below `/api` reads a cookie, so none of it needs a form's token. Left out: who may do what, which each
operation says itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask_smorest import Api

from verifier_server.api import doses, issuing, passes, people, rate, revocations, statistics
from verifier_server.api.fhir import outcomes
from verifier_server.api.fhir import pages as fhir
from verifier_server.api.problems import answer
from verifier_server.api.schemas import Problem
from verifier_server.web import faults
from verifier_server.web.limits import limiter
from verifier_server.web.services import services

if TYPE_CHECKING:
    from typing import Any

PREFIX = "/api/"
DOCUMENT = "/api/v1/openapi.json"
PARTS = (people, doses, passes, revocations, statistics)
_NAME = "checkpoint-api"

pages = Blueprint("api_document", __name__, url_prefix="/api/v1")


class _Api(Api):
    """flask-smorest without its own pages and error handlers, which would answer for the whole server."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave the errors to `verifier_server.web.faults`."""

    def _register_doc_blueprint(self) -> None:
        """Leave the document to the page of this module."""


def register(app: Flask) -> None:
    """Add everything below `/api`."""
    app.config.update(API_TITLE="Checkpoint QR", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    app.config["OPENAPI_JSON_SORT_KEYS"] = False
    faults.leave(app, PREFIX, answer)
    outcomes.register(app)
    # Flask-Security would look for a token of its own in every JSON body: there is none, and deep JSON would fell it.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    api = _Api(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    app.extensions[_NAME] = api
    with app.app_context():
        rate.provide(app, services().config)
        issuing.provide(app, services())
    limited = limiter(app).limit(lambda: services().config.settings.api_rate)
    for part in PARTS:
        api.register_blueprint(part.pages)
    app.register_blueprint(fhir.pages)
    app.register_blueprint(pages)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX):
            app.extensions["csrf"].exempt(app.view_functions[rule.endpoint])
            app.view_functions[rule.endpoint] = limited(app.view_functions[rule.endpoint])


@pages.get("/openapi.json")
def document() -> Response:
    """Return the description of the API for programs (OpenAPI 3.1)."""
    return jsonify(described())


@pages.get("/")
def index() -> str:
    """Show the description of the API for people."""
    return render_template("api/index.html", document=described(), operations=_operations())


def described() -> dict[str, Any]:
    """Return the document of OpenAPI."""
    found: dict[str, Any] = current_app.extensions[_NAME].spec.to_dict()
    return found


def _operations() -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), "scope": told["security"][0]["token"][0], **told}
        for path, methods in described()["paths"].items()
        for method, told in methods.items()
        if method in {"get", "post"}
    ]
