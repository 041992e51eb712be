"""Events are written in the transaction of what they speak of."""

from datetime import date

import pytest
from sqlalchemy import func, select

from verifier_server.audit.canonical import commitment_of, details_text
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.audit.tables import AuditDetail, AuditEvent, AuditWaiting
from verifier_server.bulk.run import BulkJob, Office, run_bulk
from verifier_server.doses.rules import record_dose
from verifier_server.doses.tables import Dose
from verifier_server.errors import FieldError
from verifier_server.sites.rules import set_province, site_named
from verifier_server.staff.tables import Account

from ..builders import NOW, a_dose_entry, a_file, a_pass, a_person, a_recorded_dose, a_vaccinated_person, many_records
from ..conftest import PASSWORD
from .builders import a_happening, counted, recorded, sealed


def kinds(storage):
    with storage.reading() as session:
        return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.id)))


def test_a_dose_and_its_event_are_one_transaction(storage):
    with storage.writing() as session:
        person = a_person(session)
    with storage.session(writing=True) as session:
        session.begin()
        a_recorded_dose(session, person)
        session.rollback()
    assert kinds(storage) == ["person_added"]
    with storage.writing() as session:
        dose = a_recorded_dose(session, person)
    with storage.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "dose_recorded")).one()
        detail = session.get_one(AuditDetail, event.id)
        assert session.scalar(select(func.count()).select_from(AuditWaiting)) == 2
    assert (event.subject, event.subject_id, event.person, event.at) == ("dose", dose.id, person.id, NOW)
    assert detail.details == (
        '{"given_on":"2021-07-01","lot":"FF1234","number":1,"series":null,"source":"back_entry","vaccinator":null,"vaccine":"PFIZER"}'
    )
    assert commitment_of(detail.salt, detail.details) == event.commitment


def test_a_dose_whose_event_cannot_be_written_is_not_recorded(storage, monkeypatch):
    with storage.writing() as session:
        person = a_person(session)
    monkeypatch.setattr("verifier_server.audit.recording.os.urandom", lambda _count: 1 // 0)
    with pytest.raises(ZeroDivisionError), storage.writing() as session:
        a_recorded_dose(session, person)
    with storage.reading() as session:
        assert session.scalars(select(Dose)).all() == []


def test_a_refused_dose_leaves_no_event_and_the_same_form_twice_leaves_one(storage):
    with storage.writing() as session:
        person = a_person(session)
        for _ in range(2):
            record_dose(session, person, a_dose_entry(), site_id=None, by=None, now=NOW, token="t" * 43)
        with pytest.raises(FieldError):
            a_recorded_dose(session, person)
    assert kinds(storage) == ["person_added", "dose_recorded"]


def test_an_issued_pass_has_an_event_and_a_pass_that_was_there_already_has_none(storage, desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    issued = a_pass(storage, desk, person.id, by=None, site_id=None)
    assert a_pass(storage, desk, person.id).id == issued.id
    assert kinds(storage) == ["person_added", "dose_recorded", "dose_recorded", "pass_issued"]
    sealed(storage)
    assert counted(storage).links == 4


def test_a_bulk_run_leaves_three_events_for_each_row_and_its_own_two(storage, desk, tmp_path):
    source = a_file(tmp_path / "records.csv", many_records(5))
    job = BulkJob(source, tmp_path / "out", image="none")
    run_bulk(job, Office(storage, desk, lambda: float(NOW)))
    assert sorted(set(kinds(storage)) - {"site_added"}) == [
        "bulk_begun",
        "bulk_finished",
        "dose_recorded",
        "pass_issued",
        "person_added",
    ]
    before = kinds(storage)
    assert before.count("pass_issued") == before.count("dose_recorded") == before.count("person_added") == 5
    run_bulk(job, Office(storage, desk, lambda: float(NOW + 5)))
    assert kinds(storage) == before


def test_a_row_that_tells_more_about_a_person_leaves_an_event_with_what_was_learned(storage, desk, tmp_path):
    record_ = many_records(1)[0]
    for number, phone in enumerate(("", "0912345678"), start=1):
        source = a_file(tmp_path / f"{number}.csv", [{**record_, "phone": phone}])
        run_bulk(BulkJob(source, tmp_path / f"out{number}", image="none"), Office(storage, desk, lambda: float(NOW)))
    with storage.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "person_completed")).one()
        assert session.get_one(AuditDetail, event.id).details == '{"phone":"+84912345678"}'


def test_thousands_of_events_keep_their_order(storage):
    numbers = recorded(storage, 2500)
    assert numbers == sorted(numbers)
    with storage.reading() as session:
        told = session.execute(select(AuditEvent.id, AuditEvent.subject_id).order_by(AuditEvent.id)).all()
    assert [(one.id, one.subject_id) for one in told] == list(zip(numbers, range(1, 2501), strict=True))


def test_two_equal_events_have_different_commitments(lite):
    with lite.writing() as session:
        record(session, a_happening(), a_happening(), at=NOW)
    with lite.reading() as session:
        assert len(set(session.scalars(select(AuditEvent.commitment)))) == 2


@pytest.mark.parametrize("value", [1.5, date(2021, 7, 30), b"bytes", 2**53, {"ü": 1}, {1: 2}, float("nan"), {1}])
def test_a_detail_that_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        details_text({"value": value})


def test_details_are_written_in_one_way_only():
    assert details_text({"b": [1, None, True], "a": "Hoà\n\x00"}) == '{"a":"Hoà\\n\\u0000","b":[1,null,true]}'


def test_recording_nothing_writes_nothing(lite):
    with lite.writing() as session:
        assert record(session, at=NOW) == []
    assert kinds(lite) == []


def test_every_kind_fits_its_column_and_is_its_own():
    assert all(len(kind.value) <= 40 and kind.value.isascii() for kind in Kind)
    assert isinstance(Happening(Kind.SITE_ADDED, "site", 1).kind, Kind)


def test_what_administrators_do_leaves_events_with_their_account(app, administrator, register):
    administrator.post("/sites", {"site": "Bệnh viện Bạch Mai"}, page="/staff")
    administrator.post("/staff", {"email": "new@example.vn", "role": "clerk"})
    with register.reading() as session:
        ids = {one.email: one.id for one in session.scalars(select(Account))}
    for active in ("no", "yes"):
        administrator.post(f"/staff/{ids['new@example.vn']}/active", {"active": active}, page="/staff")
    with register.reading() as session:
        chosen = select(AuditEvent).where(AuditEvent.account == ids["administrator@example.vn"]).order_by(AuditEvent.id)
        events = [(one.kind, one.subject_id) for one in session.scalars(chosen)]
    assert events == [
        ("site_added", 2),
        ("account_added", ids["new@example.vn"]),
        ("account_closed", ids["new@example.vn"]),
        ("account_opened", ids["new@example.vn"]),
    ]
    sealed(register)
    assert counted(register).waiting == 0


def test_no_password_and_no_hash_of_one_is_in_the_audit(app, register):
    with register.reading() as session:
        told = "".join(session.scalars(select(AuditDetail.details)))
    assert "clerk@example.vn" in told
    assert "argon2" not in told
    assert PASSWORD not in told


def test_a_site_s_province_is_noted_once(lite):
    with lite.writing() as session:
        site = site_named(session, "Trạm A", now=NOW)
        for _ in range(2):
            set_province(session, site, "01", now=NOW)
    assert kinds(lite) == ["site_added", "site_changed"]
