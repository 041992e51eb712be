"""`/api/fhir`: Patient and Immunization, read, search and create; and what this server can do (metadata).

Left out: updates (corrections are a clerk's), history, and Bundles that are sent in.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from verifier_server.api.doses import recorded
from verifier_server.api.fhir import searching
from verifier_server.api.fhir.outcomes import FHIR as MEDIA_TYPE
from verifier_server.api.fhir.resources import base, dose_in, immunization_of, patient_of, person_in
from verifier_server.api.guard import check_body, needs, site_for
from verifier_server.api.parts import held
from verifier_server.api.people import entered
from verifier_server.api.repeating import once
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import moment
from verifier_server.api.whose import may_read, refuse_unreadable
from verifier_server.doses.rules import dose_entry
from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.people.rules import person_entry
from verifier_server.people.tables import Person
from verifier_server.web.services import services

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from verifier_server.doses.rules import DoseEntry

pages = Blueprint("fhir", __name__, url_prefix="/api/fhir")
pages.before_request(check_body)
_INTERACTIONS = [{"code": code} for code in ("read", "search-type", "create")]
_SECURITY = {"description": "A token of this server, as Authorization: Bearer TOKEN; scopes fhir:read and fhir:write."}


@pages.get("/metadata")
def metadata() -> Response:
    """Say what this server can do."""
    resources = [
        {
            "type": kind,
            "interaction": _INTERACTIONS,
            "searchParam": [{"name": name, "type": type_} for name, type_ in parameters.items()],
        }
        for kind, parameters in searching.PARAMETERS.items()
    ]
    return _told(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": moment(services().now()),
            "kind": "instance",
            "software": {"name": "Checkpoint QR"},
            "implementation": {"description": "A register of vaccinations", "url": base()},
            "fhirVersion": "4.3.0",
            "format": [MEDIA_TYPE],
            "rest": [{"mode": "server", "security": _SECURITY, "resource": resources}],
        }
    )


@pages.get("/Patient/<int:number>")
@needs(Scope.FHIR_READ)
def patient(number: int) -> Response:
    """Read one person."""
    refuse_unreadable(number)
    return _told(patient_of(held(Person, number)))


@pages.get("/Patient")
@needs(Scope.FHIR_READ)
def patients() -> Response:
    """Search people by name, identifier, birth date or number."""
    return _told(searching.bundle_of(searching.people(), patient_of))


@pages.post("/Patient")
@needs(Scope.FHIR_WRITE)
def add_patient() -> Response:
    """Enter a person, or return the one who is there."""
    entry = person_entry(**person_in(_document()), today=services().today())

    def work(session: Session) -> tuple[int, dict[str, Any]]:
        person, is_new = entered(session, entry)
        told = patient_of(person)
        if not is_new and not may_read(person.id):
            told = _as_sent(told, entry.id_number)
        return 201 if is_new else 200, told

    return _placed(once(work, needs_key=False, media_type=MEDIA_TYPE))


@pages.get("/Immunization/<int:number>")
@needs(Scope.FHIR_READ)
def immunization(number: int) -> Response:
    """Read one dose."""
    dose = held(Dose, number)
    refuse_unreadable(dose.person_id)
    return _told(immunization_of(dose))


@pages.get("/Immunization")
@needs(Scope.FHIR_READ)
def immunizations() -> Response:
    """Search doses, of one patient if that is asked for; a token of a site sees that site's or a patient's of it."""
    return _told(searching.bundle_of(searching.doses(), immunization_of))


@pages.post("/Immunization")
@needs(Scope.FHIR_WRITE)
def add_immunization() -> Response:
    """Record a dose."""
    given = dose_in(_document())
    person, site, source = given.pop("person"), site_for(given.pop("site")), given.pop("source")
    entry: DoseEntry = dose_entry(**given, today=services().today())

    def work(session: Session) -> tuple[int, dict[str, Any]]:
        return 201, immunization_of(recorded(session, person, entry, site.id, source=source))

    return _placed(once(work, needs_key=False, media_type=MEDIA_TYPE))


def _as_sent(told: dict[str, Any], number: str | None) -> dict[str, Any]:
    """Return a patient of another site with no more than was sent."""
    papers = [one for one in told.get("identifier", []) if one["value"] == number]
    kept = {name: value for name, value in told.items() if name not in {"identifier", "telecom"}}
    return kept | ({"identifier": papers} if papers else {})


def _document() -> object:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as problem:
        raise ServerError("The body is not JSON.", code="not_fhir") from problem


def _told(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), mimetype=MEDIA_TYPE)


def _placed(made: Response) -> Response:
    if made.status_code >= HTTPStatus.BAD_REQUEST:
        return made
    told = json.loads(made.get_data())
    made.headers["Location"] = f"{base()}/{told['resourceType']}/{told['id']}"
    return made
