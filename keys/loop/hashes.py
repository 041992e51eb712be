"""Hashes of blocks, and a hash tree by which each block of a head proves that it belongs there.

The head cannot list its own blocks' hashes, so the loop's id is the root of a tree over them (as in RFC 6962,
section 2.1, leaves and nodes hashed apart) and each frame brings the path from its block to that root. A leaf
is hashed with the numbers of blocks that its frame names: a true block with other numbers would spoil the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from keys.loop.caps import HASH_BYTES

_EMPTY = bytes(HASH_BYTES)
"""In place of the leaves that fill the tree up to a power of two."""


def block_hash(block: bytes) -> bytes:
    """The hash of a body's block, as its manifest lists it."""
    return _hash(b"\x02", block)


def depth_of(leaves: int) -> int:
    """How many hashes a path has."""
    return (leaves - 1).bit_length()


class Tree:
    """The hash tree over the blocks of a head; at least one.

    :param data_blocks: so many of them give the head.
    :ivar root: the loop's id.
    """

    def __init__(self, blocks: Sequence[bytes], data_blocks: int) -> None:
        width = 1 << depth_of(len(blocks))
        leaves = [_leaf(block, data_blocks, len(blocks)) for block in blocks]
        self._levels = [leaves + [_EMPTY] * (width - len(leaves))]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([_node(*below[at : at + 2]) for at in range(0, len(below), 2)])
        self.root = self._levels[-1][0]

    def path(self, number: int) -> bytes:
        """The hashes beside the way from a block to the root, the lowest first."""
        return b"".join(level[number >> height ^ 1] for height, level in enumerate(self._levels[:-1]))


def root_by(block: bytes, number: int, path: bytes, data_blocks: int, blocks: int) -> bytes:
    """The root that a block of so many and its path lead to."""
    value = _leaf(block, data_blocks, blocks)
    for height in range(len(path) // HASH_BYTES):
        beside = path[height * HASH_BYTES : (height + 1) * HASH_BYTES]
        value = _node(beside, value) if number >> height & 1 else _node(value, beside)
    return value


def _leaf(block: bytes, data_blocks: int, blocks: int) -> bytes:
    return _hash(b"\x00", bytes([data_blocks, blocks]) + block)


def _node(left: bytes, right: bytes) -> bytes:
    return _hash(b"\x01", left + right)


def _hash(kind: bytes, data: bytes) -> bytes:
    return hashlib.sha256(kind + data).digest()[:HASH_BYTES]
