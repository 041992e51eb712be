"""The import: each row once, whoever runs it, however often."""

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.tables import Dose
from verifier_server.imports import runs
from verifier_server.imports.importing import import_file
from verifier_server.jobs.tables import Job
from verifier_server.people.tables import Person

from ..builders import NOW, a_pass, a_person, a_record, a_recorded_dose, many_records
from .builders import a_doubtful_record


def test_doses_enter_as_back_entry_signed_off_by_whoever_runs_it(importing):
    number = importing.import_all([a_record(), *many_records(2)])
    doses = importing.all(Dose)
    assert {(one.source, one.signed_off_by, one.recorded_by) for one in doses} == {
        ("back_entry", importing.clerk, importing.clerk)
    }
    assert all(one.counts for one in doses)
    row = importing.row(number, 2)
    assert (row.outcome, row.new_person, row.dose_id) == ("entered", True, doses[0].id)
    assert importing.run(number).state == "imported"
    assert not importing.files.of(number).exists()


def test_running_it_twice_changes_nothing(importing):
    records = [*many_records(5), a_record(dob="1815")]
    importing.import_all(records)
    before = importing.counted()
    again = importing.hand_in(records)
    assert not importing.was_new
    importing.enter(again)
    # And as another file, with one byte more.
    number = importing.import_all([*records, a_record(full_name="Lê Hòa", id_number="", phone="")])
    assert importing.outcomes(number) == {"known": 5, "refused": 1, "entered": 1}
    after = importing.counted()
    assert (after.people, after.doses) == (before.people + 1, before.doses + 1)


def test_every_change_is_an_event_by_the_clerk(importing):
    importing.import_all(many_records(2))
    with importing.storage.reading() as session:
        events = session.execute(select(AuditEvent.kind, AuditEvent.account)).all()
    mine = [kind for kind, account in events if account == importing.clerk]
    assert sorted(mine) == [
        *("dose_recorded", "dose_recorded", "import_begun", "import_finished", "person_added", "person_added"),
        "site_added",
    ]


def test_a_stopped_import_goes_on_behind_its_last_chunk(importing):
    number = importing.rehearse(many_records(1_200))
    importing.begin(number)
    begun = import_file(importing.storage, importing.files, number, NOW)
    assert next(begun) == (500, 1_200)
    begun.close()
    assert [step.done for step in import_file(importing.storage, importing.files, number, NOW)] == [1_000, 1_200]
    assert importing.counted().doses == 1_200


def test_two_processes_enter_nothing_twice(importing):
    number = importing.rehearse(many_records(1_200))
    importing.begin(number)
    first, second = (import_file(importing.storage, importing.files, number, NOW) for _ in range(2))
    next(first)
    next(second)
    with pytest.raises(runs.ImportTaken):
        next(first)
    list(second)
    assert importing.counted().doses == 1_200


def test_only_a_rehearsed_file_is_imported(lite_importing):
    number = lite_importing.hand_in(many_records(1))
    with pytest.raises(runs.FieldError, match="cannot be done"):
        lite_importing.begin(number)
    with pytest.raises(runs.FieldError, match="no import with the number"):
        lite_importing.begin(4_711)


def test_doubtful_rows_wait_with_what_they_say_and_nothing_is_entered_for_them(importing):
    number = importing.import_all([a_record(), a_doubtful_record()])
    waits = importing.row(number, 3)
    assert (waits.outcome, waits.cells["id_number"], waits.person_id) == ("waiting", "001190999999", None)
    assert importing.counted().doses == 1


def test_what_the_register_did_not_know_is_learned_and_an_open_form_becomes_stale(importing):
    with importing.storage.writing() as session:
        person = a_person(session, id_number="").id
    number = importing.import_all([a_record()])
    [known] = importing.all(Person, Person.id == person)
    assert (known.id_number, known.version) == ("001190000003", 2)
    assert importing.row(number, 2).learned == ["id_number"]


def test_somebody_who_holds_a_pass_gets_the_one_that_tells_the_new_dose(importing, new_desk):
    with importing.storage.writing() as session:
        person = a_person(session)
        a_recorded_dose(session, person)
        for dose in session.scalars(select(Dose)):
            dose.signed_off_at = NOW
    a_pass(importing.storage, new_desk(importing.storage), person.id)
    importing.import_all([a_record(dose_number="2", dose_date="29/07/2021"), *many_records(3)])
    jobs = importing.all(Job, Job.kind == "dose_change")
    assert [one.params for one in jobs] == [f'{{"person": {person.id}, "forms": ["domestic"], "site": 1}}']
