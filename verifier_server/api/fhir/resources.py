"""From rows of the register to Patient and Immunization (FHIR R4B), and back to what the register checks.

Vaccines are coded in CVX where it has a code, and always in this project's own system by the register's key. A
patient's numbers carry the system of their paper, with the country of a foreign passport. Sources: HL7 FHIR R4B
(4.3.0), Patient and Immunization; the CDC's code set CVX. Left out: addresses, contacts, reactions, former papers that
are sent in, and numbers of other systems: a hospital's own number of a patient is no paper.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.patient import Patient
from flask import request
from pydantic import ValidationError

from vaccine_pass.dates import PartialDate
from vaccine_pass.vaccines import VACCINES
from verifier_server.api.telling import moment
from verifier_server.checks import VIETNAM
from verifier_server.doses.tables import API, BACK_ENTRY
from verifier_server.errors import FieldError, ServerError
from verifier_server.people.identifiers import HOME, KINDS

if TYPE_CHECKING:
    from typing import Any

    from verifier_server.doses.tables import Dose
    from verifier_server.people.tables import Person, PersonIdentifier

OWN = "urn:checkpoint:vaccine"
CVX = "http://hl7.org/fhir/sid/cvx"
NUMBERS = "urn:checkpoint:id:"
# The CDC's list, of 2023; the other products have no code there.
_CVX = {"PFIZER": "208", "MODERNA": "207", "AZ": "210", "JANSSEN": "212", "VERO": "510"}
_SEX = {"female": "female", "male": "male", "other": "other"}


def patient_of(person: Person) -> dict[str, Any]:
    """Return a person as a Patient."""
    family, _, given = person.name.partition(" ")
    told: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(person.id),
        "identifier": [
            {"system": _system(one), "value": one.number, "use": "old" if one.ended_at else "official"}
            for one in person.identifiers
        ],
        "name": [{"text": person.name, "family": family, "given": given.split()}],
        "gender": _SEX[person.sex],
        "birthDate": PartialDate.from_number(person.birth).iso,
    }
    if person.phone:
        told["telecom"] = [{"system": "phone", "value": person.phone}]
    if person.merged_into is not None:
        told |= {
            "active": False,
            "link": [{"other": {"reference": f"Patient/{person.merged_into}"}, "type": "replaced-by"}],
        }
    if not told["identifier"]:
        del told["identifier"]
    if not told["name"][0]["given"]:
        del told["name"][0]["given"]
    return _sound(Patient, told)


def immunization_of(dose: Dose) -> dict[str, Any]:
    """Return a dose as an Immunization."""
    vaccine = VACCINES.by_key(dose.vaccine)
    protocol: dict[str, Any] = {"doseNumberPositiveInt": dose.number}
    if dose.series or vaccine:
        protocol["seriesDosesPositiveInt"] = dose.series or (vaccine.series if vaccine else 1)
    told: dict[str, Any] = {
        "resourceType": "Immunization",
        "id": str(dose.id),
        "status": "completed",
        "vaccineCode": {"coding": _codings(dose.vaccine), "text": vaccine.name if vaccine else dose.vaccine},
        "patient": {"reference": f"Patient/{dose.person_id}"},
        "occurrenceDateTime": dose.given_on.isoformat(),
        "recorded": moment(dose.recorded_at),
        # False: not from who gave it, but from a paper, afterwards.
        "primarySource": dose.source != BACK_ENTRY,
        "protocolApplied": [protocol],
    }
    if dose.lot:
        told["lotNumber"] = dose.lot
    if dose.site is not None:
        told["location"] = {"identifier": {"system": "urn:checkpoint:site", "value": str(dose.site_id)}}
        told["location"]["display"] = dose.site.name
    if dose.vaccinator:
        told["performer"] = [{"actor": {"display": dose.vaccinator}}]
    return _sound(Immunization, told)


def person_in(document: object) -> dict[str, str]:
    """Return what a Patient says about a person, as it would be typed.

    :raises ServerError: it is no Patient of R4B, or has no name or birth date.
    """
    told = _read(Patient, document)
    name = (told.get("name") or [{}])[0]
    text = name.get("text") or " ".join([name.get("family") or "", *(name.get("given") or [])]).strip()
    if not text or not told.get("birthDate"):
        raise FieldError("name" if not text else "birthDate", "This must be filled in.", code="empty")
    number, kind, country = _paper(told.get("identifier") or [])
    phones = [one.get("value") or "" for one in told.get("telecom") or [] if one.get("system") == "phone"]
    sex = told.get("gender") or "other"
    return {
        "name": text,
        "birth": told["birthDate"],
        "sex": sex if sex in _SEX else "other",
        "phone": phones[0] if phones else "",
        "id_number": number,
        "id_kind": kind,
        "id_country": country,
    }


def dose_in(document: object) -> dict[str, Any]:
    """Return what an Immunization says: the person's number, the site's, and the dose as it would be typed.

    :raises ServerError: it is no Immunization of R4B, or says something that no dose of the register can say.
    """
    told = _read(Immunization, document)
    if told.get("status") != "completed":
        raise FieldError("status", "Only a completed immunization is a dose.", code="not_completed")
    protocol = (told.get("protocolApplied") or [{}])[0]
    performer = (told.get("performer") or [{}])[0]
    return {
        "person": row_number("patient", referred_to(told.get("patient", {}).get("reference") or "", "Patient")),
        "site": _site(told),
        "number": str(protocol.get("doseNumberPositiveInt") or protocol.get("doseNumberString") or ""),
        "series": str(protocol.get("seriesDosesPositiveInt") or ""),
        "vaccine": _vaccine(told),
        "given_on": _day(told.get("occurrenceDateTime") or ""),
        "lot": told.get("lotNumber") or "",
        "vaccinator": performer.get("actor", {}).get("display") or "",
        # Not from who gave it, but told by a paper or by somebody, afterwards.
        "source": BACK_ENTRY if told.get("primarySource") is False else API,
    }


def paper_of_system(system: str) -> tuple[str, str] | None:
    """Return the kind of paper and the country that a system of identifiers means; None for one of others."""
    kind, _, country = system.removeprefix(NUMBERS).partition(":")
    if not system.startswith(NUMBERS) or kind not in KINDS:
        return None
    return kind, country.upper() or HOME


def row_number(field: str, text: str) -> int:
    """Return the number of a row.

    :raises FieldError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise FieldError(field, "This is no number of a row here.", code="not_found")
    return int(text)


