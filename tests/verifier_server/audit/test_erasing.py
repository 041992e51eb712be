"""A person's details go from the audit, and the chain is whole."""

from sqlalchemy import delete, select, text

from verifier_server.audit.erasing import erase_details
from verifier_server.audit.recording import record
from verifier_server.audit.tables import AuditDetail, AuditEvent

from ..builders import NOW, a_vaccinated_person
from .builders import a_happening, counted, findings, recorded, sealed


def erased(storage, person):
    with storage.writing() as session:
        return erase_details(session, person, account=5, at=NOW + 100)


def details(storage):
    with storage.reading() as session:
        return list(session.scalars(select(AuditDetail.details).order_by(AuditDetail.event)))


def test_after_an_erasure_nothing_of_the_person_is_left_and_the_chain_is_whole(storage):
    with storage.writing() as session:
        one = a_vaccinated_person(session)
        other = a_vaccinated_person(session, name="Lê Văn Hòa", id_number="001190000004", phone="0987654321")
    sealed(storage)
    assert erased(storage, one.id) == 3
    kept = "".join(details(storage))
    assert "Thảo" not in kept
    assert "001190000003" not in kept
    assert "Lê Văn Hòa" in kept
    assert counted(storage).erased == 3
    sealed(storage)
    count = counted(storage)
    assert (count.links, count.erased, count.waiting) == (7, 3, 0)
    with storage.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "details_erased")).one()
    assert (event.person, event.account) == (one.id, 5)
    assert other.id != one.id


def test_erasing_again_changes_nothing(storage):
    recorded(storage, 2)
    assert (erased(storage, 1), erased(storage, 1), erased(storage, 77)) == (1, 0, 0)
    sealed(storage)
    assert counted(storage).erased == 1


def test_what_is_not_sealed_yet_can_be_erased_and_is_sealed_afterwards(storage):
    recorded(storage, 2)
    erased(storage, 1)
    assert sealed(storage) == 3
    assert counted(storage).erased == 1


def test_a_person_who_comes_again_has_details_again_and_can_be_erased_again(storage):
    recorded(storage, 1)
    erased(storage, 1)
    with storage.writing() as session:
        record(session, a_happening(9, person=1), at=NOW + 200)
    sealed(storage)
    assert counted(storage).erased == 1
    assert erased(storage, 1) == 1
    assert counted(storage).erased == 2


def test_details_that_vanish_after_an_erasure_are_not_taken_for_erased(storage):
    recorded(storage, 1)
    erased(storage, 1)
    with storage.writing() as session:
        later = record(session, a_happening(9, person=1), at=NOW + 200)
    sealed(storage)
    with storage.writing() as session:
        session.execute(delete(AuditDetail).where(AuditDetail.event == later[0]))
    assert findings(storage) == ["detail_gone"]


def test_an_erasure_that_is_undone_erases_nothing(storage):
    recorded(storage, 1)
    with storage.session(writing=True) as session:
        session.begin()
        erase_details(session, 1, account=None, at=NOW)
        session.rollback()
    assert len(details(storage)) == 1
    assert counted(storage).erased == 0


def test_an_erased_detail_is_not_left_in_the_file(sqlite, tmp_path):
    with sqlite.writing() as session:
        record(session, a_happening(1, secret="Nguyễn Thị Bí Mật"), at=NOW)
    erased(sqlite, 1)
    with sqlite.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    sqlite.close()
    assert "Bí Mật".encode() not in (tmp_path / "register.sqlite").read_bytes()
