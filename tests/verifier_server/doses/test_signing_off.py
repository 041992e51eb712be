"""A site's day is signed off; only then its doses count and its people get their passes."""

import pytest
from sqlalchemy import func, select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.rules import doses_of
from verifier_server.doses.signing_off import sign_off, waiting_days
from verifier_server.doses.tables import SignOff
from verifier_server.doses.work import after_sign_off
from verifier_server.errors import FieldError
from verifier_server.jobs.kinds import JobView, Work
from verifier_server.passes.issued import passes_of
from verifier_server.passes.tables import IssuedPass
from verifier_server.sites.rules import add_site

from ..builders import NOW, TODAY, a_pass, a_person, a_recorded_dose

DAY = "2021-07-30"


def a_site(session):
    return add_site(session, "Trạm B", now=NOW).id


def a_waiting_dose(session, site, number=1, **person):
    owner = a_person(session, **person)
    return a_recorded_dose(session, owner, site_id=site, source="site", number=number, day="30/07/2021")


def people(session, site, count):
    return [
        a_waiting_dose(session, site, name=f"Lê Văn {'ABCDEFGH'[n]}", id_number=f"{1190000100 + n:012}")
        for n in range(count)
    ]


def test_one_signature_makes_a_day_count_and_leaves_an_event_for_each_dose(storage):
    with storage.writing() as session:
        site = a_site(session)
        doses = people(session, site, 3)
        assert [(one.day, one.doses) for one in waiting_days(session, site)] == [(TODAY, 3)]
        signed = sign_off(session, site, TODAY, by=None, now=NOW + 5)
        assert (signed.doses, signed.day) == (3, TODAY)
        assert {(dose.signed_off_at, dose.sign_off) for dose in doses} == {(NOW + 5, signed.id)}
        assert not waiting_days(session, site)
        kinds = session.execute(select(AuditEvent.kind, func.count()).group_by(AuditEvent.kind)).all()
    assert {("day_signed_off", 1), ("dose_signed_off", 3)} <= set(map(tuple, kinds))


def test_only_what_was_looked_at_is_signed(storage):
    with storage.writing() as session:
        site = a_site(session)
        first, second, third = people(session, site, 3)
        third.version = 2  # corrected while the page was open
        session.flush()
        sign_off(session, site, TODAY, by=None, now=NOW, seen={first.id: 1, third.id: 1})
        assert [dose.counts for dose in (first, second, third)] == [True, False, False]


def test_a_button_pressed_twice_signs_once(storage):
    with storage.writing() as session:
        site = a_site(session)
        people(session, site, 1)
        first, again = (sign_off(session, site, TODAY, by=None, now=NOW, token="t" * 24) for _ in range(2))
        assert first.id == again.id
        with pytest.raises(FieldError, match="look again"):
            sign_off(session, site, TODAY, by=None, now=NOW, token="u" * 24)


def test_a_late_dose_opens_its_day_again_for_itself_alone(storage):
    with storage.writing() as session:
        site = a_site(session)
        people(session, site, 2)
        sign_off(session, site, TODAY, by=None, now=NOW)
        late = a_waiting_dose(session, site, name="Trần Muộn", id_number="001190000999")
        assert [(one.day, one.doses) for one in waiting_days(session, site)] == [(TODAY, 1)]
        assert sign_off(session, site, TODAY, by=None, now=NOW).id == late.sign_off


def test_passes_follow_in_waves_that_go_on_after_a_crash_and_nobody_gets_two(storage, desk, monkeypatch):
    monkeypatch.setattr("verifier_server.doses.work.WAVE", 2)
    with storage.writing() as session:
        site = a_site(session)
        owners = [dose.person_id for dose in people(session, site, 5)]
        number = sign_off(session, site, TODAY, by=None, now=NOW).id
    work = Work(None, storage, desk, lambda: NOW + 60)
    job = JobView(1, {"sign_off": number}, None)
    begun = after_sign_off(job, work)
    assert next(begun) == (2, 5)
    begun.close()  # the worker is killed
    assert [tuple(one) for one in after_sign_off(job, work)] == [(4, 5), (5, 5)]
    assert list(after_sign_off(job, work)) == []
    with storage.reading() as session:
        issued = session.scalars(select(IssuedPass)).all()
        signed = session.get(SignOff, number)
    assert sorted(one.person_id for one in issued) == sorted(owners)
    assert {(one.site_id, one.status, one.doses) for one in issued} == {(site, "partial", 1)}
    assert (signed.passes, signed.refused) == (5, 0)


