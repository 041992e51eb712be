"""Serials of passes: blocks leased to databases, permuted inside a block.

serial = block * 2**20 + permutation_of_block(n).  The permutation hides how many passes were
issued and in which order, while the revocation list can still count by block (DESIGN, Serials and
revocation).  Who gets which block, and that no number is given twice, is the register's promise.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

BLOCK_BITS = 20
FIRST_BLOCK, LAST_BLOCK = 1, 4095
_HALF = (1 << 10) - 1
_ROUNDS = 10


def serial_of(secret: bytes, block: int, n: int) -> int:
    """Return the serial of number ``n`` in ``block``.

    :param secret: 32 bytes, known to the issuing databases only.
    :param block: 1 to 4095.
    :param n: 0 to 2**20 - 1, the count inside the block.
    :raises ValueError: outside these ranges.
    """
    _check(secret, block, n)
    tables = _round_tables(secret, block)
    left, right = n >> 10, n & _HALF
    for table in tables:
        left, right = right, left ^ table[right]
    return block << BLOCK_BITS | left << 10 | right


def number_of(secret: bytes, serial: int) -> tuple[int, int]:
    """Return (block, n) of a serial: the inverse of :func:`serial_of`."""
    block = serial >> BLOCK_BITS
    left, right = serial >> 10 & _HALF, serial & _HALF
    _check(secret, block, 0)
    for table in reversed(_round_tables(secret, block)):
        left, right = right ^ table[left], left
    return block, left << 10 | right


@lru_cache(maxsize=8)
def _round_tables(secret: bytes, block: int) -> tuple[tuple[int, ...], ...]:
    block_key = hmac.digest(secret, b"VNPASS serial v1" + block.to_bytes(2, "big"), "sha256")
    return tuple(tuple(_round_value(block_key, number, x) for x in range(_HALF + 1)) for number in range(_ROUNDS))


def _round_value(block_key: bytes, number: int, x: int) -> int:
    digest = hmac.digest(block_key, bytes([number]) + x.to_bytes(2, "big"), "sha256")
    return int.from_bytes(digest[:2], "big") & _HALF


def _check(secret: bytes, block: int, n: int) -> None:
    if len(secret) != 32 or not FIRST_BLOCK <= block <= LAST_BLOCK or not 0 <= n < 1 << BLOCK_BITS:
        raise ValueError(f"serial of block {block}, number {n} with a secret of {len(secret)} bytes")
