"""The page of accounts: roles that change, sessions that end, and two people for whoever may approve."""

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.errors import FieldError
from verifier_server.revocation.batches import decider
from verifier_server.staff.accounts import account_of, add_account
from verifier_server.staff.approving import is_waiting
from verifier_server.staff.proving import prove
from verifier_server.web.services import services

from ..builders import NOW
from ..conftest import PASSWORD, Browser, serving
from .conftest import enrol

WAITS = "chờ người thứ hai"


def number(register, email):
    with register.reading() as session:
        return account_of(session, email).id


def waits(register, email):
    with register.reading() as session:
        return is_waiting(account_of(session, email))


def page_of(browser, register, email):
    return browser.get(f"/staff/{number(register, email)}").get_data(as_text=True)


def told(answer):
    """What a page tells once: a password or a start code."""
    return answer.get_data(as_text=True).split('class="password">')[1].split("<")[0]


def made(browser, email="third@example.vn", role="key_administrator", **more):
    answer = browser.post("/staff", {"email": email, "role": role, **more}, page="/sites")
    assert answer.status_code == 200
    return told(answer)


def acts(browser, register, email, what, **data):
    return browser.post(f"/staff/{number(register, email)}/{what}", data, page="/sites")


@pytest.fixture
def two(app, register):
    """Two administrators' browsers, as the set-up makes them."""
    with app.app_context(), register.writing() as session:
        add_account(session, email="second@example.vn", role="key_administrator", password=PASSWORD, now=NOW)
    first, second = Browser(app), Browser(app)
    first.log_in("administrator")
    second.log_in("second")
    return SimpleNamespace(first=first, second=second)


def test_an_administrator_s_own_second_account_may_do_nothing(app, two, register):
    password = made(two.first)
    other = Browser(app)
    other.post("/login", {"email": "third@example.vn", "password": password})
    assert other.get("/").location == "/second-factor/own"
    assert "chờ người quản trị thứ hai xác nhận" in other.get("/second-factor/own").get_data(as_text=True)
    for path in ("/staff", "/keys", "/revocations", "/people?q=x"):
        assert other.get(path).location == "/second-factor/own"
    token = dict(other.hidden("/second-factor/own"))["csrf_token"]
    for path in ("/sites", "/revocations/1/approve", f"/staff/{number(register, 'third@example.vn')}/confirm"):
        answer = other.client.post(path, data={"csrf_token": token}, base_url=other.base)
        assert answer.location == "/second-factor/own"
    with register.writing() as session, pytest.raises(FieldError):
        decider(session, "third@example.vn")  # nor at the command line
    assert waits(register, "third@example.vn")


def test_who_made_it_cannot_confirm_it_and_another_can(two, register):
    made(two.first)
    assert "Xác nhận tài khoản này" not in page_of(two.first, register, "third@example.vn")
    assert acts(two.first, register, "third@example.vn", "confirm").status_code == 409
    assert waits(register, "third@example.vn")
    assert WAITS in two.second.get("/staff").get_data(as_text=True)
    assert "Xác nhận tài khoản này" in page_of(two.second, register, "third@example.vn")
    assert acts(two.second, register, "third@example.vn", "confirm").status_code == 200
    assert not waits(register, "third@example.vn")
    assert acts(two.second, register, "third@example.vn", "confirm").status_code == 409


def test_the_first_log_in_needs_what_both_were_told(app, two, register):
    password = made(two.first)
    code = told(acts(two.second, register, "third@example.vn", "confirm"))
    assert code != password
    maker = Browser(app)
    maker.post("/login", {"email": "third@example.vn", "password": password})
    assert maker.get("/").location == "/second-factor"
    assert maker.get("/second-factor/enrol").status_code == 403
    assert maker.post("/second-factor", {"code": password}).status_code == 422
    assert maker.post("/second-factor", {"code": code}).status_code == 302
    assert maker.get("/staff").status_code == 200


def test_where_a_second_factor_is_asked_for_the_start_code_leads_to_enrolment_and_ends_there(
    instance, pages_url, clock
):
    for app in serving(instance, pages_url, clock, second_factor=True):
        with app.app_context(), services().storage.writing() as session:
            add_account(session, email="second@example.vn", role="key_administrator", password=PASSWORD, now=NOW)
            register = services().storage
        first, second, third = Browser(app), Browser(app), Browser(app)
        for browser, name in ((first, "administrator"), (second, "second")):
            browser.log_in(name)
            enrol(browser, clock)
        password = made(first)
        code = told(acts(second, register, "third@example.vn", "confirm"))
        third.post("/login", {"email": "third@example.vn", "password": password})
        assert third.post("/second-factor", {"code": code}).location == "/"
        assert third.get("/").location == "/second-factor"
        assert third.get("/second-factor").location == "/second-factor/enrol"
        phone = enrol(third, clock).phone
        assert third.get("/staff").status_code == 200
        again = Browser(app)
        again.post("/login", {"email": "third@example.vn", "password": password})
        assert again.post("/second-factor", {"code": code}).status_code == 422
        clock.now += 60
        assert again.post("/second-factor", {"code": phone.code()}).status_code == 302


def test_the_set_up_makes_two_at_the_command_line_and_a_third_waits(app, two, register):
    with app.app_context(), register.writing() as session:
        add_account(session, email="third@example.vn", role="ministry", password=PASSWORD, now=NOW)
    assert not waits(register, "administrator@example.vn")
    assert not waits(register, "second@example.vn")
    assert waits(register, "third@example.vn")


def test_the_only_administrator_makes_no_second_one_alone_on_the_page(administrator, register):
    made(administrator)
    assert waits(register, "third@example.vn")


