"""Correcting people: versions, papers over time, and what the audit keeps."""

import json

import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.errors import FieldError
from verifier_server.people.consent import checked_answer, consent_of, note_consent
from verifier_server.people.correcting import correct_person, present_paper
from verifier_server.people.family import people_of_phone
from verifier_server.people.rules import person_entry
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person

from ..builders import NAME, NOW, TODAY, a_person, an_entry


def corrected(session, person, *, version=1, mistyped=False, **details):
    return correct_person(session, person.id, an_entry(**details), version=version, by=None, now=NOW, mistyped=mistyped)


def papers(person):
    return [(one.kind, one.number, one.ended_at is None) for one in person.identifiers]


def test_a_correction_changes_the_forms_that_are_searched_and_is_kept_in_the_audit(storage):
    with storage.writing() as session:
        person = a_person(session)
        assert corrected(session, person, name="Trần Thị Hòa").version == 2
        assert [one.id for one in find_people(session, "tran hoa")] == [person.id]
        kept = select(AuditDetail.details).join(AuditEvent, AuditEvent.id == AuditDetail.event)
        [told] = session.scalars(kept.where(AuditEvent.kind == "person_corrected"))
        assert json.loads(told) == {"version": 2, "before": {"name": NAME}, "after": {"name": "Trần Thị Hòa"}}


def test_who_saves_second_is_told_and_changes_nothing(storage):
    with storage.writing() as session:
        person = a_person(session)
        corrected(session, person, name="Trần Thị Hòa")
        with pytest.raises(FieldError, match="Somebody else has changed") as refused:
            corrected(session, person, phone="0999999999")
        assert (refused.value.code, person.name) == ("stale_person", "Trần Thị Hòa")
        assert person.phone != "+84999999999"


def test_the_second_press_of_a_button_changes_nothing(lite):
    with lite.writing() as session:
        person = a_person(session)
        for _press in range(2):
            assert corrected(session, person, name="Trần Thị Hòa").version == 2


def test_a_new_paper_keeps_the_former_one_which_still_finds_the_person(storage):
    with storage.writing() as session:
        person = a_person(session, id_number="012345678")
        corrected(session, person, id_number="001190000003")
        assert papers(person) == [("cmnd", "012345678", False), ("cccd", "001190000003", True)]
        for number in ("012345678", "2345", "001190000003"):
            assert [one.id for one in find_people(session, number)] == [person.id]
        with pytest.raises(FieldError, match="in the register already"):
            a_person(session, name="Trần Văn Dũng", id_number="012345678")


def test_a_mistyped_number_is_not_kept_and_is_free_for_its_owner(storage):
    with storage.writing() as session:
        person = a_person(session, id_number="001190000004")
        corrected(session, person, id_number="001190000003", mistyped=True)
        assert papers(person) == [("cccd", "001190000003", True)]
        assert a_person(session, name="Trần Văn Dũng", id_number="001190000004").id != person.id


def test_a_number_of_somebody_else_is_refused(storage):
    with storage.writing() as session:
        person, other = a_person(session), a_person(session, name="Trần Văn Dũng", id_number="001190000004")
        with pytest.raises(FieldError) as refused:
            corrected(session, other, name="Trần Văn Dũng")
        assert refused.value.code == "id_number_taken"
        assert person.id_number != other.id_number


def test_a_childs_birth_certificate_is_a_paper_that_tells_nobody_apart(lite):
    def child(name):
        return person_entry(
            name=name, birth="2019", sex="", phone="", id_number="45/2019", id_kind="birth_certificate", today=TODAY
        )

    with lite.writing() as session:
        one, other = (a_person(session, name=f"Lê {name}", id_number="", phone="") for name in ("An", "Ba"))
        for person in (one, other):
            correct_person(session, person.id, child(person.name), version=1, by=None, now=NOW)
            assert person.id_number is None
            assert present_paper(person) == ("birth_certificate", "VN", "45/2019")


@pytest.mark.parametrize(
    ("kind", "country", "number", "field"),
    [
        ("cccd", "", "012345678", "id_number"),
        ("cmnd", "", "001190000003", "id_number"),
        ("visa", "", "C1234567", "id_kind"),
        ("passport", "France", "C1234567", "id_country"),
        ("birth_certificate", "", "😀", "id_number"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(kind, country, number, field):
    with pytest.raises(FieldError) as refused:
        person_entry(
            name=NAME,
            birth="1990",
            sex="",
            phone="",
            id_number=number,
            id_kind=kind,
            id_country=country,
            today=TODAY,
        )
    assert refused.value.field == field


def test_a_foreign_passport_of_digits_is_a_passport():
    entry = person_entry(
        name=NAME,
        birth="1990",
        sex="",
        phone="",
        id_number="5512345678",
        id_kind="passport",
        id_country="us",
        today=TODAY,
    )
    assert entry.paper == ("passport", "US", "5512345678")


def test_consent_is_what_was_answered_last_and_nothing_where_nobody_asked(storage):
    with storage.writing() as session:
        person = a_person(session)
        assert consent_of(session, person.id) is None
        for given in (True, False):
            note_consent(session, person.id, given, how="paper", by=None, now=NOW)
        assert consent_of(session, person.id).given is False
    assert [checked_answer(text) for text in ("yes", "no")] == [True, False]
    for text in ("", "maybe"):
        with pytest.raises(FieldError):
            checked_answer(text)


def test_a_family_is_found_by_its_phone(lite):
    with lite.writing() as session:
        child = a_person(session, name="Lê An", birth="2015", id_number="")
        parent = a_person(session)
        assert [one.id for one in people_of_phone(session, "+84912345678")] == [parent.id, child.id]
        assert session.get(Person, child.id).phone == parent.phone
