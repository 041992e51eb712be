"""The second factor: real log-ins with an authenticator's codes and with recovery codes."""

import logging
import re

import pytest
from sqlalchemy import select

from keys.secret import Secret
from verifier_server.staff.accounts import account_of, add_account
from verifier_server.staff.permissions import PERMISSIONS, ROLES
from verifier_server.staff.second_factor import ASKED_FOR, SecondFactor, reset
from verifier_server.staff.tables import Account, RecoveryCode

from ..builders import NOW
from ..conftest import PASSWORD, SECRET
from .conftest import Authenticator, enrol


def logged_in_again(visitor, role="administrator"):
    browser = visitor()
    assert browser.log_in(role).status_code == 302
    return browser


def is_in(browser):
    return browser.get("/").status_code == 200


def shows(browser, code):
    return browser.post("/second-factor", {"code": code})


def account(strict, email="administrator@example.vn"):
    with strict.register.reading() as session:
        return account_of(session, email)


def test_the_password_alone_opens_nothing_and_leads_to_enrolment(visitor):
    browser = logged_in_again(visitor)
    for path in ("/", "/staff", "/keys", "/revocations", "/second-factor/own"):
        assert browser.get(path).location == "/second-factor"
    assert browser.get("/second-factor").location == "/second-factor/enrol"
    token = dict(browser.hidden("/second-factor/enrol"))["csrf_token"]
    answer = browser.client.post("/sites", data={"csrf_token": token, "site": "Trạm lạ"}, base_url=browser.base)
    assert answer.location == "/second-factor"


def test_who_has_shown_only_the_password_sees_no_doors(visitor):
    page = logged_in_again(visitor).get("/second-factor/enrol").get_data(as_text=True)
    assert 'class="tabs"' not in page or re.findall(r'<nav class="tabs".*?</nav>', page, re.DOTALL)[0].count("<a ") == 0


def test_enrolling_opens_the_pages_and_tells_eight_recovery_codes_once(enrolled):
    assert is_in(enrolled.browser)
    assert len(set(enrolled.codes)) == 8
    assert not any(code in enrolled.browser.get("/second-factor/own").get_data(as_text=True) for code in enrolled.codes)


def test_the_qr_code_says_what_the_page_says_to_type(visitor, clock):
    zxingcpp = pytest.importorskip("zxingcpp")
    from verifier_server.drawing import text_png

    browser = logged_in_again(visitor)
    page = browser.get("/second-factor/enrol").get_data(as_text=True)
    codes = SecondFactor(SECRET)
    with browser.client.session_transaction(base_url=browser.base) as cookie:
        secret = cookie["authenticator"]
    address = codes.address(secret, "administrator@example.vn")
    assert codes.typed(secret) in page
    assert f"secret={codes.typed(secret).replace(' ', '')}" in address
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(text_png(address), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert [one.text for one in zxingcpp.read_barcodes(image)] == [address]


def test_the_next_log_in_asks_for_a_code_and_lets_in_with_the_right_one(enrolled, visitor, clock):
    clock.now += 60
    browser = logged_in_again(visitor)
    assert not is_in(browser)
    assert shows(browser, "000000").status_code == 422
    assert not is_in(browser)
    assert shows(browser, enrolled.phone.code()).status_code == 302
    assert is_in(browser)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "٠١٢٣٤٥", "abcdef", "-1", "9" * 400, "'; DROP TABLE role"])
def test_what_is_no_code_is_refused_in_one_sentence(enrolled, visitor, clock, code):
    clock.now += 60
    answer = shows(logged_in_again(visitor), code)
    assert answer.status_code == 422
    assert "Mã không đúng hoặc đã dùng." in answer.get_data(as_text=True)


def test_a_code_may_be_typed_with_a_space(enrolled, visitor, clock):
    clock.now += 60
    code = enrolled.phone.code()
    assert shows(logged_in_again(visitor), f" {code[:3]} {code[3:]} ").status_code == 302


def test_a_code_is_right_once_only(enrolled, visitor, clock):
    assert shows(logged_in_again(visitor), enrolled.phone.code()).status_code == 422  # the one of the enrolment
    clock.now += 60
    code = enrolled.phone.code()
    assert shows(logged_in_again(visitor), code).status_code == 302
    assert shows(logged_in_again(visitor), code).status_code == 422
    assert shows(logged_in_again(visitor), enrolled.phone.code(-30)).status_code == 422  # older than a used one


def test_a_phone_that_is_half_a_minute_wrong_is_believed_and_one_of_two_minutes_is_not(enrolled, visitor, clock):
    clock.now += 600
    assert shows(logged_in_again(visitor), enrolled.phone.code(-120)).status_code == 422
    assert shows(logged_in_again(visitor), enrolled.phone.code(120)).status_code == 422
    assert shows(logged_in_again(visitor), enrolled.phone.code(-30)).status_code == 302
    assert shows(logged_in_again(visitor), enrolled.phone.code(30)).status_code == 302


def test_a_recovery_code_lets_in_once(enrolled, visitor):
    code = enrolled.codes[3]
    browser = logged_in_again(visitor)
    assert shows(browser, code.upper().replace("-", " ")).status_code == 302
    assert is_in(browser)
    assert "7" in browser.get("/second-factor/own").get_data(as_text=True)
    assert shows(logged_in_again(visitor), code).status_code == 422


