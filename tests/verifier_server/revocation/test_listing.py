"""What the register says for the lists: on both databases, in the order of serials, without what nobody must refuse."""

import pytest
from sqlalchemy import insert

from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.passes.tables import IssuedPass, SerialBlock
from verifier_server.revocation.listing import KEPT_AFTER_EXPIRY, good_and_unexplained, handed_out, revoked_serials
from verifier_server.revocation.work import carry_out

from ..builders import DAY, NOW
from .builders import decided, key_of, passes, people

BLOCK = 1 << 20
KID, OTHER = bytes(8), bytes([1]) * 8


@pytest.fixture
def person(storage):
    return people(storage, 1)[0]


def a_row(storage, person, serial, *, revoked_at=NOW, expires_at=NOW + DAY, kid=KID):
    """A pass as a row, without its signature."""
    with storage.writing() as session:
        session.execute(
            insert(IssuedPass).values(
                person_id=person, form="domestic", serial=serial, kid=kid.hex(), text=f"VN1:{serial}", status="none",
                doses=0, state="-", issued_at=NOW, expires_at=expires_at, revoked_at=revoked_at,
            )
        )  # fmt: skip


def listed(storage, *kids, now=NOW):
    with storage.reading() as session:
        return list(revoked_serials(session, kids or (KID,), now))


def test_revoked_passes_come_in_the_order_of_their_serials(storage, person):
    for serial in (3 * BLOCK, BLOCK + 9, BLOCK + 2):
        a_row(storage, person, serial)
    assert listed(storage) == [BLOCK + 2, BLOCK + 9, 3 * BLOCK]


def test_good_passes_and_those_that_expired_long_ago_are_left_out(storage, person):
    a_row(storage, person, BLOCK + 1, revoked_at=None)
    a_row(storage, person, BLOCK + 2, expires_at=NOW - KEPT_AFTER_EXPIRY)
    a_row(storage, person, BLOCK + 3, expires_at=NOW - KEPT_AFTER_EXPIRY + 1)
    assert listed(storage) == [BLOCK + 3]


def test_what_a_key_signed_that_scanners_do_not_trust_is_left_out(storage, person):
    a_row(storage, person, BLOCK + 1)
    a_row(storage, person, BLOCK + 2, kid=OTHER)
    assert listed(storage) == [BLOCK + 1]
    assert listed(storage, KID, OTHER) == [BLOCK + 1, BLOCK + 2]
    assert listed(storage, bytes([2]) * 8) == []


def test_the_index_of_revoked_passes_answers_without_sorting(storage, person):
    a_row(storage, person, BLOCK + 1)
    query = "SELECT serial, kid FROM issued_pass WHERE revoked_at IS NOT NULL AND expires_at > 5 ORDER BY serial"
    with storage.engine.connect() as connection:
        if not storage.is_sqlite:
            for way in ("seqscan", "bitmapscan"):  # which a table of one row is read by
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN QUERY PLAN " if storage.is_sqlite else "EXPLAIN "
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + query))
    assert "ix_issued_pass_revoked_serial" in plan
    assert "Sort" not in plan
    assert "B-TREE" not in plan


def test_every_block_counts_also_a_burnt_one(storage):
    with storage.writing() as session:
        session.get(SerialBlock, 1).next_n = 64
        session.add(SerialBlock(block=2, next_n=500, leased_at=NOW, burnt_at=NOW))
    with storage.reading() as session:
        assert handed_out(session) == {1: 64, 2: 500}


def test_only_a_batch_makes_a_listed_pass_good_again(storage, desk, accounts):
    rows = passes(storage, desk, people(storage, 3))
    serials = sorted(row.serial for row in rows)
    look = lambda: asked(storage, [*serials, 4095 * BLOCK])  # noqa: E731
    assert look() == (set(), {*serials, 4095 * BLOCK})  # not revoked here: of an older copy of this register
    carry_out(storage, decided(storage, key_of(rows)).id, now=NOW)
    assert look() == (set(), {4095 * BLOCK})
    carry_out(storage, decided(storage, key_of(rows), "unrevoke").id, now=NOW)
    assert look() == (set(serials), {4095 * BLOCK})


def test_an_expired_pass_is_neither_good_nor_in_doubt(storage, person):
    a_row(storage, person, BLOCK + 1, expires_at=NOW)
    a_row(storage, person, BLOCK + 2, expires_at=NOW, revoked_at=None)
    assert asked(storage, [BLOCK + 1, BLOCK + 2]) == (set(), set())


def asked(storage, serials):
    with storage.reading() as session:
        good, unexplained = good_and_unexplained(session, SerialSet.of(serials), NOW)
        return set(good), set(unexplained)


def test_many_are_asked_for_in_parts(storage, person):
    a_row(storage, person, BLOCK + 700)
    assert asked(storage, range(BLOCK, BLOCK + 1_500)) == (set(), set(range(BLOCK, BLOCK + 1_500)) - {BLOCK + 700})
