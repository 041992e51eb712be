"""The queue: a clerk says whom a row means, once, whoever else looks at it."""

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.tables import Dose
from verifier_server.errors import FieldError
from verifier_server.imports.deciding import (
    HELD_SECONDS,
    Decision,
    candidates_of,
    decide,
    meeting_of,
    next_waiting,
    waiting,
)
from verifier_server.people.tables import Person

from ..builders import NOW, a_record, many_records
from .builders import a_doubtful_record


@pytest.fixture
def queue(importing):
    """An import with a known person and two rows that wait, 4 and 5."""
    importing.number = importing.import_all(
        [a_record(), *many_records(1), a_doubtful_record(), a_doubtful_record(lot="other")]
    )
    return importing


def decided(queue, row, decision, by=None):
    with queue.storage.writing() as session:
        return decide(session, queue.number, row, decision, by=by or queue.clerk, now=NOW + 5)


def test_the_clerk_is_shown_who_it_may_be_and_why(queue):
    with queue.storage.reading() as session:
        entry, meeting = meeting_of(session, queue.row(queue.number, 4), NOW)
        [(person, score, reasons)] = candidates_of(meeting)
    assert entry.person.id_number == "001190999999"
    assert person.id_number == "001190000003"
    assert score > 50
    assert {"same_name", "same_birth", "same_phone", "other_number"} <= {one.value for one in reasons}


def test_chosen_the_dose_is_the_persons_and_signed_off_by_who_chose(queue):
    [person] = queue.all(Person, Person.id_number == "001190000003")
    row = decided(queue, 4, Decision("person", person.id))
    [dose] = queue.all(Dose, Dose.id == row.dose_id)
    assert (dose.person_id, dose.number, dose.source, dose.signed_off_by) == (person.id, 2, "back_entry", queue.clerk)
    assert (row.outcome, row.cells, row.decided_by, row.new_person) == ("entered", None, queue.clerk, False)
    [kept] = queue.all(Person, Person.id == person.id)
    assert kept.id_number == "001190000003"


def test_a_new_person_is_entered_where_the_clerk_says_so(queue):
    row = decided(queue, 4, Decision("new"))
    [person] = queue.all(Person, Person.id == row.person_id)
    assert (row.new_person, person.id_number, person.created_by) == (True, "001190999999", queue.clerk)
    # What was decided makes the next row of the same person clear.
    with queue.storage.reading() as session:
        _entry, meeting = meeting_of(session, queue.row(queue.number, 5), NOW)
    assert [(one.id, score) for one, score, _ in candidates_of(meeting)] == [(person.id, 100)]
    with pytest.raises(FieldError, match="has this ID number"):
        decided(queue, 5, Decision("new"))


def test_left_out_a_row_keeps_the_reason_and_nothing_else(queue):
    row = decided(queue, 4, Decision("reject", reason="paper is missing"))
    assert (row.outcome, row.reason, row.cells, row.person_id) == ("rejected", "paper is missing", None, None)
    with pytest.raises(FieldError, match="empty"):
        decided(queue, 5, Decision("reject", reason="  "))


@pytest.mark.parametrize("decision", [Decision("person"), Decision(""), Decision("person", 4_711)])
def test_nobody_chosen_is_asked_for_again(queue, decision):
    with pytest.raises(FieldError):
        decided(queue, 4, decision)
    assert queue.row(queue.number, 4).outcome == "waiting"


def test_the_first_of_two_clerks_counts_and_the_second_is_told(queue):
    decided(queue, 4, Decision("new"))
    with pytest.raises(FieldError, match="decided this row already"):
        decided(queue, 4, Decision("reject", reason="no"))
    assert len(queue.all(Dose)) == 3


def test_two_clerks_are_shown_different_rows(queue):
    def shown(by, now=NOW, **more):
        with queue.storage.writing() as session:
            return next_waiting(session, queue.number, by=by, now=now, **more)

    assert [shown(1), shown(2), shown(1), shown(2)] == [4, 5, 4, 5]
    # More clerks than rows: nobody is sent away. And who went home holds nothing back.
    assert shown(3) == 4
    assert shown(9, now=NOW + HELD_SECONDS + 1) == 4
    assert shown(9, now=NOW + HELD_SECONDS + 1, after=4) == 5
    for row in (4, 5):
        decided(queue, row, Decision("reject", reason="no"))
    assert shown(1) is None
    with queue.storage.reading() as session:
        assert waiting(session) == 0


def test_a_dose_that_contradicts_the_chosen_person_is_said_and_the_row_waits_on(queue):
    [person] = queue.all(Person, Person.id_number == "001190000003")
    decided(queue, 4, Decision("person", person.id))
    row = decided(queue, 5, Decision("person", person.id))
    assert row.outcome == "known"  # the same product on the same day
    other = queue.import_all([a_doubtful_record(vaccine="AZ", full_name=a_record()["full_name"].lower())])
    with queue.storage.writing() as session, pytest.raises(FieldError, match="recorded already"):
        decide(session, other, 2, Decision("person", person.id), by=queue.clerk, now=NOW)
    assert queue.row(other, 2).outcome == "waiting"


def test_a_decision_is_an_event_without_the_reason(queue):
    decided(queue, 4, Decision("reject", reason="a secret"))
    with queue.storage.reading() as session:
        assert session.scalars(select(AuditEvent.kind).order_by(AuditEvent.id.desc())).first() == "import_row_decided"


def test_nothing_of_an_undone_import_is_decided(queue):
    queue.undo(queue.number)
    with pytest.raises(FieldError, match="undone"):
        decided(queue, 4, Decision("new"))
    assert queue.row(queue.number, 4).cells is None
