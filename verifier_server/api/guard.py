"""The guard of an operation: a token that works, with the scope that the operation names. Never a cookie.

Left out: what the token may do at which site; the resources ask :func:`site_for`.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from flask import Response, g, request

from verifier_server.api.problems import TOO_MANY, problem
from verifier_server.api.rate import token_rate
from verifier_server.api.tables import ApiToken
from verifier_server.api.tokens import is_used_again, token_of
from verifier_server.errors import FieldError, ServerError
from verifier_server.sites.tables import Site
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from verifier_server.api.scopes import Scope

    View = Callable[..., Any]

JSON_TYPES = frozenset({"application/json", "application/fhir+json"})


def needs(scope: Scope) -> Callable[[View], View]:
    """Open an operation only to tokens with this scope; the view carries it as ``scope``, for the tests."""

    def guard(view: View) -> View:
        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            refused = _refusal(scope)
            return view(*args, **kwargs) if refused is None else refused

        opened.scope = scope  # type: ignore[attr-defined]
        return opened

    return guard


def current_token() -> ApiToken:
    """Return the token of this request; only behind :func:`needs`."""
    found: ApiToken = g.api_token
    return found


def site_for(wanted: int | None) -> Site:
    """Return the open site that the token may act for: its own, or the one that the request names.

    :raises FieldError: another one than the token's own, none, or one that is closed.
    """
    own = current_token().site_id
    if own is not None and wanted not in {None, own}:
        raise FieldError("site", "This token acts for another site.", code="site_of_another")
    number = own if own is not None else wanted
    site = reading().get(Site, number) if number is not None else None
    if site is None or not site.open:
        raise FieldError("site", "Name an open site by its number; /api/v1/sites lists them.", code="site_closed")
    return site


def check_body() -> None:
    """Refuse a body that is not declared as JSON, before anything reads it.

    :raises ServerError: it is declared as something else.
    """
    if request.method == "POST" and request.mimetype not in JSON_TYPES:
        raise ServerError("Send the body as application/json, in UTF-8.", code="wrong_media_type")


def _refusal(scope: Scope) -> Response | None:
    now = services().now()
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    token = token_of(reading(), text.strip(), now) if kind.lower() == "bearer" else None
    if token is None:
        said = problem(401, "no_token", "Send a token that works, as Authorization: Bearer TOKEN.")
        said.headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return said
    wait = token_rate().seconds_to_wait(token.id, services().clock())
    if wait:
        said = problem(TOO_MANY, "too_many_requests", "This token asks too often. Try again after Retry-After seconds.")
        said.headers["Retry-After"] = str(wait)
        return said
    if scope not in token.scopes:
        said = problem(403, "scope_missing", f"This token has not the scope {scope}.")
        said.headers["WWW-Authenticate"] = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'
        return said
    g.api_token = token
    if is_used_again(token, now):
        with services().storage.writing() as session:
            session.get_one(ApiToken, token.id).used_at = now
    return None
