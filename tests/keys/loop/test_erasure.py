"""Any k of k + m blocks give the first k back."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.loop.erasure import MOST, rebuilt, repairs


def blocks_of(count, size=16, seed=1):
    dice = random.Random(seed)
    return [dice.randbytes(size) for _ in range(count)]


@settings(max_examples=60, deadline=None)
@given(data=st.integers(1, 40), spare=st.integers(0, 40), size=st.integers(1, 50), dice=st.randoms())
def test_any_so_many_blocks_give_the_data_back(data, spare, size, dice):
    blocks = blocks_of(data, size, dice.random())
    everything = list(enumerate(blocks + repairs(blocks, spare)))
    held = dict(dice.sample(everything, data))
    assert rebuilt(data, held) == blocks


def test_it_works_with_as_many_blocks_as_may_be_and_only_repair_blocks():
    blocks = blocks_of(127)
    spare = repairs(blocks, MOST - 127)
    held = {127 + number: block for number, block in enumerate(spare)}
    assert rebuilt(127, held) == blocks


def test_more_blocks_than_are_needed_do_no_harm():
    blocks = blocks_of(5)
    assert rebuilt(5, dict(enumerate(blocks + repairs(blocks, 5)))) == blocks


def test_too_few_blocks_are_told():
    blocks = blocks_of(4)
    with pytest.raises(ValueError, match="3 of 4"):
        rebuilt(4, dict(enumerate(blocks[:3])))


@pytest.mark.parametrize(("blocks", "spare"), [([], 1), ([b"a"] * 200, 56), ([b"ab", b"a"], 1)])
def test_no_block_too_many_or_unequal_ones_are_refused(blocks, spare):
    with pytest.raises(ValueError, match="blocks"):
        repairs(blocks, spare)


def test_a_single_block_and_equal_blocks_are_nothing_special():
    assert rebuilt(1, {1: repairs([b"x" * 9], 1)[0]}) == [b"x" * 9]
    same = [b"\x00" * 8] * 6
    assert rebuilt(6, dict(enumerate(repairs(same, 6), start=6))) == same


def test_twenty_kilobytes_are_rebuilt_in_less_than_a_second_of_plain_python():
    blocks = blocks_of(38, 548)
    held = dict(list(enumerate(blocks + repairs(blocks, 38)))[38:])
    start = time.process_time()
    assert rebuilt(38, held) == blocks
    assert time.process_time() - start < 1.0
