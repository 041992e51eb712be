"""A whole loop: made of files by who may sign its manifest, kept as one file, shown as texts in order.

    "VNTL"  u32 head's bytes  head  body

Whoever has that file can show it: blocks, repair blocks and hashes follow from it alone. Leaves out reading
what another device shows (`keys.loop.assembling`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from keys.client.errors import UpdateRefused
from keys.loop import archive, caps, frames, manifest
from keys.loop import head as heads
from keys.loop.hashes import Tree
from keys.loop.head import Head
from keys.loop.manifest import Manifest

_MAGIC = b"VNTL"
MOST_FILE_BYTES = caps.MOST_BLOCK_BYTES * (caps.MOST_BLOCKS + caps.MOST_HEAD_BLOCKS) + 8
REPAIR_SHARE = 0.5
"""Repair blocks for each block: with a fifth of the frames lost one round is enough (docs/adr/0019)."""
LEAST_REPAIR_SHARE = 0.25
"""A body that leaves room for fewer repair blocks than this is not shown as a loop."""

Sign = Callable[[bytes], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop that can be shown.

    :ivar head: the packed head; ``body`` the packed files, without the roots, which the head has.
    """

    head: bytes
    body: bytes

    def to_bytes(self) -> bytes:
        """The loop as one file."""
        return _MAGIC + len(self.head).to_bytes(4, "big") + self.head + self.body

    def texts(self) -> list[str]:
        """One round: a block of the manifest first, the others spread among the blocks of the body.

        :raises UpdateRefused: ``loop_too_large``, ``loop_malformed``.
        """
        return list(_mixed(self.head_texts(), self._body_texts()))

    def head_texts(self) -> list[str]:
        """The manifest's blocks alone, in their order."""
        tree, data_blocks, blocks = self._head_tree()
        return [frames.head_text(tree, at, data_blocks, len(blocks), block) for at, block in enumerate(blocks)]

    def _head_tree(self) -> tuple[Tree, int, list[bytes]]:
        blocks = _head_blocks(self.head)
        data_blocks = -(-len(self.head) // len(blocks[0]))
        return Tree(blocks, data_blocks), data_blocks, blocks

    def _body_texts(self) -> list[str]:
        loop = self._head_tree()[0].root
        told = manifest.from_bytes(heads.from_bytes(self.head).manifest)
        blocks = manifest.cut_up(self.body, told.block_bytes, len(told.hashes) - told.data_blocks)
        if not all(told.has(*it) for it in enumerate(blocks)):
            raise manifest.malformed("its body is not what its manifest lists")
        return [frames.body_text(loop, number, block) for number, block in enumerate(blocks)]


def made(files: Mapping[str, bytes], release: int, root_version: int, first_root: int, sign: Sign) -> Loop:
    """The loop of a release.

    :param files: its live files by path; the roots among them from ``first_root`` to ``root_version``.
    :param sign: signs the manifest: signature by TUF key id.
    :raises UpdateRefused: ``loop_too_large``.
    """
    names = [f"metadata/{version}.root.json" for version in range(first_root, root_version + 1)]
    body = archive.packed({path: data for path, data in files.items() if not path.endswith(".root.json")})
    blocks = _body_blocks(body, frames.BODY_BLOCK)
    told = manifest.of_body(body, blocks, release, root_version).to_bytes()
    head = Head(told, dict(sign(told)), first_root, tuple(files[name] for name in names)).to_bytes()
    _head_blocks(head)  # raises when it is too large
    return Loop(head, body)


def from_bytes(data: bytes) -> Loop:
    """Read a loop's file; what is in it is not verified.

    :raises UpdateRefused: ``loop_malformed``.
    """
    size = int.from_bytes(data[4:8], "big")
    if data[:4] != _MAGIC or len(data) > MOST_FILE_BYTES or not 0 < size < len(data) - 8:
        raise manifest.malformed("the file is none, or cut off")
    return Loop(data[8 : 8 + size], data[8 + size :])


def manifest_of(loop: Loop) -> Manifest:
    """What a loop says of itself, whoever signed it.

    :raises UpdateRefused: ``loop_malformed``.
    """
    return manifest.from_bytes(heads.from_bytes(loop.head).manifest)


def _body_blocks(body: bytes, block_bytes: int) -> list[bytes]:
    data_blocks = -(-len(body) // block_bytes)
    spare = min(round(data_blocks * REPAIR_SHARE) + 2, caps.MOST_BLOCKS - data_blocks)
    if spare < data_blocks * LEAST_REPAIR_SHARE:
        raise _too_large(f"The update has {len(body)} bytes")
    return manifest.cut_up(body, block_bytes, spare)


def _head_blocks(head: bytes) -> list[bytes]:
    """The head's blocks; their size depends on their number, as the path of each grows with it."""
    for depth in range(2, 9):
        size = frames.head_block(1 << depth)
        data_blocks = -(-len(head) // size)
        spare = min(data_blocks + 2, caps.MOST_BLOCKS - data_blocks)
        if data_blocks <= caps.MOST_HEAD_BLOCKS and data_blocks + spare <= 1 << depth:
            return manifest.cut_up(head, size, spare)
    raise _too_large(f"The update has {len(head)} bytes of roots and hashes")


def _too_large(what: str) -> UpdateRefused:
    return UpdateRefused(f"{what}, more than a loop of codes carries; bring it on a stick.", code="loop_too_large")


def _mixed(head: list[str], body: list[str]) -> Iterator[str]:
    """The head's blocks spread evenly among the body's: whoever looks in the middle soon has both."""
    shown = 0
    for number, text in enumerate(body):
        while shown * len(body) <= number * len(head) and shown < len(head):
            yield head[shown]
            shown += 1
        yield text
    yield from head[shown:]
