"""A token of a site reads the people of that site, on every route; whom it may not read is not found."""

import pytest

from verifier_server.sites.rules import add_site
from verifier_server.web.services import services

from ..builders import NOW
from ..test_routes import every_route
from .test_fhir import DOSE as FHIR_DOSE
from .test_resources import DOSE, PERSON

ELSEWHERE = {**PERSON, "name": "Lê Thị Bình", "birth": "1985-07-07", "id_number": "001190000011"}


@pytest.fixture
def two_sites(app, register, system, system_with):
    """A token of a second site, and somebody of the first with a dose, a pass and a proposal."""
    with app.app_context(), services().storage.writing() as session:
        other = add_site(session, "Trạm hai", now=NOW).id
    person = system.post("/api/v1/people", ELSEWHERE).json["id"]
    system.post(f"/api/v1/people/{person}/doses", DOSE)
    issued = system_with(site_id=1).post(f"/api/v1/people/{person}/passes", {"form": "domestic"}).json
    wish = {"kind": "person", "chosen": str(person), "reason": "Ghi nhầm người"}
    assert system.post("/api/v1/revocations", wish).status_code == 201
    return system_with(site_id=other), person, issued, other


def reads(person, issued):
    """Every address that tells of somebody, with the rule of the route."""
    return {
        "/api/v1/people/<int:person_id>": f"/api/v1/people/{person}",
        "/api/v1/people/<int:person_id>/passes": f"/api/v1/people/{person}/passes",
        "/api/v1/passes/<int:pass_id>": f"/api/v1/passes/{issued['id']}",
        "/api/v1/passes/<int:pass_id>/code.png": f"/api/v1/passes/{issued['id']}/code.png",
        "/api/v1/passes/<int:pass_id>/code.svg": f"/api/v1/passes/{issued['id']}/code.svg",
        "/api/v1/revocations/<int:number>": "/api/v1/revocations/1",
        "/api/v1/doses": f"/api/v1/doses?person={person}",
        "/api/fhir/Patient/<int:number>": f"/api/fhir/Patient/{person}",
        "/api/fhir/Immunization/<int:number>": "/api/fhir/Immunization/1",
        "/api/fhir/Immunization": f"/api/fhir/Immunization?patient={person}",
    }


LISTS = {
    "/api/v1/people": ("/api/v1/people?q=binh", "items"),
    "/api/v1/doses": ("/api/v1/doses?site=1", "items"),
    "/api/v1/revocations": ("/api/v1/revocations", "items"),
    "/api/fhir/Patient": ("/api/fhir/Patient?identifier=001190000011", "entry"),
    "/api/fhir/Immunization": ("/api/fhir/Immunization", "entry"),
}
OF_NOBODY = {"/api/v1/", "/api/v1/openapi.json", "/api/fhir/metadata", "/api/v1/sites", "/api/v1/statistics"}


def test_every_route_that_reads_is_tried_here(app):
    read = {rule for rule, method in every_route(app) if rule.startswith("/api/") and method == "GET"}
    assert read == {*reads(1, {"id": 1}), *LISTS, *OF_NOBODY}


def test_nobody_of_another_site_is_read_listed_or_counted_until_they_come(two_sites):
    token, person, issued, other = two_sites
    for path in reads(person, issued).values():
        assert (path, token.get(path).status_code) == (path, 404)
    for path, items in LISTS.values():
        assert (path, token.get(path).json.get(items, [])) == (path, [])
    told = token.get("/api/v1/statistics").json
    assert (told["people"], told["doses"], told["passes"], told["doses_waiting_for_sign_off"]) == (None, [], [], 0)
    assert token.post(f"/api/v1/people/{person}/passes", {"form": "domestic"}).status_code == 404
    for kind, chosen in (("person", str(person)), ("pass", issued["serial"])):
        wish = token.post("/api/v1/revocations", {"kind": kind, "chosen": chosen, "reason": "x"})
        assert (kind, wish.status_code, wish.json["code"]) == (kind, 403, "site_of_another")
    period = {"since": "2021-07-01", "until": "2021-07-30"}
    wish = token.post("/api/v1/revocations", {"kind": "site", "chosen": "1", "reason": "x", **period})
    assert wish.status_code == 403
    second = {**DOSE, "number": 2, "given_on": "2021-07-29", "site": other}
    assert token.post(f"/api/v1/people/{person}/doses", second).status_code == 201
    for path in reads(person, issued).values():
        assert (path, token.get(path).status_code) == (path, 200)
    assert len(token.get(f"/api/v1/doses?person={person}").json["items"]) == 2
    assert [one["site"] for one in token.get("/api/v1/doses").json["items"]] == [other]
    assert len(token.get("/api/v1/revocations").json["items"]) == 1


def test_who_presents_a_paper_is_told_of_with_no_more_than_was_sent_and_of_a_doubt_only_that_there_is_one(two_sites):
    token, person, _issued, _other = two_sites
    met = token.post("/api/v1/people", {**ELSEWHERE, "phone": ""})
    assert (met.status_code, met.json["id"], met.json["phone"]) == (200, person, None)
    assert [paper["number"] for paper in met.json["papers"]] == ["001190000011"]
    doubt = token.post("/api/v1/people", {**ELSEWHERE, "name": "Lê Thị Bính"})
    assert (doubt.status_code, doubt.json["candidates"]) == (409, [])
    paper = {"system": "urn:checkpoint:id:cccd", "value": "001190000011"}
    patient = {"resourceType": "Patient", "name": [{"text": "Lê Thị Bình"}], "birthDate": "1985-07-07"}
    met = token.post("/api/fhir/Patient", patient | {"identifier": [paper]})
    assert (met.status_code, met.json["id"], "telecom" in met.json) == (200, str(person), False)


def test_whom_a_site_enters_it_reads_and_nobody_else_does(two_sites, system_with):
    token, _person, _issued, other = two_sites
    person = token.post("/api/v1/people", PERSON).json["id"]
    assert token.get(f"/api/v1/people/{person}").status_code == 200
    assert [one["id"] for one in token.get("/api/v1/people?q=tran").json["items"]] == [person]
    assert system_with(site_id=1).get(f"/api/v1/people/{person}").status_code == 404
    assert system_with(site_id=other).get(f"/api/v1/people/{person}").status_code == 200


def test_a_token_of_a_site_enters_immunizations_there_only(two_sites):
    token, person, _issued, other = two_sites
    given = {
        **FHIR_DOSE,
        "patient": {"reference": f"Patient/{person}"},
        "protocolApplied": [{"doseNumberPositiveInt": 2}],
    }
    given |= {"occurrenceDateTime": "2021-07-29"}
    assert token.post("/api/fhir/Immunization", given).status_code == 403
    own = given | {"location": {"identifier": {"value": str(other)}}}
    assert token.post("/api/fhir/Immunization", own).json["location"]["identifier"]["value"] == str(other)
