"""Logging in and out, and sessions that end."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from verifier_server.staff.accounts import account_of
from verifier_server.staff.tables import Account

from ..conftest import PASSWORD


def is_in(browser):
    return browser.get("/").status_code == 200


def test_a_clerk_logs_in_and_out(browser):
    assert not is_in(browser)
    browser.log_in()
    assert is_in(browser)
    browser.post("/logout", page="/")
    assert not is_in(browser)


@pytest.mark.parametrize("email", ["clerk@example.vn", "nobody@example.vn", "not an address", "CLERK@EXAMPLE.VN", ""])
def test_a_wrong_password_and_an_unknown_address_look_the_same(browser, email):
    answer = browser.post("/login", {"email": email, "password": "wrong wrong wrong"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Thư điện tử hoặc mật khẩu không đúng." in page
    assert not is_in(browser)


def test_the_address_is_known_in_capitals_too(browser):
    browser.post("/login", {"email": "Clerk@Example.VN", "password": PASSWORD})
    assert is_in(browser)


def test_a_session_ends_after_a_working_day(clerk, clock):
    clock.now += 9 * 3600
    assert is_in(clerk)
    clock.now += 2 * 3600
    assert not is_in(clerk)


def test_a_session_from_the_future_ends(clerk, clock):
    clock.now -= 3600
    assert not is_in(clerk)


def test_a_session_ends_after_idle_minutes(app):
    assert app.permanent_session_lifetime.total_seconds() == 30 * 60
    assert app.config["SESSION_REFRESH_EACH_REQUEST"]


def test_a_copied_cookie_is_worthless_after_logging_out(app, clerk, register):
    cookie = clerk.client.get_cookie("session", domain="localhost").value
    clerk.post("/logout", page="/")
    thief = app.test_client()
    thief.set_cookie("session", cookie, domain="localhost", secure=True)
    assert thief.get("/", base_url="https://localhost").status_code == 302


def test_closing_an_account_ends_its_sessions(clerk, administrator, register):
    with register.reading() as session:
        account = account_of(session, "clerk@example.vn")
    administrator.post(f"/staff/{account.id}/active", {"active": "no"}, page="/sites")
    assert not is_in(clerk)
    clerk.log_in()
    assert not is_in(clerk)


def test_nobody_closes_the_account_in_use(administrator, register):
    with register.reading() as session:
        account = account_of(session, "administrator@example.vn")
    answer = administrator.post(f"/staff/{account.id}/active", {"active": "no"}, page="/sites")
    assert answer.status_code == 409
    assert "Không thể khóa hoặc đổi tài khoản của chính mình." in answer.get_data(as_text=True)
    assert is_in(administrator)


def test_passwords_are_argon2_hashes(register):
    with register.reading() as session:
        hashes = session.scalars(select(Account.password)).all()
    assert hashes
    assert all(one.startswith("$argon2id$") for one in hashes)


def test_an_administrator_makes_an_account_whose_password_is_shown_once(app, administrator, browser):
    answer = administrator.post("/staff", {"email": "new@example.vn", "role": "clerk"}, page="/sites")
    page = answer.get_data(as_text=True)
    password = page.split('class="password">')[1].split("<")[0]
    browser.post("/login", {"email": "new@example.vn", "password": password})
    assert is_in(browser)
    assert password not in administrator.get("/staff").get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": "clerk@example.vn", "role": "clerk"}, "Đã có tài khoản"),
        ({"email": "nonsense", "role": "clerk"}, "không phải là địa chỉ"),
        ({"email": "other@example.vn", "role": "king"}, "Hãy chọn vai trò"),
    ],
)
def test_a_wrong_account_is_refused_beside_the_field(administrator, data, said):
    answer = administrator.post("/staff", data, page="/sites")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_logging_in_never_leads_to_another_server(browser, target):
    hidden = dict(browser.hidden("/login"))
    answer = browser.client.post(
        "/login",
        query_string={"next": target},
        base_url=browser.base,
        data={**hidden, "next": target, "email": "clerk@example.vn", "password": PASSWORD},
    )
    goes_to = urlsplit(answer.location or "/")
    assert goes_to.netloc in {"", "localhost"}
    assert goes_to.scheme in {"", "https"}
    assert not (answer.location or "/").startswith(("//", "/\\"))


@pytest.mark.parametrize("target", ["https://evil.example/", "//[", "http://[::1", "/\\evil.example"])
def test_a_link_to_another_server_does_not_keep_somebody_out(browser, target):
    asked = browser.client.get("/login", query_string={"next": target}, base_url=browser.base)
    assert asked.location == "/login"
    hidden = dict(browser.hidden("/login"))
    for place in ("query_string", "data"):
        sent = {"data": {**hidden, "email": "clerk@example.vn", "password": PASSWORD}}
        sent[place] = {**sent.get(place, {}), "next": target}
        assert browser.client.post("/login", base_url=browser.base, **sent).location == "/login"
    browser.log_in()  # none of it was a wrong attempt, or an error page
    assert is_in(browser)
