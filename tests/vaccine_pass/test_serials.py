"""Serials: the vector of the design, a permutation of each block, and its inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass.serials import number_of, serial_of

SECRET = bytes(range(32))
SIZE = 1 << 20
blocks, numbers = st.integers(1, 4095), st.integers(0, SIZE - 1)


@pytest.mark.parametrize(("n", "serial"), [(0, 0x162C4A), (1, 0x1D4FB0), (2, 0x176E52)])
def test_the_vectors_of_the_design(n, serial):
    assert serial_of(SECRET, 1, n) == serial


@given(st.sampled_from([1, 2, 4094, 4095]), numbers)
def test_a_serials_number_reads_back(block, n):
    serial = serial_of(SECRET, block, n)
    assert serial >> 20 == block
    assert number_of(SECRET, serial) == (block, n)


@given(blocks, st.sets(numbers, min_size=2, max_size=5))
def test_two_numbers_never_share_a_serial(block, some):
    assert len({serial_of(SECRET, block, n) for n in some}) == len(some)


def test_a_whole_block_is_permuted_and_no_serial_is_left_out():
    seen = bytearray(SIZE)
    for n in range(SIZE):
        seen[serial_of(SECRET, 7, n) & (SIZE - 1)] = 1
    assert sum(seen) == SIZE


def test_other_blocks_and_secrets_permute_in_other_ways():
    def low_bits(secret, block):
        return [serial_of(secret, block, n) & (SIZE - 1) for n in range(8)]

    assert len({tuple(low_bits(*way)) for way in ((SECRET, 1), (SECRET, 2), (bytes(32), 1))}) == 3


def test_serials_fit_32_bits():
    assert 0 <= serial_of(SECRET, 4095, SIZE - 1) <= 0xFFFFFFFF


@pytest.mark.parametrize(
    ("secret", "block", "n"),
    [(SECRET, 0, 0), (SECRET, 4096, 0), (SECRET, 1, -1), (SECRET, 1, SIZE), (bytes(31), 1, 0), (b"", 1, 0)],
)
def test_what_is_out_of_range_is_refused(secret, block, n):
    with pytest.raises(ValueError, match="serial of block"):
        serial_of(secret, block, n)


@pytest.mark.parametrize("serial", [0, SIZE - 1, 1 << 32, -1])
def test_a_serial_outside_every_block_has_no_number(serial):
    with pytest.raises(ValueError, match="serial of block"):
        number_of(SECRET, serial)
