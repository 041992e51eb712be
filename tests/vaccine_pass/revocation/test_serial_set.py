"""Sets of serials against Python's own sets."""

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import BLOCK, LAST, serial_sets
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import serial_set
from vaccine_pass.revocation.serial_set import SerialSet

probes = st.integers(-(1 << 33), 1 << 33)


@given(serial_sets, st.lists(probes, max_size=20))
def test_look_ups_answer_as_the_model_does(model, some):
    found = SerialSet.of(model)
    neighbours = [serial + step for serial in model for step in (-65_536, -1, 0, 1, 65_536)]
    assert [serial in found for serial in some + neighbours] == [serial in model for serial in some + neighbours]


@given(serial_sets)
def test_iteration_length_and_blocks_are_the_models(model):
    found = SerialSet.of(model)
    assert (list(found), len(found)) == (sorted(model), len(model))
    assert [block << 20 | position for block, positions in found.blocks() for position in positions] == sorted(model)
    assert all(found.number_in(block) == len(positions) for block, positions in found.blocks())
    assert SerialSet.of_blocks(found.blocks()) == found


@given(serial_sets, serial_sets)
def test_union_difference_and_equality_are_the_models(one, other):
    a, b = SerialSet.of(one), SerialSet.of(other)
    assert list(a | b) == sorted(one | other)
    assert list(a - b) == sorted(one - other)
    assert list(a - (a - b)) == sorted(one & other)
    assert (a == b) is (one == other)


def test_a_hundred_thousand_random_serials_are_exact():
    dice = random.Random(3)
    model = {dice.randrange(BLOCK, 40 * BLOCK) for _ in range(100_000)}
    found = SerialSet.of(model)
    some = [dice.randrange(41 * BLOCK) for _ in range(100_000)]
    assert [serial in found for serial in some] == [serial in model for serial in some]


@pytest.mark.parametrize("thing", [None, "162c4a", 1.0 * BLOCK, b"\0\x10\0\0", True, (), -1, 1 << 32, 10**40])
def test_what_is_no_serial_is_in_no_set(thing):
    assert thing not in SerialSet.of([BLOCK, 1 + BLOCK, LAST])


@pytest.mark.parametrize("serial", [0, BLOCK - 1, LAST + 1, -1])
def test_a_serial_of_no_block_is_refused(serial):
    with pytest.raises(PassError, match="none of the blocks 1 to 4095"):
        SerialSet.of([BLOCK, serial])


def test_repeats_count_once_and_an_empty_set_is_one():
    assert list(SerialSet.of([LAST, BLOCK, LAST])) == [BLOCK, LAST]
    assert (list(SerialSet()), len(SerialSet()), BLOCK in SerialSet()) == ([], 0, False)


def test_more_than_a_phone_should_hold_is_refused(monkeypatch):
    monkeypatch.setattr(serial_set, "MAX_SERIALS", 10)
    assert len(SerialSet.of(range(BLOCK, BLOCK + 10))) == 10
    with pytest.raises(PassError, match="revoke their signer instead"):
        SerialSet.of(range(BLOCK, BLOCK + 11))


def test_a_worker_process_gets_an_equal_set():
    found = SerialSet.of([BLOCK, LAST])
    assert pickle.loads(pickle.dumps(found)) == found
    assert found != {BLOCK, LAST}
