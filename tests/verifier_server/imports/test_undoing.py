"""Undoing a whole import: what it made goes, what others did stays."""

import threading

from sqlalchemy import select

from verifier_server.audit.sealing import seal
from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.doses.tables import Dose, DoseVersion
from verifier_server.imports import runs
from verifier_server.imports.deciding import Decision, decide
from verifier_server.imports.importing import import_file
from verifier_server.imports.undoing import undo_import
from verifier_server.jobs.tables import Job
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person, PersonIdentifier

from ..builders import NOW, a_pass, a_person, a_record, a_recorded_dose, many_records
from .builders import a_doubtful_record


def names(importing):
    return {one.name for one in importing.all(Person, Person.erased_at.is_(None))}


def test_an_undone_import_leaves_the_register_as_it_was(importing):
    with importing.storage.writing() as session:
        a_recorded_dose(session, a_person(session))
    before = importing.counted()
    records = [a_record(dose_number="2", dose_date="29/07/2021"), *many_records(250), a_record(dob="1815")]
    number = importing.import_all(records)
    importing.undo(number)
    assert importing.counted() == before
    assert names(importing) == {a_record()["full_name"]}
    assert importing.outcomes(number) == {"undone": 1, "removed": 250, "refused": 1}
    run = importing.run(number)
    assert (run.state, run.undone_by) == ("undone", importing.clerk)
    assert {one.why for one in importing.all(DoseVersion)} == {"struck"}


def test_undone_the_same_file_can_be_imported_again(importing):
    records = many_records(3)
    first = importing.import_all(records)
    importing.undo(first)
    second = importing.import_all(records)
    assert second != first
    assert importing.outcomes(second) == {"entered": 3}
    assert importing.counted().doses == 3


def test_the_audit_of_erased_people_holds_nothing_about_them_and_the_chain_is_whole(importing):
    number = importing.import_all(many_records(2))
    people = [importing.row(number, row).person_id for row in (2, 3)]
    importing.undo(number)
    seal(importing.storage, lambda: NOW)
    with importing.storage.reading() as session:
        left = session.execute(
            select(AuditEvent.kind)
            .join(AuditDetail, AuditDetail.event == AuditEvent.id)
            .where(AuditEvent.person.in_(people))
        ).scalars()
        assert set(left) == {"details_erased"}


def test_people_whom_others_have_touched_since_stay(importing):
    records = many_records(4)
    number = importing.import_all(records)
    people = importing.all(Person)
    with importing.storage.writing() as session:
        touched, corrected = (session.get(Person, one.id) for one in people[:2])
        a_recorded_dose(session, touched, number=2, day="29/07/2021")
        corrected.version += 1
        dose = session.scalars(select(Dose).where(Dose.person_id == people[2].id)).one()
        dose.version += 1
    importing.undo(number)
    assert names(importing) == {one.name for one in people[:3]}
    assert importing.outcomes(number) == {"kept": 3, "removed": 1}
    assert {(one.person_id, one.number) for one in importing.all(Dose)} == {(people[0].id, 2), (people[2].id, 1)}


def test_what_was_learned_is_forgotten_unless_somebody_changed_the_person_since(importing):
    with importing.storage.writing() as session:
        one = a_person(session, id_number="").id
        other = a_person(session, name="Lê Hòa", id_number="", phone="0911111111").id
    number = importing.import_all(
        [a_record(), a_record(full_name="Lê Hòa", phone="0911111111", id_number="001190000004")]
    )
    with importing.storage.writing() as session:
        session.get(Person, other).version += 1
    importing.undo(number)
    [first, second] = importing.all(Person)
    assert (first.id, first.id_number, first.phone) == (one, None, "+84912345678")
    assert [paper.number for paper in importing.all(PersonIdentifier)] == ["001190000004"]
    assert second.id_number == "001190000004"


def test_passes_that_told_a_struck_dose_are_revoked(importing, new_desk):
    with importing.storage.writing() as session:
        known = a_person(session)
        a_recorded_dose(session, known)
        for dose in session.scalars(select(Dose)):
            dose.signed_off_at = NOW - 10
    number = importing.import_all([a_record(dose_number="2", dose_date="29/07/2021"), *many_records(1)])
    made = importing.row(number, 3).person_id
    desk = new_desk(importing.storage)
    passes = [a_pass(importing.storage, desk, person, now=NOW + 10).id for person in (known.id, made)]
    importing.undo(number)
    revoked = {one.id: one.revoked_at for one in importing.all(IssuedPass)}
    assert [revoked[one] for one in passes] == [NOW + 60, NOW + 60]
    # Whoever stays gets what is left.
    assert [one.params for one in importing.all(Job, Job.kind == "dose_change")] == [
        f'{{"person": {known.id}, "forms": ["domestic"], "site": null}}'
    ]


def test_a_row_that_a_clerk_decided_is_undone_like_the_others(importing):
    number = importing.import_all([a_record(), a_doubtful_record(), a_doubtful_record(lot="x")])
    with importing.storage.writing() as session:
        decide(session, number, 3, Decision("new"), by=importing.clerk, now=NOW)
    importing.undo(number)
    assert (importing.counted().people, importing.counted().doses) == (0, 0)
    assert importing.outcomes(number) == {"removed": 2, "undone": 1}


def test_an_undo_that_was_interrupted_goes_on(importing):
    number = importing.import_all(many_records(250))
    with importing.storage.writing() as session:
        runs.begin_undo(session, number, by=importing.clerk, now=NOW, job=False)
    for steps in (1, 2, 1):
        undoing = undo_import(importing.storage, importing.files, number, NOW)
        for _ in range(steps):
            next(undoing)
        undoing.close()
    last = list(undo_import(importing.storage, importing.files, number, NOW))[-1]
    assert last == (500, 500)
    assert importing.outcomes(number) == {"removed": 250}
    assert importing.counted().people == 0


def test_a_page_that_writes_gets_its_turn_between_the_pieces_of_an_undo(importing):
    number, begun = importing.import_all(many_records(250)), threading.Event()
    with importing.storage.writing() as session:
        runs.begin_undo(session, number, by=importing.clerk, now=NOW, job=False)

    def undo():
        for _ in undo_import(importing.storage, importing.files, number, NOW):
            begun.set()

    undoing = threading.Thread(target=undo)
    undoing.start()
    begun.wait()
    with importing.storage.writing() as session:
        a_person(session)
        state = runs.run_numbered(session, number).state
    undoing.join()
    assert state == "undoing"
    assert importing.outcomes(number) == {"removed": 250}


def test_an_import_is_undone_in_its_middle(importing):
    number = importing.rehearse(many_records(600))
    importing.begin(number)
    next(import_file(importing.storage, importing.files, number, NOW))
    importing.undo(number)
    assert (importing.counted().people, importing.run(number).state) == (0, "undone")
    assert list(import_file(importing.storage, importing.files, number, NOW)) == []
