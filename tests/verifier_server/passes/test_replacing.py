"""A new pass in place of a lost one, and what becomes of the former ones when the setting says so."""

import pytest
from sqlalchemy import select

from verifier_server.errors import FieldError
from verifier_server.passes.issued import passes_of
from verifier_server.passes.replacing import replace_pass
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.staff.tables import Account

from ..builders import DAY, NOW, a_pass, a_vaccinated_person, trust_now


@pytest.fixture
def lan(storage):
    """A clerk."""
    with storage.writing() as session:
        account = Account(email="lan@x.vn", password="-", fs_uniquifier="lan", created_at=NOW)
        session.add(account)
        session.flush()
        return account


def test_a_lost_pass_is_revoked_and_replaced_in_one_go(storage, desk, lan):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    lost = a_pass(storage, desk, person.id)
    new = replace_pass(storage, desk, lost.id, "lost", account=lan, now=NOW + DAY)
    again = replace_pass(storage, desk, lost.id, "lost", account=lan, now=NOW + DAY)
    with storage.reading() as session:
        first, second = reversed(passes_of(session, person.id))
    assert (first.revoked_at, first.revoked_why, first.superseded_by) == (NOW + DAY, "lost", second.id)
    assert (second.id, second.issued_by, second.revoked_at) == (new.id, lan.id, None)
    assert again.id == new.id
    assert second.serial != first.serial
    with pytest.raises(FieldError, match="Say why"):
        replace_pass(storage, desk, new.id, "bored", account=lan, now=NOW)


def test_when_nothing_can_be_signed_the_former_pass_stays(storage, desk, lan):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    lost = a_pass(storage, desk, person.id, "travel")
    with storage.writing() as session:  # the dose was a trial one after all: no travel pass any more
        session.connection().exec_driver_sql("UPDATE dose SET vaccine = 'NANOCOVAX'")
    with pytest.raises(Exception, match="Trial"):
        replace_pass(storage, desk, lost.id, "lost", account=lan, now=NOW)
    with storage.reading() as session:
        assert session.get(IssuedPass, lost.id).revoked_at is None


@pytest.mark.parametrize("ends", [True, False])
def test_whether_a_new_domestic_pass_ends_the_laminated_card_is_a_setting(storage, new_desk, ends):
    desk = new_desk(storage, new_pass_ends_old=ends)
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    travel, card = (a_pass(storage, desk, person.id, form) for form in ("travel", "domestic"))
    with storage.writing() as session:
        session.get(Person, person.id).name = "Nguyễn Thị Thảo"  # corrected: the next pass says something else
    new = a_pass(storage, desk, person.id, now=NOW + DAY)
    with storage.reading() as session:
        rows = {one.id: one for one in session.scalars(select(IssuedPass))}
        revoked = trust_now(desk.signers._store, session, NOW).revoked_serials
    assert rows[card.id].superseded_by == new.id
    assert rows[card.id].revoked_why == ("replaced" if ends else None)
    assert (card.serial in revoked) == ends
    assert rows[travel.id].revoked_at is None
    assert rows[new.id].revoked_at is None
