r"""What a loop's manifest says: which release, how long its body is, and the hash of each block.

    "checkpoint-loop/1\n"  timestamp's version u64  root's version u64  body's bytes u32  block's bytes u16
    data blocks u8  all blocks u8  SHA-256 of the body (32)  hash of each block (16 each)

Big-endian. It is signed by the channel's timestamp key as it stands; TUF's own signed bytes begin with ``{``,
so that neither can be read as the other. It guards a reader's memory and time only: nothing of the update is
believed before TUF has verified it. Leaves out the signature (`keys.loop.head`, `keys.loop.belief`).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from keys.client.errors import UpdateRefused
from keys.loop import caps, erasure
from keys.loop.hashes import block_hash

_MAGIC = b"checkpoint-loop/1\n"
_FIELDS = struct.Struct(">QQIHBB32s")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest.

    :ivar release: the version of the timestamp inside.
    :ivar root_version: of the newest root, which names the timestamp's key.
    :ivar length: bytes of the body; ``block_bytes`` of each block, the last filled up with zeros.
    :ivar data_blocks: any so many of the blocks give the body.
    :ivar hashes: of every block, repair blocks last.
    """

    release: int
    root_version: int
    length: int
    block_bytes: int
    data_blocks: int
    sha256: bytes
    hashes: tuple[bytes, ...]

    def has(self, number: int, block: bytes) -> bool:
        """True when this is that block, and not a forged one."""
        return number < len(self.hashes) and len(block) == self.block_bytes and block_hash(block) == self.hashes[number]

    def to_bytes(self) -> bytes:
        """What is signed."""
        counts = (self.data_blocks, len(self.hashes))
        fields = _FIELDS.pack(self.release, self.root_version, self.length, self.block_bytes, *counts, self.sha256)
        return _MAGIC + fields + b"".join(self.hashes)


def of_body(body: bytes, blocks: list[bytes], release: int, root_version: int) -> Manifest:
    """The manifest of a body that was cut into ``blocks``, repair blocks among them.

    :raises UpdateRefused: ``loop_malformed`` for versions beyond 64 bits.
    """
    if not (0 < release < 1 << 64 and 0 < root_version < 1 << 64):
        raise malformed("its versions are beyond all counting")
    data_blocks = -(-len(body) // len(blocks[0]))
    hashes = tuple(block_hash(block) for block in blocks)
    return Manifest(
        release, root_version, len(body), len(blocks[0]), data_blocks, hashlib.sha256(body).digest(), hashes
    )


def from_bytes(data: bytes) -> Manifest:
    """Read a manifest; every number of it is bounded.

    :raises UpdateRefused: ``loop_malformed``.
    """
    start = len(_MAGIC) + _FIELDS.size
    if not data.startswith(_MAGIC) or len(data) < start:
        raise malformed("its manifest is none")
    release, root, length, block_bytes, data_blocks, count, digest = _FIELDS.unpack_from(data, len(_MAGIC))
    hashes = data[start:]
    if not 1 <= block_bytes <= caps.MOST_BLOCK_BYTES or not 1 <= data_blocks <= count:
        raise malformed("its blocks are of no size or number that may be")
    if len(hashes) != count * caps.HASH_BYTES or not 0 <= data_blocks * block_bytes - length < block_bytes:
        raise malformed("its manifest does not list its blocks")
    cut = tuple(hashes[at : at + caps.HASH_BYTES] for at in range(0, len(hashes), caps.HASH_BYTES))
    return Manifest(release, root, length, block_bytes, data_blocks, digest, cut)


def cut_up(data: bytes, block_bytes: int, repair_blocks: int) -> list[bytes]:
    """Data as equal blocks, the last filled up with zeros, and repair blocks after them.

    :raises UpdateRefused: ``loop_malformed`` when there is no data, or more blocks than may be.
    """
    blocks = [data[at : at + block_bytes].ljust(block_bytes, b"\x00") for at in range(0, len(data), block_bytes)]
    if not 1 <= len(blocks) <= len(blocks) + repair_blocks <= caps.MOST_BLOCKS:
        raise malformed("it has no block, or more than may be")
    return blocks + erasure.repairs(blocks, repair_blocks)


def malformed(what: str) -> UpdateRefused:
    """The refusal of a loop that does not keep to its form."""
    return UpdateRefused(f"The loop of codes is refused: {what}.", code="loop_malformed")
