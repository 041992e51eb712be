"""Patient and Immunization of FHIR R4B, out and in."""

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.patient import Patient

from verifier_server.doses.tables import BACK_ENTRY, Dose

PATIENT = {
    "resourceType": "Patient",
    "name": [{"text": "Trần Văn An"}],
    "birthDate": "1948-05",
    "gender": "male",
    "identifier": [{"system": "urn:checkpoint:id:cccd", "value": "001148000003"}],
    "telecom": [{"system": "phone", "value": "0912345678"}],
}
DOSE = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}]},
    "patient": {"reference": "Patient/1"},
    "occurrenceDateTime": "2021-07-01",
    "lotNumber": "FF1234",
    "location": {"identifier": {"value": "1"}},
    "protocolApplied": [{"doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}],
}


def test_the_capability_statement_is_one(browser):
    told = browser.get("/api/fhir/metadata")
    assert told.mimetype == "application/fhir+json"
    CapabilityStatement.model_validate(told.json)


def test_a_patient_comes_in_and_goes_out_again(system):
    made = system.post("/api/fhir/Patient", PATIENT)
    assert made.status_code == 201
    assert made.headers["Location"].endswith("/api/fhir/Patient/1")
    told = system.get("/api/fhir/Patient/1").json
    Patient.model_validate(told)
    assert (told["name"][0]["family"], told["name"][0]["given"]) == ("Trần", ["Văn", "An"])
    assert told["birthDate"] == "1948-05"
    assert told["identifier"][0]["value"] == "001148000003"
    again = system.post("/api/fhir/Patient", PATIENT)
    assert (again.status_code, again.json["id"]) == (200, "1")


def test_an_immunization_comes_in_and_goes_out_again(system):
    system.post("/api/fhir/Patient", PATIENT)
    made = system.post("/api/fhir/Immunization", DOSE)
    assert made.status_code == 201
    told = system.get("/api/fhir/Immunization/1").json
    Immunization.model_validate(told)
    assert told == made.json
    assert (told["lotNumber"], told["primarySource"]) == ("FF1234", True)
    assert [one["code"] for one in told["vaccineCode"]["coding"]] == ["208", "PFIZER"]
    assert told["protocolApplied"] == [{"doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}]


def test_both_are_searched_and_a_bundle_leads_to_the_next_page(system):
    system.post("/api/fhir/Patient", PATIENT)
    system.post("/api/fhir/Immunization", DOSE)
    second = {**DOSE, "occurrenceDateTime": "2021-07-28", "protocolApplied": [{"doseNumberPositiveInt": 2}]}
    system.post("/api/fhir/Immunization", second)
    found = system.get("/api/fhir/Patient?name=tran").json
    Bundle.model_validate(found)
    assert found["entry"][0]["resource"]["id"] == "1"
    assert "entry" not in system.get("/api/fhir/Patient?identifier=urn:x|999999").json
    first = system.get("/api/fhir/Immunization?patient=Patient/1&_count=1").json
    Bundle.model_validate(first)
    onward = next(one["url"] for one in first["link"] if one["relation"] == "next")
    assert system.get(onward).json["entry"][0]["resource"]["id"] == "2"


@pytest.mark.parametrize(
    ("kind", "document", "status"),
    [
        ("Patient", {**PATIENT, "birthDate": "31/02/1990"}, 400),
        ("Patient", {**PATIENT, "birthDate": "2190-01-01"}, 422),
        ("Patient", {**PATIENT, "name": []}, 422),
        ("Patient", {**PATIENT, "nonsense": 1}, 400),
        ("Patient", {"resourceType": "Observation"}, 400),
        ("Patient", [], 400),
        ("Immunization", {**DOSE, "status": "not-done"}, 422),
        ("Immunization", {**DOSE, "patient": {"reference": "Patient/4711"}}, 404),
        ("Immunization", {**DOSE, "patient": {"reference": "Group/1"}}, 404),
        ("Immunization", {**DOSE, "patient": {"display": "An"}}, 404),
        ("Immunization", {**DOSE, "vaccineCode": {"text": "?"}}, 422),
        ("Immunization", {**DOSE, "location": None}, 422),
        ("Immunization", {**DOSE, "protocolApplied": []}, 422),
    ],
)
def test_what_the_register_cannot_say_is_refused_in_one_sentence(system, kind, document, status):
    answer = system.post(f"/api/fhir/{kind}", document)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["detail"]


def test_a_dose_from_a_paper_says_that_its_source_is_not_who_gave_it(app, register, system):
    system.post("/api/fhir/Patient", PATIENT)
    system.post("/api/fhir/Immunization", DOSE)
    with register.writing() as session:
        session.get(Dose, 1).source = BACK_ENTRY
    assert system.get("/api/fhir/Immunization/1").json["primarySource"] is False
