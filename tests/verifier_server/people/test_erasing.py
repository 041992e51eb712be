"""Erasing a person: no value of theirs is left anywhere, their passes are refused, the chain is whole."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

import verifier_server
from verifier_server.audit.findings import Count
from verifier_server.audit.sealing import seal
from verifier_server.audit.verifying import verify
from verifier_server.errors import FieldError
from verifier_server.health_book.tables import CitizenSession, OutgoingMessage
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.consent import note_consent
from verifier_server.people.correcting import correct_person
from verifier_server.people.erasing import ELSEWHERE, erase_person
from verifier_server.people.merging import merge
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person
from verifier_server.schema import METADATA

from ..builders import NOW, a_pass, a_person, a_recorded_dose, an_account, an_entry

PERSONAL = ("Phương Thảo", "phuong thao", "19900131", "912345678", "001190000003", "012345678", "VN1:")


def everything(session):
    """All that the database holds, as text."""
    rows = (session.execute(text(f'SELECT * FROM "{table.name}"')) for table in METADATA.sorted_tables)
    return "\n".join(str(tuple(row)) for found in rows for row in found)


def test_nothing_of_an_erased_person_is_left_and_the_chain_is_whole(storage, desk):
    with storage.writing() as session:
        by = an_account(session)
        person, other = a_person(session, id_number="012345678"), a_person(session, phone="")
        a_recorded_dose(session, person)
        note_consent(session, person.id, True, how="paper", by=by, now=NOW)
        correct_person(session, person.id, an_entry(id_number="012345678", birth="1990"), version=1, by=by, now=NOW)
        merge(session, other.id, person.id, by=by, now=NOW)
    issued = a_pass(storage, desk, other.id)
    seal(storage, lambda: NOW)
    with storage.writing() as session:
        assert all(value in everything(session) for value in PERSONAL)
        assert erase_person(session, other.id, ground="request", by=by, now=NOW) == 1
        assert erase_person(session, other.id, ground="request", by=by, now=NOW) == 0
    with storage.writing() as session:
        left = everything(session)
        assert [value for value in PERSONAL if value in left] == []
        assert find_people(session, "phuong thao") == []
        row = session.get(IssuedPass, issued.id)
        assert (row.revoked_why, row.text) == ("person erased", "")
        assert all(one.erased_at == NOW for one in session.scalars(select(Person)))
    seal(storage, lambda: NOW)
    assert list(verify(storage, Count())) == []


def test_what_the_health_book_holds_by_phone_goes_unless_a_relative_has_the_phone(storage):
    with storage.writing() as session:
        person, relative = a_person(session), a_person(session, id_number="001190000011", name="Lê Thị Bình")
        phone = person.phone
        session.add(CitizenSession(token_hash="h", phone=phone, made_at=NOW, ends_at=NOW + 1))
        session.add(OutgoingMessage(phone=phone, text="Mã QR của Phương Thảo", made_at=NOW, until=NOW + 1))
    for one, left in ((person, 2), (relative, 0)):
        with storage.writing() as session:
            erase_person(session, one.id, ground="request", by=None, now=NOW)
            held = [*session.scalars(select(CitizenSession)), *session.scalars(select(OutgoingMessage))]
            assert [row.phone for row in held] == [phone] * left


def test_nobody_gets_a_pass_or_a_change_after_being_erased(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
        erase_person(session, person.id, ground="mistake", by=None, now=NOW)
        with pytest.raises(FieldError, match="not in the register"):
            correct_person(session, person.id, an_entry(), version=2, by=None, now=NOW)
    with storage.session(writing=True) as session, pytest.raises(Exception, match="not in the register"):
        issue_pass(session, PassRequest(person.id, "domestic"), desk, NOW)


def test_every_part_that_erases_is_named_so_that_a_worker_does_it_too():
    folder = Path(verifier_server.__file__).parent
    parts = [path for path in folder.rglob("*.py") if "\n@also_erases\n" in path.read_text("utf-8")]
    assert {".".join(path.relative_to(folder.parent).with_suffix("").parts) for path in parts} == set(ELSEWHERE)


def test_a_ground_is_needed(lite):
    with lite.writing() as session:
        person = a_person(session)
        with pytest.raises(FieldError):
            erase_person(session, person.id, ground="", by=None, now=NOW)
