"""A clerk's work through the pages on SQLite and on PostgreSQL, and buttons that are pressed at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from vaccine_pass.verdict import Outcome
from verifier_server.doses.signing_off import sign_off
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.people.tables import Person
from verifier_server.staff.accounts import add_account
from verifier_server.web.services import services

from .builders import NAME, NOW, a_person
from .conftest import PASSWORD, Browser

PERSON = {
    "full_name": NAME,
    "dob_day": "31",
    "dob_month": "1",
    "dob_year": "1990",
    "gender": "female",
    "id_number": "001190000003",
    "phone": "0912345678",
}
DOSE = {
    "vaccine": "PFIZER",
    "dose_number": "1",
    "dose_date_day": "01",
    "dose_date_month": "07",
    "dose_date_year": "2021",
    "lot": "FF1234",
    "site": "1",
}


@pytest.fixture
def clerk(app_on_each):
    browser = Browser(app_on_each)
    browser.log_in()
    return browser


@pytest.fixture
def register(app_on_each):
    with app_on_each.app_context():
        return services().storage


def count(register, table):
    with register.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def press_at_once(app, clerk, path, form, presses=4):
    """Send one and the same form several times at the same moment."""
    data = {**form, **dict(clerk.hidden(path))}
    cookie = clerk.client.get_cookie("session", domain="localhost").value
    gate = threading.Barrier(presses)

    def press(_number):
        client = app.test_client()
        client.set_cookie("session", cookie, domain="localhost", secure=True)
        gate.wait()
        return client.post(path, data=data, base_url=clerk.base).location

    with ThreadPoolExecutor(presses) as pool:
        return list(pool.map(press, range(presses)))


def test_from_a_person_to_passes_in_both_forms(clerk, register, verifier):
    person = clerk.post("/people/new", PERSON).location
    clerk.post(f"{person}/doses/new", DOSE)
    with register.writing() as session:
        sign_off(session, 1, session.scalar(select(Dose.given_on)), by=None, now=NOW)
    for form in ("domestic", "travel"):
        clerk.post(f"{person}/passes", {"form": form}, page=f"{person}/doses/new")
    assert NAME in clerk.get("/people?q=phuong+thao").get_data(as_text=True)
    with register.reading() as session:
        texts = session.scalars(select(IssuedPass.text).order_by(IssuedPass.id)).all()
    assert [text[:4] for text in texts] == ["VN1:", "HC1:"]
    assert {verifier.judge(text, NOW + 60).outcome for text in texts} == {Outcome.ACCEPTED}


def test_a_button_pressed_four_times_at_once_enters_one_person(app_on_each, clerk, register):
    places = press_at_once(app_on_each, clerk, "/people/new", PERSON)
    assert len(set(places)) == 1
    assert places[0]
    assert count(register, Person) == 1


def test_a_button_pressed_four_times_at_once_records_one_dose_and_signs_nothing(app_on_each, clerk, register):
    with register.writing() as session:
        person = a_person(session)
    places = press_at_once(app_on_each, clerk, f"/people/{person.id}/doses/new", DOSE)
    assert len(set(places)) == 1
    assert places[0]
    assert [count(register, table) for table in (Dose, IssuedPass, SignerLog)] == [1, 0, 0]


def test_two_clerks_cannot_enter_one_id_number_twice(app_on_each, clerk, register):
    with app_on_each.app_context(), register.writing() as session:
        add_account(session, email="other@example.vn", role="clerk", password=PASSWORD, now=NOW)
    other = Browser(app_on_each)
    other.log_in("other")
    first, second = (
        browser.post("/people/new", {**PERSON, "full_name": name})
        for browser, name in ((clerk, "Lê Hòa"), (other, "Trần Dũng"))
    )
    assert (first.status_code, second.status_code) == (302, 422)
    assert count(register, Person) == 1


def test_a_list_of_numbers_with_a_broken_sign_is_nobodys(clerk):
    sent = {"scope": "people", "numbers": "0011\x0090000000\n001190000099", "form": "domestic"}
    answer = clerk.post("/prints/list", sent, page="/prints?scope=people")
    assert answer.status_code < 500
    assert "2 số không có trong sổ" in answer.get_data(as_text=True)
