"""Correcting and striking a dose: the history stays, two clerks do not undo each other, the passes follow."""

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.correcting import correct_dose
from verifier_server.doses.rules import doses_of
from verifier_server.doses.striking import strike_dose
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import Change, versions_of
from verifier_server.errors import FieldError
from verifier_server.passes.issued import passes_of
from verifier_server.people.tables import Person
from verifier_server.sites.rules import add_site
from verifier_server.web.services import services

from ..builders import NOW, a_dose_entry, a_pass, a_person, a_recorded_dose, a_vaccinated_person


def a_change(version=1, reason="Giấy xác nhận", **more):
    return Change(version, reason, None, NOW + 60, **more)


def corrected(session, dose, change=None, **details):
    entry = a_dose_entry(
        **{"number": dose.number, "vaccine": dose.vaccine, "day": f"{dose.given_on:%d/%m/%Y}", **details}
    )
    return correct_dose(session, dose.id, entry, change or a_change(), site_id=dose.site_id)


def test_a_correction_supersedes_and_the_history_says_what_stood_and_why(storage):
    with storage.writing() as session:
        dose = a_recorded_dose(session, a_person(session))
        corrected(session, dose, vaccine="AZ", lot="AB1")
        (former,) = versions_of(session, dose.id)
        assert (dose.vaccine, dose.lot, dose.version, dose.counts) == ("AZ", "AB1", 2, True)
        assert (former.vaccine, former.lot, former.version, former.why) == ("PFIZER", "FF1234", 1, "corrected")
        assert former.reason == "Giấy xác nhận"
        assert "dose_corrected" in set(session.scalars(select(AuditEvent.kind)))


def test_of_two_clerks_the_second_is_told(storage):
    with storage.writing() as session:
        dose = a_recorded_dose(session, a_person(session))
        corrected(session, dose, lot="ONE")
        with pytest.raises(FieldError, match="Somebody else has changed"):
            corrected(session, dose, lot="TWO")
        with pytest.raises(FieldError, match="Somebody else has changed"):
            strike_dose(session, dose.id, a_change())
        assert dose.lot == "ONE"


@pytest.mark.parametrize(
    ("details", "said"),
    [({"number": 2}, "recorded already"), ({"day": "29/07/2021"}, "must lie before"), ({}, "Nothing was changed")],
)
def test_a_correction_that_cannot_stand_leaves_everything_as_it_was(storage, details, said):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    with pytest.raises(FieldError, match=said), storage.writing() as session:
        corrected(session, doses_of(session, person.id)[0], **details)
    with storage.reading() as session:
        assert [dose.version for dose in doses_of(session, person.id)] == [1, 1]
        assert not versions_of(session, doses_of(session, person.id)[0].id)


def test_without_a_reason_nothing_is_changed(lite):
    with lite.writing() as session:
        dose = a_recorded_dose(session, a_person(session))
        with pytest.raises(FieldError, match="empty"):
            corrected(session, dose, a_change(reason=" "), lot="X")
        with pytest.raises(FieldError, match="empty"):
            strike_dose(session, dose.id, a_change(reason=""))


def test_the_same_form_twice_corrects_and_strikes_once(storage):
    with storage.writing() as session:
        person = a_person(session)
        dose = a_recorded_dose(session, person)
        for _ in range(2):
            corrected(session, dose, a_change(token="t" * 24), lot="NEW")
        assert dose.version == 2
        for _ in range(2):
            assert strike_dose(session, dose.id, a_change(version=2, token="u" * 24)) == person.id
        assert not doses_of(session, person.id)
        assert [one.why for one in versions_of(session, dose.id)] == ["struck", "corrected"]


def test_later_doses_move_up_when_that_is_asked_for(storage):
    with storage.writing() as session:
        person = a_vaccinated_person(session, doses=3)
        first = doses_of(session, person.id)[0]
        strike_dose(session, first.id, a_change(), renumber=True)
        assert [dose.number for dose in doses_of(session, person.id)] == [1, 2]
        (second, *_) = doses_of(session, person.id)
        assert [(one.number, one.why) for one in versions_of(session, second.id)] == [(2, "renumbered")]


