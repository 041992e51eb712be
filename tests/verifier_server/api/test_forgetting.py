"""Kept answers: they go by time, and what a person said goes with the person who is erased."""

from sqlalchemy import select

from verifier_server.api.tables import ApiAnswer
from verifier_server.people.erasing import erase_person
from verifier_server.people.tables import Person
from verifier_server.staff.accounts import account_of
from verifier_server.web.services import services

from ..builders import DAY, NOW
from .test_fhir import DOSE as FHIR_DOSE
from .test_fhir import PATIENT
from .test_resources import DOSE, PERSON, count

OTHER = {**PERSON, "name": "Lê Thị Bình", "birth": "1985-07-07", "id_number": "001190000011", "phone": "0987654321"}


def bodies(storage):
    with storage.reading() as session:
        return list(session.scalars(select(ApiAnswer.body).order_by(ApiAnswer.id)))


def erase(storage, person):
    with storage.writing() as session:
        by = account_of(session, "clerk@example.vn").id
        erase_person(session, person, ground="request", by=by, now=NOW)


def test_nothing_that_was_answered_about_an_erased_person_is_kept_and_a_late_retry_enters_nobody(system_on_each):
    system, storage = system_on_each, services().storage
    person = system.post("/api/v1/people", PERSON, key="the-persons-key").json["id"]
    system.post("/api/v1/people", OTHER)
    system.post(f"/api/v1/people/{person}/doses", {**DOSE, "vaccinator": "Người tiêm một"})
    system.post(f"/api/v1/people/{person}/passes", {"form": "domestic"})
    system.post("/api/fhir/Patient", PATIENT | {"identifier": []}, key="the-patients-key")
    system.post("/api/fhir/Immunization", {**FHIR_DOSE, "patient": {"reference": "Patient/3"}, "lotNumber": "LOT-OF-3"})
    erase(storage, person)
    erase(storage, 3)
    left = "\n".join(bodies(storage))
    told = ("Trần Văn An", "001190000003", "912345678", "1990-01-31", "VN1:", "Người tiêm một", "LOT-OF-3", "1948")
    assert [value for value in told if value in left] == []
    assert "Lê Thị Bình" in left
    people = count(storage, Person)
    for path, body, key in (
        ("/api/v1/people", PERSON, "the-persons-key"),
        ("/api/fhir/Patient", PATIENT | {"identifier": []}, "the-patients-key"),
    ):
        late = system.post(path, body, key=key)
        assert (late.status_code, late.mimetype, late.json["code"]) == (410, "application/problem+json", "erased")
    assert count(storage, Person) == people


def test_a_person_whose_number_begins_alike_keeps_the_answers(system_on_each):
    storage = services().storage
    for at in range(1, 13):
        number = f"0011900000{at:02}"
        system_on_each.post("/api/v1/people", {"name": f"Lê {chr(96 + at)}", "birth": "1990", "id_number": number})
    erase(storage, 1)
    assert sum("erased" in body for body in bodies(storage)) == 1


def test_answers_are_kept_for_a_week_and_a_worker_removes_them(register, system, clock, drain):
    system.post("/api/v1/people", PERSON, key="the-same-key")
    clock.now = NOW + 7 * DAY
    drain()
    assert system.post("/api/v1/people", PERSON, key="the-same-key").headers["Idempotency-Replayed"] == "true"
    clock.now += 1
    drain()
    assert count(register, ApiAnswer) == 0
