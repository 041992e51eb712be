"""Who may decide what: one administrator up to the limit, two above it and for every un-revocation."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from verifier_server.errors import FieldError, ServerError
from verifier_server.revocation.batches import waiting, withdraw
from verifier_server.revocation.selection import Selection
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.revocation.work import carry_out
from verifier_server.staff.accounts import account_of
from verifier_server.staff.tables import Account, Role

from ..builders import DAY, NOW
from .builders import (
    CLERK,
    FIRST,
    LIMIT,
    SECOND,
    a_wish,
    approved,
    decided,
    key_of,
    passes,
    people,
    proposed,
    revoked,
)


@pytest.fixture
def few(storage, desk, accounts):
    return passes(storage, desk, people(storage, LIMIT))


@pytest.fixture
def many(storage, desk, accounts):
    return passes(storage, desk, people(storage, LIMIT + 1))


def test_as_many_as_the_limit_one_administrator_revokes_alone(storage, few):
    batch = proposed(storage, a_wish(key_of(few)))
    assert not batch.is_waiting
    assert carry_out(storage, batch.id, now=NOW).passes_done == LIMIT


def test_one_more_than_the_limit_waits_for_a_second_person(storage, many):
    batch = proposed(storage, a_wish(key_of(many)))
    assert batch.is_waiting
    with pytest.raises(ServerError, match="waits for a second administrator"):
        carry_out(storage, batch.id, now=NOW)
    assert revoked(storage) == set()
    with storage.reading() as session:
        assert [one.id for one in waiting(session)] == [batch.id]


def test_another_administrator_approves_it(storage, many, accounts):
    batch = approved(storage, proposed(storage, a_wish(key_of(many))))
    assert batch.approved_by == accounts[SECOND]
    carry_out(storage, batch.id, now=NOW)
    assert revoked(storage) == {row.id for row in many}


@pytest.mark.parametrize(
    ("by", "code"), [(FIRST, "same_person"), (CLERK, "no_admin"), ("nobody@example.vn", "no_admin"), ("x", "bad_email")]
)
def test_nobody_else_approves_it(storage, many, by, code):
    batch = proposed(storage, a_wish(key_of(many)))
    with pytest.raises(FieldError) as refused:
        approved(storage, batch, by=by)
    assert refused.value.code == code
    with storage.reading() as session:
        assert session.get(RevocationBatch, batch.id).is_waiting


def test_the_same_address_in_capitals_is_the_same_person(storage, many):
    batch = proposed(storage, a_wish(key_of(many)))
    with pytest.raises(FieldError, match="another administrator"):
        approved(storage, batch, by=FIRST.upper())


def test_an_account_that_was_closed_approves_nothing(storage, many):
    batch = proposed(storage, a_wish(key_of(many)))
    with storage.writing() as session:
        session.execute(update(Account).where(Account.email == SECOND).values(active=False))
    with pytest.raises(FieldError, match="open"):
        approved(storage, batch)


def test_the_database_itself_refuses_one_person_for_two(storage, many, accounts):
    batch = proposed(storage, a_wish(key_of(many)))
    with pytest.raises(IntegrityError), storage.writing() as session:
        session.execute(update(RevocationBatch).values(approved_by=accounts[FIRST], approved_at=NOW))
    with storage.reading() as session:
        assert session.get(RevocationBatch, batch.id).approved_by is None


def test_a_clerk_revokes_nothing_alone_however_few(storage, few):
    batch = proposed(storage, a_wish(key_of(few), by=CLERK))
    assert batch.is_waiting
    with pytest.raises(ServerError, match="waits for a second administrator"):
        carry_out(storage, batch.id, now=NOW)
    assert revoked(storage) == set()
    approved(storage, batch)
    assert carry_out(storage, batch.id, now=NOW).passes_done == LIMIT


def test_who_may_not_propose_proposes_nothing(storage, few):
    with storage.writing() as session:
        account = account_of(session, CLERK)
        account.roles = [session.scalars(select(Role).where(Role.name == "vaccinator")).one()]
    with pytest.raises(FieldError, match="administrator"):
        proposed(storage, a_wish(key_of(few), by=CLERK))


def test_a_reason_is_needed(storage, few):
    with pytest.raises(FieldError) as refused:
        proposed(storage, a_wish(key_of(few), reason=" "))
    assert refused.value.field == "reason"


def test_small_pieces_of_one_day_count_together(storage, many):
    first, last = many[0], many[-1]
    for row in many[:-1]:
        assert not decided(storage, Selection("pass", str(row.serial))).second_person
    assert proposed(storage, a_wish(Selection("pass", str(last.serial)))).is_waiting
    assert not proposed(storage, a_wish(Selection("person", str(first.person_id)), by=SECOND)).is_waiting


def test_the_next_day_counts_anew(storage, many):
    for row in many[:-1]:
        decided(storage, Selection("pass", str(row.serial)))
    wish = a_wish(Selection("pass", str(many[-1].serial)))
    assert not proposed(storage, wish, now=NOW + DAY).is_waiting


def test_un_revoking_one_pass_needs_two_people(storage, few):
    one = Selection("pass", str(few[0].serial))
    carry_out(storage, decided(storage, one).id, now=NOW)
    batch = proposed(storage, a_wish(one, "unrevoke"))
    assert batch.is_waiting
    carry_out(storage, approved(storage, batch).id, now=NOW)
    assert revoked(storage) == set()


def test_the_same_wish_again_is_the_same_batch_until_it_is_finished(storage, many):
    batch = proposed(storage, a_wish(key_of(many)))
    assert proposed(storage, a_wish(key_of(many), by=SECOND)).id == batch.id
    carry_out(storage, approved(storage, batch).id, now=NOW)
    assert proposed(storage, a_wish(key_of(many))) is None


def test_a_proposal_can_be_withdrawn_and_is_dead_then(storage, many):
    batch = proposed(storage, a_wish(key_of(many)))
    with storage.writing() as session:
        withdraw(session, batch.id, by=FIRST, now=NOW)
    with pytest.raises(FieldError, match="withdrawn"):
        approved(storage, batch)
    with pytest.raises(ServerError, match="withdrawn"):
        carry_out(storage, batch.id, now=NOW)
    with storage.reading() as session:
        assert waiting(session) == []
    assert proposed(storage, a_wish(key_of(many))).id != batch.id


def test_what_is_approved_cannot_be_withdrawn(storage, many):
    batch = approved(storage, proposed(storage, a_wish(key_of(many))))
    with pytest.raises(FieldError, match="does not wait"), storage.writing() as session:
        withdraw(session, batch.id, by=FIRST, now=NOW)


def test_two_approvals_at_once_are_one(storage, desk, accounts, many):
    with storage.writing() as session:
        third = Account(email="third@example.vn", password="-", active=True, fs_uniquifier="3", created_at=NOW)
        third.confirmed_at = NOW
        third.roles = list(session.scalars(select(Account).where(Account.email == FIRST)).one().roles)
        session.add(third)
    batch = proposed(storage, a_wish(key_of(many)))

    def approve_and_do(by):
        approved(storage, batch, by=by)
        return carry_out(storage, batch.id, now=NOW).passes_done

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(approve_and_do, [SECOND, "third@example.vn"] * 2))
    assert done == [LIMIT + 1] * 4
    assert revoked(storage) == {row.id for row in many}


def test_pieces_that_are_asked_for_at_once_count_together_too(storage, desk, accounts):
    rows = passes(storage, desk, people(storage, LIMIT + 3))
    with ThreadPoolExecutor(4) as pool:
        asked = pool.map(lambda row: proposed(storage, a_wish(Selection("pass", str(row.serial)))), rows)
        assert sum(batch.is_waiting for batch in asked) == 3