def issued_after_jobs(app, register, drain, person):
    assert drain() == 1
    with register.reading() as session:
        return [(one.form, one.doses, one.revoked_why) for one in passes_of(session, person)][::-1]


def test_after_a_strike_every_pass_that_counted_the_dose_is_revoked_and_replaced(app, register, drain):
    with register.writing() as session:
        person = a_vaccinated_person(session).id
    with app.app_context():
        for form in ("domestic", "travel"):
            a_pass(register, services().desk, person, form)
    with register.writing() as session:
        strike_dose(session, doses_of(session, person)[1].id, a_change())
    assert issued_after_jobs(app, register, drain, person) == [
        ("domestic", 2, "dose"),
        ("travel", 2, "dose"),
        ("domestic", 1, None),
        ("travel", 1, None),
    ]


def test_after_a_correction_a_pass_that_says_too_much_is_revoked_and_another_superseded(app, register, drain):
    with register.writing() as session:
        person = a_vaccinated_person(session).id
    with app.app_context():
        a_pass(register, services().desk, person)
    with register.writing() as session:
        corrected(session, doses_of(session, person)[1], series="3")
    assert issued_after_jobs(app, register, drain, person) == [("domestic", 2, "dose"), ("domestic", 2, None)]
    with register.writing() as session:
        corrected(session, doses_of(session, person)[0], day="02/03/2021")
    assert issued_after_jobs(app, register, drain, person)[1:] == [("domestic", 2, None)]


def test_a_correction_of_a_dose_that_waits_asks_for_no_pass(register, drain, app):
    with register.writing() as session:
        dose = a_recorded_dose(session, a_person(session), source="site", site_id=1)
        assert not corrected(session, dose, lot="NEW").counts
    assert drain() == 0


FORM = {"vaccine": "AZ", "dose_number": "1", "lot": "AB1", "series": "", "vaccinator": "", "site": "1"}
WHEN = {"dose_date_day": "01", "dose_date_month": "07", "dose_date_year": "2021"}


def test_a_clerk_corrects_and_strikes_in_the_pages_and_everybody_reads_the_history(clerk, register):
    with register.writing() as session:
        dose = a_recorded_dose(session, a_person(session), site_id=1)
    path = f"/doses/{dose.id}"
    assert 'value="FF1234"' in clerk.get(f"{path}/correct").get_data(as_text=True)
    answer = clerk.post(f"{path}/correct", {**FORM, **WHEN})
    assert answer.status_code == 422
    assert "Chưa điền ô này." in answer.get_data(as_text=True)
    assert clerk.post(f"{path}/correct", {**FORM, **WHEN, "reason": "Sổ tiêm"}).location == path
    page = clerk.get(path).get_data(as_text=True)
    assert "Lý do: Sổ tiêm" in page
    assert "Comirnaty" in page
    stale = clerk.post(f"{path}/correct", {**FORM, **WHEN, "lot": "ZZ", "reason": "x", "version": "1"})
    assert stale.status_code == 422
    assert "Người khác vừa sửa mũi này." in stale.get_data(as_text=True)
    assert clerk.post(f"{path}/strike", {"reason": "Nhầm người"}).location == f"/people/{dose.person_id}"
    assert "Đã hủy:" in clerk.get(f"/people/{dose.person_id}").get_data(as_text=True)
    assert "Nhầm người" in clerk.get(path).get_data(as_text=True)
    assert clerk.get(f"{path}/correct").status_code == 404


def test_a_lead_amends_what_the_own_site_gave_only(lead, register):
    with register.writing() as session:
        other = add_site(session, "Trạm của người khác", now=NOW).id
        person = a_person(session)
        own, foreign = (
            a_recorded_dose(session, person, number=n, day=f"0{n}/07/2021", site_id=site)
            for n, site in ((1, 1), (2, other))
        )
    assert lead.get(f"/doses/{own.id}/correct").status_code == 200
    for page in ("correct", "strike"):
        path = f"/doses/{foreign.id}/{page}"
        assert lead.get(path).status_code == 403
        assert lead.post(path, {**FORM, **WHEN, "reason": "x", "version": "1"}, page="/days").status_code == 403
    with register.reading() as session:
        assert session.get(Dose, foreign.id).version == 1
        assert session.get(Person, person.id) is not None
