"""Patient and Immunization of FHIR R4B, out and in."""

from datetime import date

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from vaccine_pass.vaccines import VACCINES
from verifier_server.doses.tables import BACK_ENTRY, Dose
from verifier_server.people.merging import merge

from ..builders import NOW

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


def test_a_dose_from_a_paper_says_that_its_source_is_not_who_gave_it_and_waits_for_the_sign_off(register, system):
    system.post("/api/fhir/Patient", PATIENT)
    told = system.post("/api/fhir/Immunization", {**DOSE, "primarySource": False}).json
    assert told["primarySource"] is False
    assert system.get("/api/fhir/Immunization/1").json == told
    with register.reading() as session:
        dose = session.get(Dose, 1)
        assert (dose.source, dose.counts) == (BACK_ENTRY, False)


def test_a_dose_of_an_evening_in_utc_is_the_next_day_in_vietnam(system):
    system.post("/api/fhir/Patient", PATIENT)
    told = system.post("/api/fhir/Immunization", {**DOSE, "occurrenceDateTime": "2021-07-01T18:00:00Z"})
    assert (told.status_code, told.json["occurrenceDateTime"]) == (201, "2021-07-02")


def test_a_hospitals_own_number_is_no_paper_and_a_paper_beside_it_is_found(system):
    own = {"system": "https://hospital.example/patients", "value": "123456789"}
    assert "identifier" not in system.post("/api/fhir/Patient", {**PATIENT, "identifier": [own]}).json
    both = {**PATIENT, "birthDate": "1950", "identifier": [own, *PATIENT["identifier"]]}
    assert [one["value"] for one in system.post("/api/fhir/Patient", both).json["identifier"]] == ["001148000003"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("identifier=001148000003", 1),
        ("identifier=urn:checkpoint:id:cccd|001148000003", 1),
        ("identifier=urn:checkpoint:id:passport|001148000003", 0),
        ("identifier=https://hospital.example/patients|001148000003", 0),
        ("identifier=00114800000", 0),
        ("name=van an&birthdate=1948-05", 1),
        ("name=an&birthdate=1949", 0),
        ("_id=1", 1),
        ("_id=2", 0),
    ],
)
def test_people_are_found_by_what_is_theirs_and_not_by_a_part_of_a_number(system, query, found):
    system.post("/api/fhir/Patient", PATIENT)
    assert len(system.get(f"/api/fhir/Patient?{query}").json.get("entry", [])) == found


@pytest.mark.parametrize(
    "query", ["Patient?family=Tran", "Patient?name:exact=An", "Immunization?date=2021", "Patient", "Patient?name="]
)
def test_a_search_that_is_not_known_is_refused_and_does_not_find_everybody(system, query):
    system.post("/api/fhir/Patient", PATIENT)
    assert system.get(f"/api/fhir/{query}").status_code == 422


def test_a_search_of_people_goes_on_page_by_page_with_every_sign_of_it(system):
    for number in range(3):
        system.post(
            "/api/fhir/Patient",
            {
                **PATIENT,
                "name": [{"text": f"Đỗ A & B {chr(97 + number)}"}],
                "birthDate": f"195{number}",
                "identifier": [],
                "telecom": [],
            },
        )
    found, url = [], "/api/fhir/Patient?name=%C4%91%E1%BB%97%20%26&_count=2"
    while url:
        page = system.get(url).json
        Bundle.model_validate(page)
        found += [one["resource"]["id"] for one in page["entry"]]
        url = next((one["url"] for one in page["link"] if one["relation"] == "next"), None)
    assert found == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "Patient/4711", 404, "not-found"),
        ("GET", "Observation", 404, "not-found"),
        ("DELETE", "Patient/1", 405, "not-supported"),
        ("POST", "Patient", 400, "structure"),
        ("GET", "Patient?x=1", 422, "invalid"),
    ],
)
def test_an_error_is_an_operation_outcome_for_whoever_reads_fhir(system, method, path, status, kind):
    headers = system.headers() | {"Accept": "application/fhir+json"}
    answer = system.client.open(
        f"/api/fhir/{path}", method=method, headers=headers, json=[] if method == "POST" else None
    )
    assert (answer.status_code, answer.mimetype) == (status, "application/fhir+json")
    assert OperationOutcome.model_validate(answer.json).issue[0].code == kind


