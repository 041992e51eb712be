"""Wrong attempts: the wait that grows, ends by itself and by a right password, and counts for all workers together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from verifier_server.staff.lockout import LONGEST_WAIT, Attempts, forget, wait_of
from verifier_server.staff.tables import LoginAttempts

from ..builders import DAY, NOW
from ..conftest import PASSWORD, SECRET, Browser
from .conftest import enrol

WRONG = "wrong wrong wrong"


def tries(browser, password=WRONG, name="clerk", **more):
    return browser.post("/login", {"email": f"{name}@example.vn", "password": password}, **more)


def is_in(browser):
    return browser.get("/").status_code == 200


def waits(attempts, subject, wrong, start=NOW):
    """The waits after so many wrong attempts, each made as soon as it may be."""
    now, found = start, []
    for _ in range(wrong):
        assert attempts.begin([subject], now) == 0
        with attempts._storage.reading() as session:
            found.append(wait_of(session, subject, now))
        now += found[-1]
    return found


def test_five_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour(storage):
    attempts = Attempts(storage, SECRET)
    assert waits(attempts, attempts.account("a@example.vn"), 12) == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert waits(attempts, attempts.address("198.51.100.7"), 22)[18:] == [0, 30, 60, 120]
    assert LONGEST_WAIT == 900


def test_the_right_password_waits_too_and_the_page_says_how_long(browser, clock):
    for _ in range(5):
        assert tries(browser).status_code == 200
    answer = tries(browser, PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    page = answer.get_data(as_text=True)
    assert "Quá nhiều lần thử." in page
    assert "một phút" in page
    assert not is_in(browser)


def test_the_wait_ends_by_itself(browser, clock):
    for _ in range(5):
        tries(browser)
    clock.now += 31
    tries(browser, PASSWORD)
    assert is_in(browser)


def test_trying_while_one_has_to_wait_makes_the_wait_no_longer(browser, clock):
    for _ in range(5):
        tries(browser)
    for _ in range(10):
        assert tries(browser).status_code == 429
    clock.now += 31
    assert tries(browser, PASSWORD).status_code == 302


def test_a_right_password_begins_the_count_anew(app, browser):
    for _ in range(3):
        for _ in range(4):
            tries(browser)
        assert tries(browser, PASSWORD).status_code == 302
        browser.post("/logout", page="/")


def test_an_unknown_account_waits_like_a_known_one(browser):
    answers = [tries(browser, name="nobody").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_another_account_and_another_place_do_not_wait(app, browser):
    for _ in range(5):
        tries(browser)
    other = Browser(app)
    assert tries(other, PASSWORD, "administrator").status_code == 302


def test_one_address_that_tries_many_accounts_waits(browser, app):
    answers = [tries(browser, name=f"guess{number}").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]
    assert tries(browser, PASSWORD).status_code == 429
    elsewhere = Browser(app)
    answer = tries(elsewhere, PASSWORD, environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    assert answer.status_code == 302


def test_a_site_whose_staff_log_in_all_day_never_waits(app, register):
    for _ in range(30):
        assert Browser(app).log_in("clerk").status_code == 302
    with register.reading() as session:
        assert {one.attempts for one in session.scalars(select(LoginAttempts))} == {0}


def test_who_is_in_cannot_end_the_wait_of_another(app, browser, clerk):
    for _ in range(5):
        tries(browser, name="administrator")
    token = dict(clerk.hidden("/people/new"))["csrf_token"]
    sent = {"csrf_token": token, "email": "administrator@example.vn", "password": WRONG}
    clerk.client.post("/login", data=sent, base_url=clerk.base)
    assert tries(browser, PASSWORD, "administrator").status_code == 429


def test_capitals_and_blanks_are_the_same_account(browser):
    for typed in ("clerk@example.vn", " clerk@example.vn", "CLERK@example.vn", "Clerk@Example.vn ", "clerk@example.VN"):
        browser.post("/login", {"email": typed, "password": WRONG})
    assert tries(browser, PASSWORD).status_code == 429


def test_many_at_the_same_moment_are_not_more_than_one_after_the_other(storage):
    workers = [Attempts(storage, SECRET) for _ in range(2)]
    subject = workers[0].account("a@example.vn")
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda n: workers[n % 2].begin([subject], NOW) == 0, range(40)))
    assert sum(allowed) == 5


def test_after_a_day_without_an_attempt_nothing_is_kept(storage):
    attempts = Attempts(storage, SECRET)
    waits(attempts, attempts.account("a@example.vn"), 8)
    attempts.begin([attempts.account("b@example.vn")], NOW + 2 * DAY)
    with storage.reading() as session:
        assert [row.key for row in session.scalars(select(LoginAttempts))] == [attempts.account("b@example.vn").key]


def test_an_administrator_ends_a_wait(storage):
    attempts = Attempts(storage, SECRET)
    subject = attempts.account("a@example.vn")
    waits(attempts, subject, 6)
    with storage.writing() as session:
        forget(session, subject)
    assert attempts.begin([subject], NOW + 30) == 0


def test_neither_a_name_nor_an_address_is_kept_in_the_clear(browser, register):
    tries(browser, name="my password by mistake")
    with register.reading() as session:
        kept = " ".join(session.scalars(select(LoginAttempts.key)))
    assert "mistake" not in kept
    assert "127.0.0.1" not in kept


def test_wrong_second_codes_wait_too_and_a_new_log_in_does_not_end_it(strict, visitor, clock):
    browser = visitor()
    browser.log_in("administrator")
    made = enrol(browser, clock)
    clock.now += 60
    thief = visitor()
    thief.log_in("administrator")
    answers = [thief.post("/second-factor", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    again = visitor()
    assert again.log_in("administrator").status_code == 302
    assert again.post("/second-factor", {"code": made.phone.code()}).status_code == 429
    clock.now += 31
    assert again.post("/second-factor", {"code": made.phone.code()}).status_code == 302


@pytest.mark.parametrize("email", ["", "x" * 500, "\u202ea@b.vn", "a@b.vn\x00"])
def test_odd_addresses_are_counted_and_harm_nothing(browser, email):
    assert browser.post("/login", {"email": email, "password": WRONG}).status_code == 200