def base() -> str:
    """Return the address below which resources have theirs."""
    return f"{request.host_url}api/fhir"


def referred_to(reference: str, kind: str) -> str:
    """Return the id of a reference to a resource of this server: `Patient/1`, `1`, or with the whole address."""
    return reference.removeprefix(f"{base()}/").removeprefix(f"{kind}/")


def _system(paper: PersonIdentifier) -> str:
    return f"{NUMBERS}{paper.kind}" + (f":{paper.country}" if paper.country != HOME else "")


def _paper(identifiers: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Return number, kind and country of the present paper; of several, the first of a system that is known here."""
    present = [one for one in identifiers if one.get("use") != "old" and one.get("value")]
    for one in present:
        if paper := paper_of_system(one.get("system") or ""):
            return one["value"], *paper
    bare = [one["value"] for one in present if not one.get("system")]
    return (bare[0], "", "") if bare else ("", "", "")


def _day(text: str) -> str:
    """Return the day in Vietnam of a FHIR dateTime; what is no whole day is left for the register's own check."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d}" if moment.tzinfo else text[:10]


def _site(told: dict[str, Any]) -> int | None:
    value = ((told.get("location") or {}).get("identifier") or {}).get("value")
    return None if value is None else row_number("location", value)


def _vaccine(told: dict[str, Any]) -> str:
    codings = told["vaccineCode"].get("coding") or []
    by_cvx = {code: key for key, code in _CVX.items()}
    own = [one.get("code") or "" for one in codings if one.get("system") == OWN]
    cvx = [by_cvx.get(one.get("code") or "", "") for one in codings if one.get("system") == CVX]
    return next((key for key in (*own, *cvx) if key), "")


def _codings(key: str) -> list[dict[str, str]]:
    own = [{"system": OWN, "code": key}]
    return [{"system": CVX, "code": _CVX[key]}, *own] if key in _CVX else own


def _read(kind: type[Patient | Immunization], document: object) -> dict[str, Any]:
    try:
        read: dict[str, Any] = kind.model_validate(document).model_dump(mode="json", exclude_none=True)
    except (ValidationError, RecursionError, ValueError, TypeError) as problem:
        raise ServerError(f"This is no {kind.__name__} of FHIR R4B.", code="not_fhir") from problem
    if "resourceType" in read and read["resourceType"] != kind.__name__:
        raise ServerError(f"This is no {kind.__name__} of FHIR R4B.", code="not_fhir")
    return read


def _sound(kind: type[Patient | Immunization], told: dict[str, Any]) -> dict[str, Any]:
    kind.model_validate(told)  # what leaves is what the specification allows
    return told
