"""The register held against its events: nothing differs after a lived day, and whatever is changed by hand shows."""

import pytest
from sqlalchemy import select, text

from verifier_server.api.scopes import Scope
from verifier_server.api.tokens import add_token
from verifier_server.audit.findings import Count
from verifier_server.audit.rows import differing_rows, verify_rows
from verifier_server.doses.correcting import correct_dose
from verifier_server.doses.signing_off import sign_off
from verifier_server.doses.striking import strike_dose
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import Change
from verifier_server.errors import ServerError
from verifier_server.passes.replacing import replace_pass
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.correcting import correct_person
from verifier_server.people.erasing import erase_person
from verifier_server.people.merging import merge, undo
from verifier_server.people.tables import Person
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account, set_active
from verifier_server.staff.approving import confirm, set_role
from verifier_server.staff.tables import Account

from ..builders import NOW, TODAY, a_dose_entry, a_pass, a_person, a_recorded_dose, an_entry


def found(storage):
    count = Count()
    return [(one.kind.value, one.detail) for one in verify_rows(storage, count)], count


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch):
    """Hashing needs an application, and what a password's hash is does not matter here."""
    monkeypatch.setattr("verifier_server.staff.accounts.hash_password", str)


def staffed(session):
    """A clerk who may revoke, and a second administrator who was confirmed by the first."""
    site = add_site(session, "Trạm y tế phường Mẫu", now=NOW)
    password = "a long test password"
    make = {"password": password, "now": NOW}
    clerk = add_account(session, email="clerk@example.vn", role="clerk", site_id=site.id, **make)
    admin = add_account(session, email="a@example.vn", role="key_administrator", **make)
    other = add_account(session, email="b@example.vn", role="clerk", by=admin.id, **make)
    set_role(session, other, "key_administrator", None, by=admin.id, now=NOW)
    set_active(session, other, active=False, now=NOW, by=admin.id)
    return site.id, clerk.id, other.id


@pytest.fixture
def lived(storage, desk):
    """A register in which people were entered, corrected, merged, parted and erased; doses and passes likewise."""
    with storage.writing() as session:
        site, clerk, _other = staffed(session)
        an, binh, chi, dung = (a_person(session, id_number=f"00119000000{n}", phone="") for n in range(1, 5))
        correct_person(session, an.id, an_entry(name="Lê An", id_number="001190000001"), version=1, by=clerk, now=NOW)
        for person in (an, binh, chi):
            a_recorded_dose(session, person, number=1, day="01/06/2021")
        a_recorded_dose(session, dung, number=1, day="02/06/2021")
        waiting = a_recorded_dose(session, an, number=2, day="30/07/2021", site_id=site, source="site")
        a_recorded_dose(session, chi, number=2, day="30/07/2021", site_id=site, source="site")
        sign_off(session, site, TODAY, by=clerk, now=NOW + 5, seen={waiting.id: 1})
        correct_dose(session, waiting.id, a_dose_entry(2, day="29/07/2021"), Change(1, "x", clerk, NOW), site_id=site)
        first = session.scalars(select(Dose.id).where(Dose.person_id == chi.id, Dose.number == 1)).one()
        strike_dose(session, first, Change(1, "x", clerk, NOW), renumber=True)
        people = [one.id for one in (an, binh, chi, dung)]
        add_token(session, name="Sổ tiêm", scopes=[Scope.PEOPLE_READ], days=9, site_id=site, by=None, now=NOW)
    passes = [a_pass(storage, desk, person, site_id=site, by=clerk) for person in (people[0], people[1], people[3])]
    with storage.reading() as session:
        account = session.get(Account, clerk)
    replace_pass(storage, desk, passes[0].id, "lost", account=account, now=NOW + 9)
    with storage.writing() as session:
        parted = merge(session, people[0], people[1], by=clerk, now=NOW + 10)
        undo(session, parted.id, by=clerk, now=NOW + 11)
        merge(session, people[1], people[2], by=clerk, now=NOW + 12)
        erase_person(session, people[3], ground="request", by=clerk, now=NOW + 13)
    return storage


def test_after_a_lived_day_every_row_is_as_its_events_say(lived):
    differences, count = found(lived)
    assert differences == []
    assert (count.rows, count.older) == (4 + 5 + 4 + 3 + 1, 0)


