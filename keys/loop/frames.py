"""One code of a loop as a text: what it is a block of, its number, and how it proves that it belongs there.

    "VNT1:" + Base45 of   u8 1  id (16)  number u8  data blocks u8  all blocks u8  path (16 a step)  block
                     or   u8 2  id (16)  number u8  block
    1: of a head; the path leads from the block to the id. 2: of a body; the head's manifest has its hash.

Each text is as long as the others of its loop, so that the code keeps its size: QR version 17 at level L.
Leaves out drawing and reading codes.
"""

from __future__ import annotations

from dataclasses import dataclass

from keys.loop import caps
from keys.loop.hashes import Tree, depth_of, root_by
from vaccine_pass import base45
from vaccine_pass.errors import PassError

PREFIX = "VNT1:"
FRAME_CHARACTERS = 938
"""ISO/IEC 18004:2015, table 7: alphanumeric characters of QR version 17 at level L (docs/adr/0019)."""
FRAME_BYTES = (FRAME_CHARACTERS - len(PREFIX)) // 3 * 2
_HEAD, _BODY = 1, 2
_HEAD_FIELDS, _BODY_FIELDS = 4 + caps.ID_BYTES, 2 + caps.ID_BYTES
BODY_BLOCK = FRAME_BYTES - _BODY_FIELDS
_MOST_CHARACTERS = 2048


@dataclass(frozen=True, slots=True)
class Frame:
    """A block of a loop.

    :ivar loop: the loop's id. ``data_blocks`` and ``blocks`` are of the head; 0 for a block of a body.
    """

    loop: bytes
    number: int
    block: bytes
    data_blocks: int = 0
    blocks: int = 0

    @property
    def is_head(self) -> bool:
        """True for a block of a head, which has proved that it belongs there."""
        return self.blocks > 0


def head_block(blocks: int) -> int:
    """Bytes of a block in a head of so many."""
    return FRAME_BYTES - _HEAD_FIELDS - depth_of(blocks) * caps.HASH_BYTES


def head_text(tree: Tree, number: int, data_blocks: int, blocks: int, block: bytes) -> str:
    """The text for a block of a head."""
    return _text(bytes([_HEAD]) + tree.root + bytes([number, data_blocks, blocks]) + tree.path(number) + block)


def body_text(loop: bytes, number: int, block: bytes) -> str:
    """The text for a block of a body."""
    return _text(bytes([_BODY]) + loop + bytes([number]) + block)


def is_frame(text: str) -> bool:
    """True when a text means to be of a loop, right or wrong: it is no pass."""
    return text.startswith(PREFIX)


def read(text: str) -> Frame | None:
    """The frame of a text; None when it is none, or a block of a head that does not belong to its id."""
    if not is_frame(text) or len(text) > _MOST_CHARACTERS:
        return None
    try:
        data = base45.decode(text[len(PREFIX) :])
    except PassError:
        return None
    kind, loop, rest = data[:1], data[1 : 1 + caps.ID_BYTES], data[1 + caps.ID_BYTES :]
    if kind == bytes([_BODY]) and 1 < len(rest) <= 1 + caps.MOST_BLOCK_BYTES:
        return Frame(loop, rest[0], rest[1:])
    return _read_head(loop, rest) if kind == bytes([_HEAD]) and len(rest) > 3 else None


def _read_head(loop: bytes, rest: bytes) -> Frame | None:
    number, data_blocks, blocks = rest[:3]
    if not 1 <= data_blocks <= min(blocks, caps.MOST_HEAD_BLOCKS) or number >= blocks:
        return None
    end = 3 + depth_of(blocks) * caps.HASH_BYTES
    path, block = rest[3:end], rest[end:]
    if not 1 <= len(block) <= caps.MOST_BLOCK_BYTES or root_by(block, number, path, data_blocks, blocks) != loop:
        return None
    return Frame(loop, number, block, data_blocks, blocks)


def _text(data: bytes) -> str:
    return PREFIX + base45.encode(data)
