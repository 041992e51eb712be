"""The bits of one block: there and back, one encoding for one set, and near the entropy."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import rice
from vaccine_pass.revocation.rice import BLOCK_SIZE

positions = st.sets(st.integers(0, BLOCK_SIZE - 1), min_size=1, max_size=200).map(sorted)


@given(positions, st.binary(max_size=5))
def test_a_block_reads_back_whatever_follows_it(some, following):
    bits = rice.encode(some)
    read, length = rice.decode(memoryview(bits + following), len(some))
    assert (list(read), length) == (some, len(bits))


@pytest.mark.parametrize(
    "some",
    [
        [0],
        [BLOCK_SIZE - 1],
        [0, BLOCK_SIZE - 1],
        list(range(BLOCK_SIZE)),
        list(range(0, BLOCK_SIZE, 2)),
        list(range(1, BLOCK_SIZE, 2)),
        list(range(BLOCK_SIZE - 1000, BLOCK_SIZE)),
    ],
    ids=["first", "last", "both", "all", "even", "odd", "the last thousand"],
)
def test_extreme_blocks_read_back(some):
    bits = rice.encode(some)
    read, length = rice.decode(memoryview(bits), len(some))
    assert (list(read), length) == (some, len(bits))


@given(st.binary(max_size=80), st.integers(1, 40))
def test_any_bytes_are_refused_or_are_the_one_encoding_of_what_they_gave(data, number):
    read, error = attempt(rice.decode, memoryview(data), number)
    if error is None:
        some, length = read
        assert rice.encode(list(some)) == data[:length]
        assert len(some) == number
        assert all(0 <= a < b for a, b in zip(some, [*some[1:], BLOCK_SIZE], strict=True))


@pytest.mark.parametrize("number", [1, 40_000, BLOCK_SIZE])
def test_zeros_without_end_are_refused(number):
    with pytest.raises(PassError, match="cut short or go past its end"):
        rice.decode(memoryview(bytes(4_000_000)), number)


def test_a_filling_bit_is_refused():
    bits = bytearray(rice.encode([5]))
    bits[-1] |= 1
    with pytest.raises(PassError, match="filled up with zeros"):
        rice.decode(memoryview(bytes(bits)), 1)


def test_a_position_past_the_block_is_refused():
    with pytest.raises(PassError, match="past the end of its block"):
        rice.decode(memoryview(bytes([0xFF, 0xFF, 0xE0 >> 0 | 0x04])), 1)


def test_the_parameter_grows_as_a_block_gets_sparse():
    found = [rice.parameter_for(count) for count in (BLOCK_SIZE, 403_673, 403_672, 10_486, 1_000, 2, 1)]
    assert found == [0, 0, 1, 6, 9, 18, 19]
    assert sorted(map(rice.parameter_for, range(1, 2_000)), reverse=True) == [*map(rice.parameter_for, range(1, 2_000))]


@pytest.mark.parametrize("count", [3, 100, 1_000, 10_000, 100_000, 225_000, 300_000, 402_000, 500_000])
def test_the_parameter_is_the_shortest_for_a_random_block(count, monkeypatch):
    some = sorted(random.Random(count).sample(range(BLOCK_SIZE), count))
    chosen = rice.parameter_for(count)
    length = len(rice.encode(some))
    for other in {max(chosen - 1, 0), chosen + 1}:
        monkeypatch.setattr(rice, "parameter_for", lambda _, other=other: other)
        assert length <= 1.004 * len(rice.encode(some))


@pytest.mark.parametrize("count", [100, 1_000, 10_000, 100_000])
def test_random_blocks_are_within_two_percent_of_the_entropy(count):
    some = sorted(random.Random(count).sample(range(BLOCK_SIZE), count))
    ways = math.lgamma(BLOCK_SIZE + 1) - math.lgamma(count + 1) - math.lgamma(BLOCK_SIZE - count + 1)
    assert 8 * len(rice.encode(some)) <= 1.02 * ways / math.log(2) + 8
