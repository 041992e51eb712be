"""Changing one's own password in the browser."""

import unicodedata

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent

from ..conftest import PASSWORD, Browser
from .conftest import enrol

PAGE = "/second-factor/password"
NEW = "mưa rơi trên mái nhà"


def changed(browser, **fields):
    return browser.post(PAGE, {"present": PASSWORD, "wanted": NEW, "again": NEW, **fields})


def test_the_new_password_opens_the_old_one_does_not_and_the_change_is_an_event(app, clerk, register):
    answer = changed(clerk)
    assert answer.location == "/second-factor/own"
    page = clerk.get("/second-factor/own")
    assert page.status_code == 200
    assert "Đã đổi mật khẩu." in page.get_data(as_text=True)
    assert Browser(app).log_in(password=PASSWORD).status_code == 200
    assert Browser(app).log_in(password=NEW).status_code == 302
    with register.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "password_changed")).all()
    assert [(event.subject_id, event.account) for event in events] == [(1, 1)]


def test_a_keyboard_that_composes_letters_in_another_way_types_the_same_password(app, clerk):
    apart = unicodedata.normalize("NFD", NEW)
    assert apart != NEW
    changed(clerk, wanted=apart, again=NEW)
    assert Browser(app).log_in(password=unicodedata.normalize("NFC", NEW)).status_code == 302


def test_every_other_session_of_the_account_ends(app, clerk):
    other, copied = Browser(app), Browser(app)
    other.log_in()
    cookie = clerk.client.get_cookie("session", domain="localhost").value
    copied.client.set_cookie("session", cookie, domain="localhost", secure=True)
    changed(clerk)
    assert clerk.get("/people").status_code == 200
    assert other.get("/people").status_code == 302
    assert copied.get("/people").status_code == 302


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"present": "not the present one"}, "Không phải mật khẩu hiện tại."),
        ({"wanted": "short", "again": "short"}, "Mật khẩu cần ít nhất 12 ký tự."),
        ({"wanted": "a" * 20, "again": "a" * 20}, "Mật khẩu này dễ đoán."),
        ({"wanted": "Clerk and some more", "again": "Clerk and some more"}, "Mật khẩu này dễ đoán."),
        ({"wanted": PASSWORD, "again": PASSWORD}, "Mật khẩu này dễ đoán."),
        ({"wanted": "ab" * 200, "again": "ab" * 200}, "tối đa 200"),
        ({"again": "something else"}, "Hai lần ghi không giống nhau."),
        ({"present": "", "wanted": "", "again": ""}, "Không phải mật khẩu hiện tại."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_changes(app, clerk, fields, sentence):
    answer = changed(clerk, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    for typed in (NEW, PASSWORD, *fields.values()):
        assert f'value="{typed}"' not in page or not typed
    assert Browser(app).log_in(password=PASSWORD).status_code == 302


def test_an_open_session_is_no_way_around_the_wait_after_wrong_passwords(clerk):
    answers = [changed(clerk, present="wrong wrong wrong").status_code for _ in range(7)]
    assert answers[:5] == [422] * 5
    assert answers[-1] == 429


def test_the_session_keeps_the_second_factor_that_it_has_shown(strict, visitor, clock):
    browser = visitor()
    browser.log_in("administrator")
    enrol(browser, clock)
    assert changed(browser).location == "/second-factor/own"
    assert browser.get("/staff").status_code == 200


def test_before_the_second_factor_nobody_changes_the_password(strict, visitor, enrolled):
    thief = visitor()
    thief.log_in("administrator")
    assert thief.post(PAGE, {"present": PASSWORD, "wanted": NEW, "again": NEW}, page="/second-factor").location == (
        "/second-factor"
    )
