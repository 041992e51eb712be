"""Passes that a cap refused at a sign-off: who they are and why, and one button for the next day."""

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.again import ask_again, refusals
from verifier_server.doses.tables import SignOff, SignOffRefusal
from verifier_server.errors import FieldError
from verifier_server.jobs.tables import Job
from verifier_server.passes.caps import Caps
from verifier_server.passes.tables import IssuedPass
from verifier_server.web.services import services

from ..builders import DAY, NOW, a_pass, a_person, a_recorded_dose


@pytest.fixture
def capped(app, register, lead, drain):
    """A day of five doses, signed by a lead whose account may issue three passes a day."""
    with app.app_context():
        cap(services().desk, 3)
    with register.writing() as session:
        for n, letter in enumerate("EDCBA"):
            person = a_person(session, name=f"Lê Văn {letter}", id_number=f"00119000000{n}", phone=f"091234560{n}")
            a_recorded_dose(session, person, site_id=1, source="site", day="30/07/2021")
    page = lead.get("/days/2021-07-30").get_data(as_text=True)
    doses = [f"{n}:1" for n in range(1, 6)]
    assert 'name="dose"' in page
    assert lead.post("/days/2021-07-30", {"dose": doses}).status_code == 302
    drain()
    return register


def cap(desk, account):
    """What an account may issue in a day from now on; the desk is frozen on purpose."""
    object.__setattr__(desk, "caps", Caps(account=account))


def count(register, table):
    with register.reading() as session:
        return session.query(table).count()


def test_the_lead_sees_who_got_no_pass_and_why_and_asks_again_the_next_day(capped, lead, drain, clock):
    assert count(capped, IssuedPass) == 3
    days = lead.get("/days").get_data(as_text=True)
    assert "2 mã chưa cấp được" in days
    page = lead.get("/days/signed/1").get_data(as_text=True)
    assert "Đã tới mức cao nhất trong ngày" in page
    assert [letter for letter in "ABCDE" if f"Lê Văn {letter}" in page] == ["A", "B"]
    clock.now += DAY
    lead.log_in("lead")
    for _press in range(2):
        assert lead.post("/days/signed/1/again", page="/days/signed/1").status_code == 302
    with capped.reading() as session:
        assert session.query(Job).filter_by(state="waiting").count() == 1
    drain()
    assert (count(capped, IssuedPass), count(capped, SignOffRefusal)) == (5, 0)
    assert "chưa cấp được" not in lead.get("/days").get_data(as_text=True)
    assert "Không thiếu mã nào" in lead.get("/days/signed/1").get_data(as_text=True)
    with capped.reading() as session:
        signed = session.get(SignOff, 1)
        kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.subject == "sign_off")))
    assert (signed.passes, signed.refused) == (5, 0)
    assert kinds == ["day_signed_off", "sign_off_again"]


def test_who_got_a_pass_by_hand_is_not_missing_any_more(capped, app, lead):
    with app.app_context():
        a_pass(capped, services().desk, 5)  # the command line is not refused
    assert "1 mã chưa cấp được" in lead.get("/days").get_data(as_text=True)


def test_a_sign_off_of_the_version_before_has_a_number_and_no_names_and_can_be_asked_again(capped, lead, drain, clock):
    with capped.writing() as session:
        session.query(SignOffRefusal).delete()
    with capped.reading() as session:
        assert refusals(session, 1) == {1: 2}
    clock.now += DAY
    lead.log_in("lead")
    assert "2 mã" in lead.get("/days/signed/1").get_data(as_text=True)
    lead.post("/days/signed/1/again", page="/days/signed/1")
    drain()
    assert count(capped, IssuedPass) == 5


def test_another_sites_sign_off_is_not_there(capped, lead):
    with capped.writing() as session, pytest.raises(FieldError, match="no such sign-off"):
        ask_again(session, 1, 2, by=1, now=NOW)
    assert lead.get("/days/signed/99").status_code == 404
