"""The bytes of a revocation list: header, then each block's count, Rice parameter and bits.

A base lists everything revoked when it was made; a delta names its base by SHA-256 and lists what
was added since, all of it, so that one delta is enough however long a scanner was offline.  One set
of serials has one encoding: a reader refuses every other.  Exact for every serial, also of passes
that are issued later.  Left out: signatures and transport hashes, which are the trust channel's.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any

from vaccine_pass.revocation import rice
from vaccine_pass.revocation.faults import bad_list
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.serials import BLOCK_BITS, FIRST_BLOCK

MAGIC, VERSION = b"VNRL", 1
BASE, DELTA = 1, 2
DIGEST_LENGTH = 32
MAX_SECONDS = 253_402_300_799  # the last second of the year 9999

_HEADER = Struct(">4sBBIQ")  # magic, version, kind, sequence, signed_at
_NUMBER_OF_BLOCKS = Struct(">H")
_BLOCK = Struct(">IB")  # block and count - 1 (12 and 20 bits), Rice parameter


@dataclass(frozen=True, slots=True)
class SerialList:
    """One base or one delta.

    :ivar serials: the serials it lists.
    :ivar sequence: 1 to 2**32 - 1, one more with each list that is published, base or delta.
    :ivar signed_at: whole Unix seconds.
    :ivar base_digest: a delta's base; None for a base.
    :ivar digest: SHA-256 of the list's own bytes.
    """

    serials: SerialSet
    sequence: int
    signed_at: int
    base_digest: bytes | None
    digest: bytes


def encode_base(serials: SerialSet, sequence: int, signed_at: int) -> bytes:
    """Return the bytes of a base.

    :raises ValueError: when sequence or signed_at is out of range.
    """
    return _head(BASE, sequence, signed_at) + _encoded(serials)


def encode_delta(added: SerialSet, sequence: int, signed_at: int, base_digest: bytes) -> bytes:
    """Return the bytes of a delta: what was ``added`` since the base with this SHA-256.

    :raises ValueError: when sequence, signed_at or the digest's length is out of range.
    """
    if len(base_digest) != DIGEST_LENGTH:
        raise ValueError(f"a digest of {len(base_digest)} bytes")
    return _head(DELTA, sequence, signed_at) + base_digest + _encoded(added)


def decode(data: bytes) -> SerialList:
    """Read a base or a delta.

    Memory is bounded: two bytes for each serial, and some 18 MB at most while one block is read.

    :raises PassError: for all that :func:`encode_base` and :func:`encode_delta` do not write.
    """
    view = memoryview(data)
    magic, version, kind, sequence, signed_at = _unpack(_HEADER, view, 0)
    if magic != MAGIC or version != VERSION or kind not in (BASE, DELTA):
        raise bad_list(f"it is no base or delta of version {VERSION}")
    if not sequence or signed_at > MAX_SECONDS:
        raise bad_list("its sequence or date is out of range")
    at = _HEADER.size
    base_digest = None
    if kind == DELTA:
        base_digest = data[at : at + DIGEST_LENGTH]
        at += DIGEST_LENGTH
    serials = SerialSet.of_blocks(_blocks(view, at))
    return SerialList(serials, sequence, signed_at, base_digest, hashlib.sha256(data).digest())


def _head(kind: int, sequence: int, signed_at: int) -> bytes:
    if not 1 <= sequence < 1 << 32 or not 0 <= signed_at <= MAX_SECONDS:
        raise ValueError(f"sequence {sequence} signed at {signed_at}")
    return _HEADER.pack(MAGIC, VERSION, kind, sequence, signed_at)


def _encoded(serials: SerialSet) -> bytes:
    blocks = [_encoded_block(block, positions) for block, positions in serials.blocks()]
    return _NUMBER_OF_BLOCKS.pack(len(blocks)) + b"".join(blocks)


def _encoded_block(block: int, positions: list[int]) -> bytes:
    number = len(positions)
    return _BLOCK.pack(block << BLOCK_BITS | number - 1, rice.parameter_for(number)) + rice.encode(positions)


def _blocks(view: memoryview, at: int) -> Iterator[tuple[int, array[int]]]:
    """Read each block; every bit must belong to one."""
    (number_of_blocks,) = _unpack(_NUMBER_OF_BLOCKS, view, at)
    at += _NUMBER_OF_BLOCKS.size
    before = FIRST_BLOCK - 1
    for _ in range(number_of_blocks):
        head, parameter = _unpack(_BLOCK, view, at)
        block, number = head >> BLOCK_BITS, (head & rice.BLOCK_SIZE - 1) + 1
        if block <= before:
            raise bad_list("its blocks are not in ascending order from block 1")
        if parameter != rice.parameter_for(number):
            raise bad_list(f"the Rice parameter of block {block} is not the one for its count")
        positions, length = rice.decode(view[at + _BLOCK.size :], number)
        yield block, positions
        at, before = at + _BLOCK.size + length, block
    if at != len(view):
        raise bad_list("bytes are left over after its last block")


def _unpack(form: Struct, view: memoryview, at: int) -> tuple[Any, ...]:
    if len(view) - at < form.size:
        raise bad_list("it is cut short")
    return form.unpack_from(view, at)
