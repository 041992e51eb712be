"""Builders and strategies for revocation lists."""

import hashlib

from hypothesis import strategies as st

from vaccine_pass.revocation import serial_list
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.revocation.unrevocations import Unrevocations

SIGNED = 1_627_603_200
BLOCK = 1 << 20
LAST = (1 << 32) - 1

clustered = st.builds(
    lambda start, steps: {start + step for step in steps if start + step <= LAST},
    st.integers(BLOCK, LAST),
    st.sets(st.integers(0, 300), max_size=60),
)
scattered = st.sets(st.integers(BLOCK, LAST), max_size=40)
edges = st.sets(
    st.sampled_from([BLOCK, 2 * BLOCK - 1, 2 * BLOCK, LAST - BLOCK + 1, LAST, BLOCK + 65_535, BLOCK + 65_536])
)
serial_sets = st.builds(lambda *parts: set().union(*parts), clustered, scattered, edges)
"""Model sets of serials: single ones, dense runs, and the edges of blocks."""


def a_base(serials=(), sequence=1, signed_at=SIGNED):
    """A base as a scanner holds it."""
    return serial_list.decode(serial_list.encode_base(SerialSet.of(serials), sequence, signed_at))


def a_delta(serials=(), base=None, sequence=2, signed_at=SIGNED + 86_400):
    """A delta of ``base`` (of an empty one by default)."""
    base = base or a_base()
    return serial_list.decode(serial_list.encode_delta(SerialSet.of(serials), sequence, signed_at, base.digest))


def unrevoked(serials=(), sequence=1, signed_at=SIGNED):
    """A list of un-revocations."""
    return Unrevocations(SerialSet.of(serials), sequence, signed_at)


def bytes_of(*blocks, kind=1, sequence=1, signed_at=SIGNED, number=None, version=1, magic=b"VNRL", digest=b""):
    """The bytes of a list put together by hand, right or wrong; a block is (block, count, parameter, bits)."""
    head = magic + bytes([version, kind]) + sequence.to_bytes(4, "big") + signed_at.to_bytes(8, "big") + digest
    head += (len(blocks) if number is None else number).to_bytes(2, "big")
    return head + b"".join(
        (block << 20 | count - 1).to_bytes(4, "big") + bytes([parameter]) + bits
        for block, count, parameter, bits in blocks
    )


def sha256(data):
    """Return the digest that a delta names its base by."""
    return hashlib.sha256(data).digest()