BY_HAND = {
    "UPDATE dose SET vaccine = 'AZ', lot = 'X' WHERE id = 1": ("row_differs", "dose 1: lot, vaccine"),
    "UPDATE dose SET given_on = '2021-06-03' WHERE id = 1": ("row_differs", "dose 1: given_on"),
    "UPDATE dose SET person_id = 4, number = 9 WHERE id = 1": ("row_differs", "dose 1: number, person"),
    "UPDATE dose SET signed_off_at = 7 WHERE signed_off_at IS NULL": ("row_differs", "dose 6: signed_off_at"),
    "DELETE FROM dose WHERE id = 2": ("row_gone", "dose 2 is not there"),
    "INSERT INTO dose (id, person_id, number, vaccine, given_on, recorded_at, signed_off_at) "
    f"VALUES (90, 1, 9, 'AZ', '2021-07-30', {NOW}, {NOW})": ("row_without_event", "dose 90 has no event"),
    "INSERT INTO dose (id, person_id, number, vaccine, given_on, recorded_at) "
    f"VALUES (3, 1, 9, 'AZ', '2021-07-30', {NOW})": ("row_differs", "dose 3 is there, and event"),
    "UPDATE issued_pass SET revoked_at = NULL WHERE id = 1": ("row_differs", "pass 1: revoked_at"),
    "UPDATE issued_pass SET status = 'complete', expires_at = expires_at + 1 WHERE id = 2": (
        "row_differs",
        "pass 2: expires_at, status",
    ),
    "UPDATE issued_pass SET issued_by = NULL WHERE id = 2": ("row_differs", "pass 2: issued_by"),
    "UPDATE person SET birth = 19900130 WHERE id = 1": ("row_differs", "person 1: birth"),
    "UPDATE person SET name = 'Lê Anh', merged_into = 2 WHERE id = 1": ("row_differs", "person 1: merged_into, name"),
    "UPDATE person SET erased_at = NULL WHERE id = 4": ("row_differs", "person 4: erased"),
    "UPDATE account SET active = true WHERE email = 'b@example.vn'": ("row_differs", "account 3: active"),
    "UPDATE account SET confirmed_at = 7 WHERE email = 'b@example.vn'": ("row_differs", "account 3: confirmed"),
    "UPDATE account_role SET role_id = (SELECT id FROM role WHERE name = 'key_administrator') WHERE account_id = 1": (
        "row_differs",
        "account 1: role",
    ),
    "INSERT INTO account_role SELECT 1, id FROM role WHERE name = 'auditor'": ("row_differs", "account 1: role"),
    "UPDATE api_token SET scopes = '[\"people:write\"]'": ("row_differs", "api_token 1: scopes"),
}


def test_what_is_changed_by_hand_is_named_with_its_row_and_without_its_values(lived):
    for command, (kind, said) in BY_HAND.items():
        with lived.session(writing=True) as session:
            session.execute(text(command))
            [one] = differing_rows(session, Count())
            session.rollback()
        assert (one.kind, one.detail[: len(said)]) == (kind, said)
        assert "Lê An" not in one.detail
    assert found(lived)[0] == []


def test_a_second_administrator_who_was_confirmed_stays_so(storage):
    with storage.writing() as session:
        _site, clerk, other = staffed(session)
        confirm(session, session.get_one(Account, other), by=clerk, now=NOW)
    assert found(storage)[0] == []


def test_rows_older_than_the_audit_are_counted_and_not_found(storage):
    with storage.writing() as session:
        a_person(session)
        session.execute(
            text(
                "INSERT INTO person (name, name_folded, name_plain, birth, sex, created_at) "
                "SELECT name, name_folded, name_plain, birth, sex, created_at - 1 FROM person"
            )
        )
    differences, count = found(storage)
    assert (differences, count.rows, count.older) == ([], 1, 1)


def test_more_rows_than_one_piece_are_read_like_a_few(lived, monkeypatch):
    monkeypatch.setattr("verifier_server.audit.rows.PIECE", 2)
    with lived.writing() as session:
        session.execute(text("UPDATE dose SET lot = 'X' WHERE id IN (1, 6)"))
    assert [kind for kind, _detail in found(lived)[0]] == ["row_differs"] * 2


def test_a_value_of_another_type_is_one_sentence(sqlite):
    with sqlite.writing() as session:
        add_token(session, name="x", scopes=[Scope.PEOPLE_READ], days=9, site_id=None, by=None, now=NOW)
        session.execute(text("UPDATE api_token SET scopes = 'no list'"))
    with pytest.raises(ServerError, match="api_token holds a value of the wrong type"):
        found(sqlite)


def test_an_erased_persons_rows_are_not_held_against_what_was_erased(lived):
    with lived.reading() as session:
        erased = session.scalars(select(Person.id).where(Person.erased_at.is_not(None))).all()
        assert session.scalars(select(IssuedPass.text).where(IssuedPass.person_id.in_(erased))).all() == [""]
    assert found(lived)[0] == []
