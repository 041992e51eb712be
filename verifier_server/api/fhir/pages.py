"""`/api/fhir`: Patient and Immunization, read, search and create; and what this server can do (metadata).

Errors are problem+json here too, as everywhere below `/api`. Left out: updates (corrections are a clerk's), history
and transaction bundles.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from sqlalchemy import select

from verifier_server.api.cursors import MOST, USUAL, cursor_of, number_of
from verifier_server.api.doses import recorded
from verifier_server.api.fhir.resources import dose_in, immunization_of, patient_of, person_in
from verifier_server.api.guard import check_body, current_token, needs, site_for
from verifier_server.api.parts import held
from verifier_server.api.people import entered
from verifier_server.api.repeating import once
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import moment
from verifier_server.doses.rules import dose_entry
from verifier_server.doses.tables import Dose
from verifier_server.errors import FieldError, ServerError
from verifier_server.people.rules import person_entry
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from verifier_server.doses.rules import DoseEntry

pages = Blueprint("fhir", __name__, url_prefix="/api/fhir")
pages.before_request(check_body)
MEDIA_TYPE = "application/fhir+json"
_INTERACTIONS = [{"code": code} for code in ("read", "search-type", "create")]
_SEARCH = {
    "Patient": [{"name": "name", "type": "string"}, {"name": "identifier", "type": "token"}],
    "Immunization": [{"name": "patient", "type": "reference"}],
}


@pages.get("/metadata")
def metadata() -> Response:
    """Say what this server can do."""
    resources = [
        {"type": kind, "interaction": _INTERACTIONS, "searchParam": parameters} for kind, parameters in _SEARCH.items()
    ]
    return _told(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": moment(services().now()),
            "kind": "instance",
            "software": {"name": "Checkpoint QR"},
            "implementation": {"description": "A register of vaccinations"},
            "fhirVersion": "4.3.0",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": resources}],
        }
    )


@pages.get("/Patient/<int:number>")
@needs(Scope.FHIR_READ)
def patient(number: int) -> Response:
    """Read one person."""
    return _told(patient_of(held(Person, number)))


@pages.get("/Patient")
@needs(Scope.FHIR_READ)
def patients() -> Response:
    """Search people by name or identifier."""
    name, number = request.args.get("name", ""), request.args.get("identifier", "").rpartition("|")[2]
    query = f"{name} {number}".strip()
    if len(query) < 2:
        raise FieldError("name", "Search by name or identifier, with two characters or more.", code="empty")
    found = [one for one in find_people(reading(), query, limit=MOST) if not (one.merged_into or one.erased_at)]
    return _bundle([patient_of(one) for one in found[: _count()]], None)


@pages.post("/Patient")
@needs(Scope.FHIR_WRITE)
def add_patient() -> Response:
    """Enter a person, or return the one who is there."""
    entry = person_entry(**person_in(_document()), today=services().today())

    def work(session: Session) -> tuple[int, dict[str, Any]]:
        person, is_new = entered(session, entry)
        return 201 if is_new else 200, patient_of(person)

    return _placed(once(work, needs_key=False, media_type=MEDIA_TYPE))


@pages.get("/Immunization/<int:number>")
@needs(Scope.FHIR_READ)
def immunization(number: int) -> Response:
    """Read one dose."""
    return _told(immunization_of(held(Dose, number)))


@pages.get("/Immunization")
@needs(Scope.FHIR_READ)
def immunizations() -> Response:
    """Search doses, of one patient if that is asked for; a token of a site sees that site's or a patient's."""
    person, after = request.args.get("patient", "").removeprefix("Patient/"), number_of(request.args.get("_cursor"))
    wanted, count = select(Dose).order_by(Dose.id), _count()
    if person:
        wanted = wanted.where(Dose.person_id == _number("patient", person))
    elif current_token().site_id is not None:
        wanted = wanted.where(Dose.site_id == current_token().site_id)
    if after is not None:
        wanted = wanted.where(Dose.id > after)
    rows = reading().scalars(wanted.limit(count + 1)).all()
    return _bundle([immunization_of(one) for one in rows[:count]], rows[count - 1].id if len(rows) > count else None)


@pages.post("/Immunization")
@needs(Scope.FHIR_WRITE)
def add_immunization() -> Response:
    """Record a dose."""
    given = dose_in(_document())
    person, site = given.pop("person"), site_for(given.pop("site"))
    entry: DoseEntry = dose_entry(**given, today=services().today())

    def work(session: Session) -> tuple[int, dict[str, Any]]:
        return 201, immunization_of(recorded(session, person, entry, site.id))

    return _placed(once(work, needs_key=False, media_type=MEDIA_TYPE))


def _document() -> object:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as problem:
        raise ServerError("The body is not JSON.", code="not_fhir") from problem


def _count() -> int:
    return min(max(_number("_count", request.args.get("_count", str(USUAL))), 1), MOST)


def _number(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise FieldError(field, "This is no number.", code="not_a_number")
    return int(text)


def _bundle(resources: Sequence[dict[str, Any]], last: int | None) -> Response:
    entries = [{"fullUrl": f"{_base()}/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    told: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": [_link("self", request.url)]}
    if last is not None:
        more = "&".join(f"{name}={value}" for name, value in request.args.items() if name != "_cursor")
        told["link"].append(_link("next", f"{request.base_url}?{more}{'&' if more else ''}_cursor={cursor_of(last)}"))
    return _told({**told, **({"entry": entries} if entries else {})})


def _link(relation: str, url: str) -> dict[str, str]:
    return {"relation": relation, "url": url}


def _base() -> str:
    return f"{request.host_url}api/fhir"


def _told(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), mimetype=MEDIA_TYPE)


def _placed(made: Response) -> Response:
    if made.status_code >= HTTPStatus.BAD_REQUEST:
        return made
    told = json.loads(made.get_data())
    made.headers["Location"] = f"{_base()}/{told['resourceType']}/{told['id']}"
    return made