def test_a_travel_pass_is_renewed_where_one_was_current_only(storage, desk):
    with storage.writing() as session:
        site = a_site(session)
        traveller = a_person(session)
        a_recorded_dose(session, traveller, day="01/07/2021")
        other = a_waiting_dose(session, site, name="Lê Hòa", id_number="001190000004").person_id
    a_pass(storage, desk, traveller.id, "travel")
    with storage.writing() as session:
        a_recorded_dose(session, traveller, number=2, day="30/07/2021", site_id=site, source="site")
        number = sign_off(session, site, TODAY, by=None, now=NOW).id
    list(after_sign_off(JobView(1, {"sign_off": number}, None), Work(None, storage, desk, lambda: NOW + 60)))
    with storage.reading() as session:
        assert sorted(one.form for one in passes_of(session, traveller.id)) == ["domestic", "travel", "travel"]
        assert [one.form for one in passes_of(session, other)] == ["domestic"]
        assert passes_of(session, traveller.id)[0].doses == 2


def test_a_day_from_first_dose_to_sign_off_in_the_pages(app, lead, register, drain):
    with register.writing() as session:
        dose = a_waiting_dose(session, 1)
        first = a_waiting_dose(session, 1, number=2, name="Lê Hòa", id_number="001190000004")
    assert "2 mũi chờ ký" in lead.get("/days").get_data(as_text=True)
    page = lead.get(f"/days/{DAY}").get_data(as_text=True)
    assert "Mũi 2, nhưng chưa có mũi 1 trong sổ." in page
    assert page.index("Lê Hòa") < page.index("Nguyễn Thị"), "what warns comes first"
    hidden = dict(lead.hidden(f"/days/{DAY}"))
    sent = {**hidden, "dose": [f"{dose.id}:1"]}
    for _ in range(2):
        answer = lead.client.post(f"/days/{DAY}", data=sent, base_url=lead.base)
        assert answer.location == "/days"
    assert "Đã ký xác nhận 1 mũi." in lead.get("/days").get_data(as_text=True)
    assert drain() == 1
    with register.reading() as session:
        (issued,) = passes_of(session, dose.person_id)
        assert (issued.status, issued.site_id) == ("partial", 1)
        assert issued.issued_by == doses_of(session, dose.person_id)[0].signed_off_by is not None
        assert not passes_of(session, first.person_id)
    assert "1 mũi chờ ký" in lead.get("/days").get_data(as_text=True)
    # Nothing ticked, and what was never there: a sentence, and nothing is signed.
    for wrong in ([], ["x:y", "7", f"{first.id}:9", "9" * 30 + ":1"]):
        answer = lead.client.post(f"/days/{DAY}", data={**hidden, "token": "n" * 24, "dose": wrong}, base_url=lead.base)
        assert answer.status_code == 422
        assert "Hãy xem lại." in answer.get_data(as_text=True)


def test_a_lead_signs_for_the_own_site_only(lead, register):
    with register.writing() as session:
        other = add_site(session, "Trạm của người khác", now=NOW).id
        dose = a_waiting_dose(session, other)
    assert "Không có mũi nào chờ ký." in lead.get(f"/days/{DAY}").get_data(as_text=True)
    hidden = dict(lead.hidden("/days"))
    answer = lead.client.post(f"/days/{DAY}", data={**hidden, "dose": f"{dose.id}:1"}, base_url=lead.base)
    assert answer.status_code == 422
    assert lead.get("/days/yesterday").status_code == 404
