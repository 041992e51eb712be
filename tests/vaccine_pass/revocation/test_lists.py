"""The lists of one release together: the base is what holders approved, and the online key only adds, up to its cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import BLOCK, SIGNED, a_base, a_delta, unrevoked
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import lists, serial_list
from vaccine_pass.revocation.issued import Issued, dumps
from vaccine_pass.revocation.lists import Lists
from vaccine_pass.revocation.serial_set import SerialSet

ISSUED = Issued(SIGNED, {1: 1_000})  # the cap is 5
APPROVED = a_base([BLOCK, BLOCK + 1], sequence=3)


def added(count, base=APPROVED, sequence=4):
    return a_delta(range(BLOCK + 100, BLOCK + 100 + count), base, sequence)


def test_no_list_at_all_says_nothing():
    assert Lists().effective() is None
    assert Lists(delta=added(1), issued=ISSUED).effective() is None
    assert Lists().sequence == 0


def test_the_approved_list_is_the_base_and_an_online_base_beside_it_counts_for_nothing():
    other = a_base([BLOCK + 7], sequence=9)
    both = Lists(approved=APPROVED, base=other)
    assert set(both.effective()) == {BLOCK, BLOCK + 1}
    assert both.sequence == 3
    assert set(Lists(base=other).effective()) == {BLOCK + 7}


def test_a_delta_of_another_base_than_the_approved_one_is_refused():
    other = a_base([BLOCK + 7])
    with pytest.raises(PassError, match="another base"):
        Lists(approved=APPROVED, base=other, delta=added(1, other)).effective()


def test_nothing_that_holders_approved_can_be_taken_away_online():
    for delta in (None, added(0), added(5)):
        listed = Lists(approved=APPROVED, delta=delta, issued=ISSUED)
        assert listed.online_fault() is None
        assert {BLOCK, BLOCK + 1} <= set(listed.effective())


def test_the_cap_counts_from_the_approved_list():
    assert Lists(APPROVED, delta=added(5), issued=ISSUED).online_fault() is None
    assert "may add 5" in Lists(APPROVED, delta=added(6), issued=ISSUED).online_fault()
    assert "may add 5" in Lists(base=a_base(range(BLOCK, BLOCK + 6)), issued=ISSUED).online_fault()


def test_without_counts_the_online_key_may_only_repeat_what_is_approved():
    assert Lists(base=a_base()).online_fault() is None
    assert Lists(APPROVED, delta=a_delta([BLOCK], APPROVED, 4)).online_fault() is None
    assert Lists(APPROVED, delta=added(1)).online_fault()
    assert Lists(base=a_base([BLOCK])).online_fault()


def test_a_block_that_never_gave_a_serial_cannot_be_named():
    delta = a_delta([2 * BLOCK], APPROVED, 4)
    assert "block 2, where 0 were issued" in Lists(APPROVED, delta=delta, issued=ISSUED).online_fault()


serials = st.frozensets(st.integers(BLOCK, BLOCK + 12), max_size=8)


@given(serials, serials, serials, serials)
def test_what_was_said_before_stays_unless_holders_took_it_back(base, delta, next_delta, back):
    approved = a_base(base)
    before = Lists(approved, delta=a_delta(delta, approved))
    after = Lists(approved, delta=a_delta(next_delta, approved, 4), unrevoked=unrevoked(back))
    assert set(after.taken_back_since(before)) == (delta - base) - next_delta - back


def test_a_new_approved_list_has_decided_about_all_that_was_said_before():
    before = Lists(APPROVED, delta=added(3))
    following = a_base([BLOCK], sequence=9)
    assert len(Lists(following).taken_back_since(before)) == 0
    assert len(Lists(APPROVED).taken_back_since(before)) == 3


def test_the_files_of_a_release_are_read_and_each_damaged_one_is_named():
    base = serial_list.encode_base(SerialSet.of([BLOCK]), 1, SIGNED)
    counts = dumps(ISSUED).encode()
    read = lists.read(approved=base, counts=counts)
    assert (read.issued, set(read.effective())) == (ISSUED, {BLOCK})
    for name in ("approved", "base", "delta", "unrevoked", "counts"):
        with pytest.raises(PassError) as caught:
            lists.read(**{name: b"junk"})
        assert caught.value.code == "bad_revocation_list"