def test_new_recovery_codes_end_the_ones_before(enrolled, visitor):
    page = enrolled.browser.post("/second-factor/recovery-codes", page="/second-factor/own").get_data(as_text=True)
    new = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", page)
    assert not set(new) & set(enrolled.codes)
    assert shows(logged_in_again(visitor), enrolled.codes[0]).status_code == 422
    assert shows(logged_in_again(visitor), new[0]).status_code == 302


def test_one_account_s_recovery_code_is_nothing_for_another(enrolled, visitor, clock):
    clerk = logged_in_again(visitor, "clerk")
    enrol(clerk, clock)
    assert shows(logged_in_again(visitor, "clerk"), enrolled.codes[0]).status_code == 422


def test_who_has_only_the_password_puts_no_own_authenticator_in_place(enrolled, visitor):
    thief = logged_in_again(visitor)
    assert thief.get("/second-factor/enrol").status_code == 403
    token = dict(thief.hidden("/second-factor"))["csrf_token"]
    answer = thief.client.post("/second-factor/enrol", data={"csrf_token": token, "code": "1"}, base_url=thief.base)
    assert answer.status_code == 403
    answer = thief.client.post("/second-factor/recovery-codes", data={"csrf_token": token}, base_url=thief.base)
    assert answer.location == "/second-factor"


def test_another_phone_takes_the_place_of_the_first(enrolled, visitor, clock):
    clock.now += 60
    second = enrol(enrolled.browser, clock)
    clock.now += 60
    assert shows(logged_in_again(visitor), enrolled.phone.code()).status_code == 422
    assert shows(logged_in_again(visitor), enrolled.codes[0]).status_code == 422
    assert shows(logged_in_again(visitor), second.phone.code()).status_code == 302


def test_a_wrong_code_enrols_nothing(strict, visitor, clock):
    browser = logged_in_again(visitor)
    page = browser.get("/second-factor/enrol").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    sent = {"csrf_token": token, "code": "000000"}
    answer = browser.client.post("/second-factor/enrol", data=sent, base_url=browser.base)
    assert answer.status_code == 422
    assert Authenticator(page, clock).code() == Authenticator(answer.get_data(as_text=True), clock).code()
    assert account(strict).tf_totp_secret is None


def test_the_mark_of_one_account_is_nothing_for_the_next_in_the_same_browser(strict, enrolled):
    browser = enrolled.browser
    browser.post("/logout", page="/")
    browser.log_in("clerk")
    assert browser.get("/").location == "/second-factor"
    assert browser.get("/people?q=x").location == "/second-factor"


def test_after_a_reset_the_sessions_end_and_the_next_log_in_enrols_anew(strict, enrolled, visitor):
    with strict.register.writing() as session:
        reset(session, account_of(session, "administrator@example.vn"))
    assert enrolled.browser.get("/").location.startswith("/login")
    browser = logged_in_again(visitor)
    assert browser.get("/second-factor").location == "/second-factor/enrol"
    with strict.register.reading() as session:
        assert session.scalars(select(RecoveryCode)).all() == []


def test_the_database_holds_neither_the_key_nor_a_code(strict, enrolled):
    held = account(strict)
    key = SecondFactor(SECRET).typed(held.tf_totp_secret).replace(" ", "")
    assert key not in held.tf_totp_secret
    with strict.register.reading() as session:
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(hashes) == 8
    assert all(len(one) == 64 for one in hashes)


def test_nothing_secret_is_in_the_log(visitor, clock, caplog):
    caplog.set_level(logging.DEBUG)
    browser = logged_in_again(visitor)
    made = enrol(browser, clock)
    clock.now += 60
    code = made.phone.code()
    shows(logged_in_again(visitor), code)
    shows(logged_in_again(visitor), made.codes[0])
    said = caplog.text
    assert not any(secret in said for secret in (PASSWORD, code, *made.codes, "otpauth"))


@pytest.mark.parametrize("role", ROLES)
def test_whoever_issues_approves_or_administers_must_have_one(strict, visitor, role):
    with strict.app.app_context(), strict.register.writing() as session:
        made = add_account(session, email="one@example.vn", role=role, password=PASSWORD, now=NOW, site_id=1)
        made.confirmed_at = NOW
    asked = logged_in_again(visitor, "one").get("/").status_code == 302
    assert asked == bool(PERMISSIONS[role] & ASKED_FOR)
    assert asked == (role not in {"vaccinator", "auditor"})


def test_who_need_not_have_one_may_have_one_and_is_asked_from_then_on(strict, visitor, clock):
    with strict.app.app_context(), strict.register.writing() as session:
        add_account(session, email="one@example.vn", role="auditor", password=PASSWORD, now=NOW)
    browser = logged_in_again(visitor, "one")
    assert is_in(browser)
    enrol(browser, clock)
    assert logged_in_again(visitor, "one").get("/").location == "/second-factor"


def test_a_demonstration_asks_for_none_and_says_so(administrator):
    assert is_in(administrator)
    assert "Bản diễn tập" in administrator.get("/second-factor/own").get_data(as_text=True)


def test_a_copy_of_the_database_makes_no_codes_under_another_server_secret(strict, enrolled, clock):
    stolen = account(strict).tf_totp_secret
    now = int(clock.now)
    assert SecondFactor(SECRET).counter(stolen, enrolled.phone.code(), now) is not None
    assert SecondFactor(Secret(bytes(32))).counter(stolen, enrolled.phone.code(), now) is None


def test_no_second_factor_stands_at_first(strict):
    with strict.register.reading() as session:
        assert set(session.scalars(select(Account.tf_totp_secret))) == {None}