def test_a_doubt_names_the_candidates_and_no_token_is_an_outcome_too(system):
    system.post("/api/fhir/Patient", PATIENT)
    accept = {"Accept": "application/fhir+json"}
    doubt = {**PATIENT, "name": [{"text": "Trần Văn Anh"}]}
    told = system.client.post("/api/fhir/Patient", json=doubt, headers=system.headers() | accept)
    assert [one["code"] for one in told.json["issue"]] == ["conflict", "multiple-matches"]
    assert told.json["issue"][1]["diagnostics"].startswith("Patient/1, ")
    told = system.client.get("/api/fhir/Patient/1", headers=accept)
    assert (told.status_code, told.json["issue"][0]["code"]) == (401, "login")


def test_a_merged_patient_says_by_whom_it_was_replaced(register, system):
    for number in ("001148000003", "001148000014"):
        given = {**PATIENT, "identifier": [{"value": number}], "birthDate": f"19{number[-2:]}", "telecom": []}
        assert system.post("/api/fhir/Patient", given).status_code == 201
    with register.writing() as session:
        merge(session, 1, 2, by=1, now=NOW)
    told = system.get("/api/fhir/Patient/2").json
    assert (told["active"], told["link"][0]["other"]["reference"]) == (False, "Patient/1")
    assert [one["resource"]["id"] for one in system.get("/api/fhir/Patient?name=tran").json["entry"]] == ["1"]


LETTERS = st.text("abđêơưÁỆ", min_size=1, max_size=12)
PAPERS = st.one_of(
    st.tuples(st.just("cccd"), st.from_regex(r"\A[0-9]{12}\Z", fullmatch=True).filter(str.isascii)),
    st.tuples(st.just("passport"), st.from_regex(r"\A[A-Z][0-9]{7}\Z", fullmatch=True).filter(str.isascii)),
    st.sampled_from([("passport:FR", "F1234567"), ("passport:US", "U1234567")]),
    st.tuples(
        st.just("birth_certificate"), st.from_regex(r"\A[1-9][0-9]?/20[01][0-9]\Z", fullmatch=True).filter(str.isascii)
    ),
)
BIRTHS = st.one_of(
    st.dates(date(1905, 1, 1), date(2021, 1, 1)).map(date.isoformat), st.sampled_from(["1948", "1948-05"])
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(LETTERS, min_size=2, max_size=4),
    paper=st.none() | PAPERS,
    birth=BIRTHS,
    vaccine=st.sampled_from(list(VACCINES)),
)
def test_what_comes_in_goes_out_as_it_came(system, words, paper, birth, vaccine):
    patient = {
        "resourceType": "Patient",
        "name": [{"text": " ".join(words).title()}],
        "birthDate": birth,
        "gender": "female",
    }
    if paper:
        patient["identifier"] = [{"system": f"urn:checkpoint:id:{paper[0]}", "value": paper[1], "use": "official"}]
    made = system.post("/api/fhir/Patient", patient)
    assume(made.status_code != 409)  # two of the made-up people look alike: a clerk's
    assert made.status_code in {200, 201}, made.json
    told = system.get(f"/api/fhir/Patient/{made.json['id']}").json
    assert {name: told.get(name) for name in ("birthDate", "gender", "identifier")} == {
        name: patient.get(name) for name in ("birthDate", "gender", "identifier")
    }
    assert told["name"][0]["text"] == patient["name"][0]["text"]
    assume(made.status_code == 201)
    dose = {
        **DOSE,
        "patient": {"reference": f"Patient/{told['id']}"},
        "lotNumber": words[0],
        "primarySource": bool(paper),
    }
    dose |= {"vaccineCode": {"coding": [{"system": "urn:checkpoint:vaccine", "code": vaccine.key}]}}
    dose |= {"performer": [{"actor": {"display": words[-1]}}]}
    entered = system.post("/api/fhir/Immunization", dose).json
    told = system.get(f"/api/fhir/Immunization/{entered['id']}").json
    same = ("status", "patient", "occurrenceDateTime", "lotNumber", "primarySource", "protocolApplied", "performer")
    assert {name: told[name] for name in same} == {name: dose[name] for name in same}
    assert told["vaccineCode"]["coding"][-1] == dose["vaccineCode"]["coding"][0]
