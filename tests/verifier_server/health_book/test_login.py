"""Logging in with phone and code: hashed, few tries, ending, and the same to whoever nobody knows."""

import re

import pytest
from sqlalchemy import func, select, update

from verifier_server.health_book.codes import LIFETIME, MOST_TRIES, Codes
from verifier_server.health_book.tables import CitizenCode, CitizenSession, OutgoingMessage
from verifier_server.people.tables import Person

from ..builders import DAY, NOW, a_person
from ..conftest import SECRET
from .conftest import PHONE, Citizen


def count(storage, table):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def code_in(text):
    return re.search(r"\b\d{6}\b", text)[0]


def test_the_right_code_opens_the_familys_book_and_is_good_once(phone):
    assert phone.log_in().status_code == 302
    page = phone.page("/book")
    assert "Nguyễn Thị Hoàng Phương Thảo" in page
    assert "Nguyễn Văn Bé" in page
    assert "Trần Thị Xa" not in page
    again = Citizen(phone.app)
    with again.client.session_transaction(base_url=again.base) as session:
        session["book_phone"] = PHONE
    assert again.enter(phone.sent()[-1]).status_code == 422
    assert again.get("/book").location == "/book/login"


def test_the_answer_is_the_same_for_a_phone_that_nobody_has(phone, register):
    known, unknown = phone.ask(), Citizen(phone.app).ask("0909090909")
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert count(register, CitizenCode) == 2
    assert count(register, OutgoingMessage) == 1
    stranger = Citizen(phone.app)
    stranger.ask("0909090909")
    ours, theirs = (one.page("/book/code") for one in (phone, stranger))
    assert ours.count("<") == theirs.count("<")


def test_a_code_and_a_session_stand_nowhere_in_the_register(citizen, register):
    code, token = citizen.sent()[-1], citizen.client.get_cookie("health_book", path="/book").value
    with register.reading() as session:
        held = repr([tuple(row) for row in session.execute(select(CitizenCode.code_hash, CitizenCode.phone_hash))])
        held += repr(session.scalars(select(CitizenSession.token_hash)).all())
    assert code not in held
    assert token not in held
    assert "912345678" not in held


def test_after_five_wrong_tries_the_right_code_is_wrong_too(storage):
    codes = Codes(SECRET)
    with storage.writing() as session:
        a_person(session)
        codes.ask(session, PHONE, NOW)
        session.flush()
        code = code_in(session.scalar(select(OutgoingMessage.text)))
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(MOST_TRIES):
        with storage.writing() as session:
            assert not codes.is_right(session, PHONE, wrong, NOW)
    with storage.writing() as session:
        assert not codes.is_right(session, PHONE, code, NOW)


def test_a_code_ends_and_only_the_newest_counts(storage):
    codes = Codes(SECRET)
    with storage.writing() as session:
        a_person(session)
        codes.ask(session, PHONE, NOW)
        codes.ask(session, PHONE, NOW + 1)
        session.flush()
        first, second = map(code_in, session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id)))
        assert first == second or not codes.is_right(session, PHONE, first, NOW + 2)
        assert not codes.is_right(session, PHONE, second, NOW + 1 + LIFETIME)
        assert not codes.is_right(session, "+84987654321", second, NOW + 2)
        assert codes.is_right(session, PHONE, f" {second[:3]} {second[3:]}", NOW + 2)
        assert not codes.is_right(session, PHONE, second, NOW + 3)


def test_a_phone_gets_three_codes_in_a_quarter_of_an_hour_and_hears_nothing_else(phone, register, clock):
    answers = {(one.status_code, one.location) for one in (phone.ask() for _ in range(5))}
    assert answers == {(302, "/book/code")}
    assert len(phone.sent()) == 3
    clock.now += 15 * 60
    phone.ask()
    assert len(phone.sent()) == 4


def test_one_place_is_limited_whatever_phones_it_names(phone):
    answers = [phone.ask(f"09{n:08d}").status_code for n in range(16)]
    assert answers[:15] == [302] * 15
    assert answers[15] == 429


@pytest.mark.parametrize("number", ["", "abc", "12", "0912 345 678 999 999 999", "\u0660912345678", "'; --"])
def test_what_is_no_phone_is_said_beside_the_field(phone, number):
    answer = phone.ask(number)
    assert answer.status_code == 422
    assert 'id="phone-wrong"' in answer.get_data(as_text=True)


def test_a_session_ends_by_itself_and_by_the_button(citizen, clock, register):
    clock.now += 29 * DAY
    assert citizen.get("/book").status_code == 200
    clock.now += 2 * DAY
    ended = citizen.get("/book")
    assert ended.location == "/book/login"
    assert "storage" in ended.headers["Clear-Site-Data"]
    citizen.log_in()
    left = citizen.post("/book/logout")
    assert "storage" in left.headers["Clear-Site-Data"]
    assert citizen.get("/book").location == "/book/login"
    assert count(register, CitizenSession) == 0


def test_logging_out_everywhere_ends_the_other_phone_too(app, citizen, clock):
    other = Citizen(app)
    other.log_in()
    assert other.get("/book").status_code == 200
    citizen.post("/book/logout", {"everywhere": "yes"})
    assert other.get("/book").location == "/book/login"


def test_a_lost_phone_sees_nothing_once_a_clerk_has_noted_the_new_one(citizen, register):
    with register.writing() as session:
        session.execute(update(Person).where(Person.id == 1).values(phone="+84900000001"))
    assert citizen.get("/book/people/1").status_code == 404
    assert "Phương Thảo" not in citizen.page("/book")
    with register.writing() as session:
        session.execute(update(Person).where(Person.phone == PHONE).values(phone=None))
    assert citizen.get("/book").location == "/book/login"


def test_staff_and_citizens_do_not_open_each_others_pages(citizen, clerk):
    assert citizen.get("/people").location.startswith("/login")
    assert clerk.get("/book").location == "/book/login"


def test_the_cookie_is_of_the_book_only_and_out_of_reach_of_scripts(phone):
    phone.ask()
    cookie = phone.enter(phone.sent()[-1]).headers.getlist("Set-Cookie")
    [ours] = [one for one in cookie if one.startswith("health_book=")]
    assert all(flag in ours for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/book"))
