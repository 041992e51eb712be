"""(base or delta) and not un-revoked: the algebra, and the pairs that do not belong together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import BLOCK, LAST, SIGNED, a_base, a_delta, serial_sets, unrevoked
from vaccine_pass.errors import PassError
from vaccine_pass.revocation.effective import combine


def refusal(*parts):
    with pytest.raises(PassError) as refused:
        combine(*parts)
    assert refused.value.code == "bad_revocation_list"
    return refused.value.message


@given(serial_sets, serial_sets, serial_sets, st.lists(st.integers(BLOCK, LAST), max_size=20))
def test_a_serial_is_revoked_when_it_is_listed_and_not_taken_back(old, new, back, others):
    base = a_base(old)
    revoked = combine(base, a_delta(new, base), unrevoked(back))
    model = (old | new) - back
    for serial in {*old, *new, *back, *others, 0, -1, 1 << 40}:
        assert (serial in revoked) is (serial in model)
    assert list(revoked) == sorted(model)
    assert list(revoked.merged()) == sorted(model)


@given(serial_sets, serial_sets)
def test_the_next_base_made_of_a_list_says_the_same(old, new):
    base = a_base(old)
    revoked = combine(base, a_delta(new, base))
    assert list(combine(a_base(revoked))) == list(revoked)


@given(serial_sets, serial_sets, serial_sets)
def test_one_cumulative_delta_is_enough_after_any_days_offline(first, second, third):
    base = a_base(first)
    a_day_later = combine(base, a_delta(second, base))
    days_later = combine(base, a_delta(second | third, base, sequence=9))
    assert set(a_day_later) <= set(days_later) == first | second | third


def test_un_revocation_is_applied_last():
    base = a_base([BLOCK])
    assert BLOCK not in combine(base, a_delta([BLOCK], base), unrevoked([BLOCK]))


def test_the_date_and_the_sequence_are_the_newer_lists():
    base = a_base([BLOCK], sequence=5)
    delta = a_delta([LAST], base, sequence=6)
    assert (combine(base).sequence, combine(base).signed_at) == (5, SIGNED)
    assert (combine(base, delta).sequence, combine(base, delta).signed_at) == (6, SIGNED + 86_400)
    assert combine(base, delta, unrevoked([BLOCK], sequence=70)).sequence == 6


def test_a_delta_of_another_base_is_refused_and_the_pair_held_before_stays_whole():
    base = a_base([BLOCK])
    held = combine(base, a_delta([BLOCK + 1], base))
    newer_base = a_base([BLOCK, BLOCK + 1], sequence=3)
    assert "belongs to another base" in refusal(base, a_delta([LAST], newer_base, sequence=4))
    assert "belongs to another base" in refusal(newer_base, a_delta([LAST], base, sequence=4))
    assert list(held) == [BLOCK, BLOCK + 1]


def test_the_same_serials_in_another_base_are_another_base():
    assert "another base" in refusal(a_base([BLOCK]), a_delta([], a_base([BLOCK], signed_at=SIGNED + 1)))


@pytest.mark.parametrize("sequence", [1, 4, 5])
def test_a_delta_that_is_not_after_its_base_is_refused(sequence):
    base = a_base([BLOCK], sequence=5)
    assert "not above its base's 5" in refusal(base, a_delta([], base, sequence=sequence))


def test_a_base_and_a_delta_do_not_stand_in_for_each_other():
    base = a_base([BLOCK])
    assert "given as the base" in refusal(a_delta([], base))
    assert "given as the delta" in refusal(base, base)