@pytest.mark.parametrize(("role", "waiting"), [("clerk", False), ("auditor", False), ("ministry", True)])
def test_only_what_may_approve_waits(two, register, role, waiting):
    made(two.first, role=role)
    assert waits(register, "third@example.vn") == waiting


def test_a_role_that_changes_ends_the_sessions_and_an_approving_one_waits(app, two, register):
    clerk = Browser(app)
    clerk.log_in("clerk")
    assert clerk.get("/people/new").status_code == 200
    assert acts(two.first, register, "clerk@example.vn", "role", role="key_administrator").status_code == 302
    assert clerk.get("/people/new").location.startswith("/login")
    assert waits(register, "clerk@example.vn")
    assert acts(two.first, register, "clerk@example.vn", "confirm").status_code == 409
    assert acts(two.second, register, "clerk@example.vn", "confirm").status_code == 200


def test_a_role_of_a_site_needs_the_site(two, register):
    answer = acts(two.first, register, "clerk@example.vn", "role", role="vaccinator")
    assert answer.status_code == 422
    assert "Hãy chọn điểm tiêm." in answer.get_data(as_text=True)
    assert acts(two.first, register, "clerk@example.vn", "role", role="vaccinator", site="1").status_code == 302
    assert acts(two.first, register, "clerk@example.vn", "role", role="king").status_code == 422


def test_resetting_an_administrator_s_second_factor_needs_a_second_person_again(two, register, app):
    with app.app_context(), register.writing() as session:
        third = add_account(session, email="third@example.vn", role="key_administrator", password=PASSWORD, now=NOW)
        third.confirmed_at = NOW
    acts(two.first, register, "third@example.vn", "reset-second-factor")
    assert waits(register, "third@example.vn")
    assert acts(two.first, register, "third@example.vn", "confirm").status_code == 409
    assert acts(two.second, register, "third@example.vn", "confirm").status_code == 200


def test_a_clerk_s_second_factor_is_reset_by_one(app, two, register, clock):
    clerk = Browser(app)
    clerk.log_in("clerk")
    enrol(clerk, clock)
    assert "Xóa mã thứ hai" in page_of(two.first, register, "clerk@example.vn")
    acts(two.first, register, "clerk@example.vn", "reset-second-factor")
    assert clerk.get("/").location.startswith("/login")
    clerk.log_in("clerk")
    assert clerk.get("/").status_code == 200


@pytest.mark.parametrize("what", ["active", "role", "confirm", "reset-second-factor", "end-wait"])
def test_nobody_does_anything_to_the_account_in_use(two, register, what):
    answer = acts(two.first, register, "administrator@example.vn", what, role="clerk", active="no")
    assert answer.status_code == 409
    assert two.first.get("/staff").status_code == 200


def test_an_administrator_ends_a_wait_on_the_page(app, two, register):
    guesser = Browser(app)
    for _ in range(6):
        guesser.post("/login", {"email": "clerk@example.vn", "password": "wrong wrong wrong"})
    assert "phải chờ một phút" in page_of(two.first, register, "clerk@example.vn")
    acts(two.first, register, "clerk@example.vn", "end-wait")
    assert "phải chờ" not in page_of(two.first, register, "clerk@example.vn")
    assert Browser(app).log_in("clerk").status_code == 302


def test_an_auditor_sees_accounts_and_has_no_button(app, register, two):
    made(two.first, email="auditor@example.vn", role="auditor")
    with register.writing() as session:
        account_of(session, "auditor@example.vn").password = account_of(session, "clerk@example.vn").password
    auditor = Browser(app)
    auditor.log_in("auditor")
    for path in ("/staff", f"/staff/{number(register, 'clerk@example.vn')}"):
        main = auditor.get(path).get_data(as_text=True).split("<main")[1]
        assert "clerk@example.vn" in main
        assert "<form" not in main


def test_every_change_of_an_account_is_an_event(two, register):
    made(two.first)
    acts(two.second, register, "third@example.vn", "confirm")
    acts(two.first, register, "clerk@example.vn", "role", role="auditor")
    acts(two.first, register, "clerk@example.vn", "reset-second-factor")
    acts(two.first, register, "clerk@example.vn", "end-wait")
    acts(two.first, register, "clerk@example.vn", "active", active="no")
    with register.reading() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.id)))
        doers = set(session.scalars(select(AuditEvent.account).order_by(AuditEvent.id.desc()).limit(6)))
    assert kinds[-6:] == [
        "account_added",
        "account_confirmed",
        "account_role_changed",
        "second_factor_reset",
        "account_wait_ended",
        "account_closed",
    ]
    assert doers == {number(register, "administrator@example.vn"), number(register, "second@example.vn")}


def test_a_button_pressed_twice_confirms_once(two, register):
    made(two.first)
    first = acts(two.second, register, "third@example.vn", "confirm")
    assert acts(two.second, register, "third@example.vn", "confirm").status_code == 409
    assert re.fullmatch(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}", told(first))


def test_at_the_command_line_the_password_of_a_confirmed_account_is_not_enough_either(app, two, register):
    password = made(two.first)
    code = told(acts(two.second, register, "third@example.vn", "confirm"))
    with app.app_context():
        config = services().config
    prove(config, register, "third@example.vn", password, NOW, lambda: code)
    with pytest.raises(FieldError, match="code is wrong"):
        prove(config, register, "third@example.vn", password, NOW, lambda: password)


@pytest.mark.parametrize("path", ["/staff/4711", "/staff/99999999999999999999"])
def test_an_account_that_is_not_there_is_a_clean_404(administrator, path):
    assert administrator.get(path).status_code == 404
