"""What other systems put in and take out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from verifier_server.api.tables import ApiAnswer
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.web.services import services

from ..builders import NOW, a_vaccinated_person

PERSON = {
    "name": "Trần Văn An",
    "birth": "1990-01-31",
    "sex": "male",
    "phone": "0912345678",
    "id_number": "001190000003",
}
DOSE = {"number": 1, "vaccine": "PFIZER", "given_on": "2021-07-01", "lot": "FF1234", "site": 1}


def count(storage, table):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def a_person_of(system):
    return system.post("/api/v1/people", PERSON).json["id"]


def test_a_person_is_entered_a_dose_recorded_and_both_are_read_back(system_on_each):
    made = system_on_each.post("/api/v1/people", PERSON)
    assert made.status_code == 201
    person = made.json["id"]
    assert system_on_each.get(f"/api/v1/people/{person}").json == made.json
    assert [one["id"] for one in system_on_each.get("/api/v1/people?q=tran van").json["items"]] == [person]
    dose = system_on_each.post(f"/api/v1/people/{person}/doses", DOSE)
    assert dose.status_code == 201
    assert (dose.json["source"], dose.json["signed_off_at"]) == ("api", None)
    assert system_on_each.get(f"/api/v1/doses?person={person}").json == {"items": [dose.json], "next": None}


def test_the_register_names_the_tokens_account_for_what_came_in(register, system):
    person = a_person_of(system)
    system.post(f"/api/v1/people/{person}/doses", DOSE)
    with register.reading() as session:
        assert session.get(Person, person).created_by == system.token.account_id
        assert session.scalar(select(Dose.recorded_by)) == system.token.account_id


def test_who_is_there_already_is_not_entered_twice_and_a_doubt_is_a_clerks(register, system):
    person = a_person_of(system)
    again = system.post("/api/v1/people", PERSON)
    assert (again.status_code, again.json["id"]) == (200, person)
    doubtful = system.post("/api/v1/people", {**PERSON, "name": "Trần Văn Anh"})
    assert doubtful.status_code == 409
    assert doubtful.json["candidates"][0]["id"] == person
    assert doubtful.json["candidates"][0]["reasons"]
    assert count(register, Person) == 1


def test_a_retry_changes_nothing_and_gets_the_same_answer(register, system):
    person = a_person_of(system)
    first = system.post(f"/api/v1/people/{person}/doses", DOSE, key="the-same-key")
    again = system.post(f"/api/v1/people/{person}/doses", DOSE, key="the-same-key")
    assert (again.status_code, again.get_data()) == (first.status_code, first.get_data())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(register, Dose) == 1


def test_the_same_key_with_another_body_is_refused(system):
    system.post("/api/v1/people", PERSON, key="the-same-key")
    other = system.post("/api/v1/people", {**PERSON, "name": "Lê Thị Bình"}, key="the-same-key")
    assert (other.status_code, other.json["code"]) == (422, "key_reused")


def test_a_refused_request_frees_its_key(register, system):
    wrong = system.post("/api/v1/people", {**PERSON, "birth": "1815-02-31"}, key="the-same-key")
    assert wrong.status_code == 422
    assert system.post("/api/v1/people", PERSON, key="the-same-key").status_code == 201


def test_who_died_over_a_request_leaves_nothing_and_a_retry_goes_through(register, system, monkeypatch):
    from verifier_server.api import people

    def die(*_args, **_more):
        raise SystemExit  # as a worker that is killed

    monkeypatch.setattr(people, "entered", die)
    with pytest.raises(SystemExit):
        system.post("/api/v1/people", PERSON, key="the-same-key")
    assert count(register, ApiAnswer) == 0
    monkeypatch.undo()
    assert system.post("/api/v1/people", PERSON, key="the-same-key").status_code == 201
    assert count(register, Person) == 1


def test_a_key_that_an_older_worker_is_at_is_waited_for_and_taken_over_after_a_minute(register, system, clock):
    assert system.post("/api/v1/people", PERSON, key="the-same-key").status_code == 201
    with register.writing() as session:  # as a worker of the version before: the key first, the work later
        session.execute(update(ApiAnswer).values(status=None, body=None, holder="a" * 32))
    waiting = system.post("/api/v1/people", PERSON, key="the-same-key")
    assert (waiting.status_code, waiting.json["code"]) == (409, "in_flight")
    clock.now += 61
    assert system.post("/api/v1/people", PERSON, key="the-same-key").status_code == 200  # the person whom that one made
    assert system.post("/api/v1/people", PERSON, key="the-same-key").headers["Idempotency-Replayed"] == "true"
    assert count(register, Person) == 1


def test_of_many_requests_with_one_key_at_once_one_works_and_all_are_answered_alike(system_on_each):
    person = a_person_of(system_on_each)
    together = Barrier(4)

    def ask(_number):
        client = system_on_each.client.application.test_client()
        headers = system_on_each.headers() | {"Idempotency-Key": "the-same-key"}
        together.wait()
        return client.post(f"/api/v1/people/{person}/passes", json={"form": "domestic"}, headers=headers)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1


@pytest.mark.parametrize("key", ["", "short", "with space in it", "ü" * 10, "x" * 201])
def test_a_change_needs_a_key(system, key):
    headers = system.headers() | ({"Idempotency-Key": key.encode().decode("latin-1")} if key else {})
    answer = system.client.post("/api/v1/people", json=PERSON, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "key_missing")


def test_a_token_of_a_site_records_there_only(system_with):
    bound = system_with(site_id=1)
    person = a_person_of(bound)
    elsewhere = bound.post(f"/api/v1/people/{person}/doses", {**DOSE, "site": 2})
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "site_of_another")
    del (own := dict(DOSE))["site"]
    assert bound.post(f"/api/v1/people/{person}/doses", own).json["site"] == 1


def test_a_wrong_dose_names_every_field_that_is_wrong(system):
    person = a_person_of(system)
    wrong = system.post(f"/api/v1/people/{person}/doses", {**DOSE, "vaccine": "UNKNOWN", "given_on": "2021-02-31"})
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json["errors"]} == {"vaccine", "given_on"}


def test_a_pass_comes_through_the_one_door_and_is_read_in_three_ways(app, register, system, verifier):
    with app.app_context(), services().storage.writing() as session:
        person = a_vaccinated_person(session).id
    made = system.post(f"/api/v1/people/{person}/passes", {"form": "domestic"})
    assert made.status_code == 201
    assert verifier.judge(made.json["text"], float(NOW)).claims.doses == made.json["doses"]
    assert system.post(f"/api/v1/people/{person}/passes", {"form": "domestic"}).status_code == 200
    number = made.json["id"]
    assert system.get(f"/api/v1/passes/{number}").json == made.json
    assert system.get(f"/api/v1/people/{person}/passes").json["items"] == [made.json]
    assert system.get(f"/api/v1/passes/{number}/code.png").get_data().startswith(b"\x89PNG")
    assert b"<svg" in system.get(f"/api/v1/passes/{number}/code.svg").get_data()
    with register.reading() as session:
        assert session.get(IssuedPass, number).issued_by == system.token.account_id


def test_a_retry_issues_one_pass(register, system):
    person = a_person_of(system)
    for _again in range(3):
        answer = system.post(f"/api/v1/people/{person}/passes", {"form": "domestic"}, key="the-same-key")
        assert answer.status_code == 201
    assert count(register, IssuedPass) == 1


def test_a_proposal_waits_for_a_second_person_however_small(register, system):
    person = a_person_of(system)
    serial = system.post(f"/api/v1/people/{person}/passes", {"form": "domestic"}).json["serial"]
    wish = {"kind": "pass", "chosen": serial, "reason": "Ghi nhầm người"}
    made = system.post("/api/v1/revocations", wish)
    assert (made.status_code, made.json["state"]) == (201, "waiting")
    assert system.get(f"/api/v1/revocations/{made.json['id']}").json == made.json
    assert system.get("/api/v1/revocations").json["items"] == [made.json]
    with register.reading() as session:
        assert session.scalar(select(IssuedPass.revoked_at)) is None


def test_figures_count_and_a_token_of_a_site_sees_its_own(app, system, system_with):
    person = a_person_of(system)
    system.post(f"/api/v1/people/{person}/doses", DOSE)
    told = system.get("/api/v1/statistics").json
    assert told["people"] == 1
    assert told["doses"] == [{"vaccine": "PFIZER", "day": "2021-07-01", "site": 1, "province": None, "doses": 1}]
    assert told["doses_waiting_for_sign_off"] == 1
    assert system_with("statistics:read", site_id=1).get("/api/v1/statistics").json["people"] is None
    assert system.get("/api/v1/statistics?since=2021-07-30&until=2021-07-01").status_code == 422


def test_a_long_list_comes_in_pages_and_a_made_up_cursor_is_refused(app, system):
    with app.app_context(), services().storage.writing() as session:
        a_vaccinated_person(session, doses=5)
    seen, path = [], "/api/v1/doses?limit=2"
    while path:
        told = system.get(path).json
        seen += [one["number"] for one in told["items"]]
        path = told["next"] and f"/api/v1/doses?limit=2&cursor={told['next']}"
    assert seen == [1, 2, 3, 4, 5]
    for cursor in ("nonsense", "YWZ0ZXI6LTE", "ü", "YWZ0ZXI6MQ=="):
        assert (
            system.client.get("/api/v1/doses", query_string={"cursor": cursor}, headers=system.headers()).status_code
            == 400
        )


def test_search_comes_in_pages(app, system):
    for name in ("Một", "Hai", "Ba"):
        system.post("/api/v1/people", {"name": f"Nguyễn {name}", "birth": "1980"})
    first = system.get("/api/v1/people?q=nguyen&limit=2").json
    second = system.get(f"/api/v1/people?q=nguyen&limit=2&cursor={first['next']}").json
    assert len({one["id"] for one in first["items"] + second["items"]}) == 3
    assert second["next"] is None
