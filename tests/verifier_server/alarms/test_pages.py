"""Alarms in the pages, and the pass page's own story: who caused it, and what became of the former one."""

import re

import pytest
from sqlalchemy import select

from verifier_server.alarms.raising import Occasion, raise_once
from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.passes.tables import IssuedPass
from verifier_server.web.services import services

from ..builders import NOW, a_pass, a_vaccinated_person


@pytest.fixture
def alarmed(register):
    """A register in which the clerk's account has reached its cap."""
    with register.writing() as session:
        raise_once(session, Occasion("cap_reached", "account", 1, 1, 2000, 2000), by=1, now=NOW)


def test_an_alarm_stands_on_the_start_page_until_it_is_acknowledged(alarmed, administrator, clerk):
    assert "1 báo động chưa ai xem" in administrator.get("/").get_data(as_text=True)
    assert "báo động" not in clerk.get("/").get_data(as_text=True)
    page = administrator.get("/alarms").get_data(as_text=True)
    assert "clerk@example.vn" in page
    assert "2000 thẻ" in page
    refused = administrator.post("/alarms/1/acknowledge", {"note": " "}, page="/alarms")
    assert (refused.status_code, "Chưa điền ô này" in refused.get_data(as_text=True)) == (422, True)
    assert administrator.post("/alarms/1/acknowledge", {"note": "Đã gọi"}, page="/alarms").status_code == 302
    assert "Đã gọi" in administrator.get("/alarms").get_data(as_text=True)
    assert "chưa ai xem" not in administrator.get("/").get_data(as_text=True)


def test_an_open_alarm_is_a_task_and_a_count_until_somebody_said_what_came_of_it(alarmed, administrator, register):
    page = administrator.get("/admin").get_data(as_text=True)
    assert "clerk@example.vn.</b> Đã tới mức cao nhất trong ngày" in page
    assert 'href="/alarms"' in page
    assert page.count('<b class="waiting-count">1') == 2
    administrator.post("/alarms/1/acknowledge", {"note": "Đã gọi trạm"}, page="/alarms")
    page = administrator.get("/admin").get_data(as_text=True)
    assert "clerk@example.vn.</b>" not in page
    assert 'class="waiting-count"' not in page
    with register.reading() as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.kind == "alarm_acknowledged"))
        [text] = session.scalars(select(AuditDetail.details).where(AuditDetail.event == event.id))
    assert (event.account, event.subject_id) == (2, 1)
    assert "Đã gọi trạm" in text


def test_whoever_issues_does_not_acknowledge(alarmed, clerk):
    token = dict(clerk.hidden("/people/new"))["csrf_token"]
    answer = clerk.client.post("/alarms/1/acknowledge", data={"note": "x", "csrf_token": token}, base_url=clerk.base)
    assert answer.status_code == 403
    assert clerk.get("/alarms").status_code == 403


@pytest.fixture
def issued(app, register):
    """A pass of a vaccinated person."""
    with app.app_context():
        with register.writing() as session:
            person = a_vaccinated_person(session)
        return a_pass(register, services().desk, person.id, by=1, site_id=1)


def test_a_pass_says_who_caused_it_where_and_under_which_key(issued, clerk):
    page = clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    for expected in ("Cấp bởi clerk@example.vn", "Trạm y tế phường Mẫu", f"khóa {issued.kid}"):
        assert expected in page


def test_a_lost_card_is_replaced_from_its_page_and_pressing_twice_gives_one(issued, clerk, register):
    page = f"/passes/{issued.id}"
    hidden = dict(clerk.hidden(page))
    answers = [
        clerk.client.post(f"{page}/replace", data={**hidden, "reason": "lost"}, base_url=clerk.base) for _ in range(2)
    ]
    assert len({answer.location for answer in answers}) == 1
    assert "không còn dùng được" in clerk.get(answers[0].location).get_data(as_text=True)
    assert "đã bị thu hồi" in clerk.get(page).get_data(as_text=True)
    with register.reading() as session:
        assert session.query(IssuedPass).count() == 2
    assert clerk.client.post(f"{page}/replace", data={**hidden, "reason": "no"}, base_url=clerk.base).status_code == 400


def test_looking_printing_and_forms_that_come_back_never_sign(issued, clerk, register):
    """FIELD: an issuing server signed previews. Here nothing but the issuing button does."""
    person = f"/people/{issued.person_id}"
    paths = (
        person,
        f"{person}/doses/new",
        f"/passes/{issued.id}",
        f"/passes/{issued.id}.png",
        f"/passes/{issued.id}.pdf",
    )
    pages = [clerk.get(path) for path in paths]
    assert {page.status_code for page in pages} == {200}
    back = clerk.post(f"{person}/doses/new", {"vaccine": "none"})
    assert back.status_code == 422
    signed = re.compile(rb"(VN1:|HC1:)[0-9A-Z $%*+\-./:]{40}")
    assert not any(signed.search(page.data) for page in (*pages, back))
    with register.reading() as session:
        assert session.query(IssuedPass).count() == 1
