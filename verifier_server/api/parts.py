"""What every resource of the API shares: its blueprint, its document, and a row by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from verifier_server.api.guard import check_body, needs
from verifier_server.api.problems import MEDIA_TYPE
from verifier_server.api.repeating import HEADER
from verifier_server.api.schemas import Problem
from verifier_server.errors import ServerError
from verifier_server.people.tables import Person
from verifier_server.web.services import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy.orm import Session

    from verifier_server.api.scopes import Scope

Row = TypeVar("Row")
_MOST_NUMBER = 1 << 63
_FAULTS, _FAULTS_OF_CHANGES = (400, 401, 403, 404, 422, 429, 503), (410, 415)
_KEY: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!#-~]+$"},
    "description": "A new one for each thing to do; the same again gives the same answer, for a week as a rule.",
}


class _Parser(FlaskParser):
    """Reads bodies; the library lets pass what Python's JSON refuses for its depth, or for a number's length."""

    def load_json(self, req: Any, schema: Any) -> Any:
        """Return what the body says.

        :raises ServerError: it is nested too deeply, or a number in it is too long.
        """
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as problem:
            raise ServerError("This body cannot be read as JSON.", code="bad_json") from problem


class _Part(Blueprint):
    ARGUMENTS_PARSER = _Parser()


def part(name: str, description: str) -> Blueprint:
    """Return the blueprint of one resource."""
    made = _Part(f"api_{name}", __name__, url_prefix="/api/v1", description=description)
    made.before_request(check_body)
    return made


def operation(
    pages: Blueprint, path: str, scope: Scope, *, method: str = "GET", faults: tuple[int, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator of one operation: its address, its scope, and the errors that it may answer with."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        described = pages.doc(security=[{"token": [scope.value]}])(view)
        if method == "POST":
            described = pages.doc(parameters=[_KEY])(described)
        for status in (*_FAULTS, *(_FAULTS_OF_CHANGES if method == "POST" else ()), *faults):
            described = pages.alt_response(status, schema=Problem, content_type=MEDIA_TYPE)(described)
        guarded: Callable[..., Any] = pages.route(path, methods=[method])(needs(scope)(described))
        return guarded

    return decorate


def held(kind: type[Row], number: int, session: Session | None = None) -> Row:
    """Return the row with this number.

    :raises ServerError: there is none.
    """
    found = (session or reading()).get(kind, number) if number < _MOST_NUMBER else None
    if found is None or getattr(found, "erased_at", None) is not None:
        raise ServerError("There is none with this number.", code="not_found")
    return found


def living(session: Session, number: int) -> Person:
    """Return a person whose record stands, locked until the end of the transaction.

    :raises ServerError: there is none, or the record was merged into another.
    """
    person = held(Person, number, session)
    session.refresh(person, with_for_update=True)
    if person.merged_into is not None:
        raise ServerError(f"This person was merged into {person.merged_into}.", code="conflict")
    return person
