"""What an online list may do: add, and 0.5% of issued at most, whatever its key is worth to a thief."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import BLOCK
from vaccine_pass.revocation.cap import online_fault
from vaccine_pass.revocation.serial_set import SerialSet

ISSUED = {1: 1_000, 2: 400}
CAP = 7  # 0.5% of 1,400


def serials(*numbers, block=1):
    return SerialSet.of(block * BLOCK + number for number in numbers)


def test_nothing_new_is_no_fault():
    assert online_fault(SerialSet(), SerialSet(), {}) is None
    assert online_fault(serials(1, 2), serials(1, 2), ISSUED) is None


def test_the_cap_is_the_last_serial_that_may_be_added():
    approved = serials(1, 2, block=2)
    assert online_fault(approved, approved | serials(*range(CAP)), ISSUED) is None
    fault = online_fault(approved, approved | serials(*range(CAP + 1)), ISSUED)
    assert fault == "It adds 8 serials and may add 7 (0.5% of issued); more needs the holders' signatures."


def test_what_the_threshold_approved_does_not_count_against_the_cap():
    approved = serials(*range(900))
    assert online_fault(approved, approved | serials(*range(900, 900 + CAP)), ISSUED) is None


def test_going_the_same_distance_again_does_not_pass():
    approved = SerialSet()
    first, second = serials(*range(CAP)), serials(*range(2 * CAP))
    assert online_fault(approved, first, ISSUED) is None
    assert "may add 7" in online_fault(approved, second, ISSUED)


def test_un_revoking_is_not_an_online_lists_to_do():
    fault = online_fault(serials(1, 2), serials(2, 3), ISSUED)
    assert fault == "It un-revokes 1 serial, such as 00100001; that needs the holders' signatures."


def test_more_than_a_block_has_given_out_cannot_be_revoked():
    assert "block 3, where 0 were issued" in online_fault(SerialSet(), serials(1, block=3), ISSUED)
    assert "block 1, where 1 were issued" in online_fault(SerialSet(), serials(1, 2), {1: 1, 2: 10_000})


def test_what_the_threshold_approved_is_not_judged_again():
    approved = serials(1, 2, block=3)
    assert online_fault(approved, approved | serials(1), ISSUED) is None


numbers = st.sets(st.integers(0, 30), max_size=12)


@given(numbers, numbers, st.integers(0, 4_000))
def test_the_rule_is_the_models(approved, proposed, issued):
    fault = online_fault(serials(*approved), serials(*proposed), {1: issued})
    added = proposed - approved
    allowed = approved <= proposed and len(added) <= issued * 0.005 and (not added or len(proposed) <= issued)
    assert (fault is None) is allowed


@pytest.mark.parametrize("approved", [[], [1]])
def test_a_fault_is_one_sentence(approved):
    fault = online_fault(serials(*approved), serials(2), {})
    assert fault.endswith(".")
    assert fault.count(". ") == 0
