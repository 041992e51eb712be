"""The head of a loop: the manifest, its signatures, and every root after the first, as one run of bytes.

    u32 manifest's bytes  manifest
    u8 signatures, each: u8 key id's length  key id (ASCII)  u16 length  signature
    u32 version of the first root that follows  u16 roots, each: u32 length  the root's file

Big-endian, packed by zlib. Leaves out whether anything in it is to be believed (`keys.loop.belief`).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from keys.loop import archive, caps
from keys.loop.manifest import malformed

_COUNTS = {"u8": struct.Struct(">B"), "u16": struct.Struct(">H"), "u32": struct.Struct(">I")}
_MOST_BYTES = caps.MOST_ROOT_BYTES + 65_536
_MOST_SIGNATURES = 8


@dataclass(frozen=True, slots=True)
class Head:
    """A loop's head.

    :ivar manifest: as it was signed.
    :ivar signatures: signature by TUF key id.
    :ivar first_root: the version of the first of ``roots``, which go on without a gap.
    """

    manifest: bytes
    signatures: dict[str, bytes]
    first_root: int
    roots: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """The packed head."""
        parts = [_run("u32", self.manifest), _COUNTS["u8"].pack(len(self.signatures))]
        parts += [_run("u8", keyid.encode("ascii")) + _run("u16", it) for keyid, it in self.signatures.items()]
        parts += [_COUNTS["u32"].pack(self.first_root), _COUNTS["u16"].pack(len(self.roots))]
        parts += [_run("u32", root) for root in self.roots]
        return zlib.compress(b"".join(parts), 9)


def from_bytes(data: bytes) -> Head:
    """Read a packed head, within fixed bounds.

    :raises UpdateRefused: ``loop_malformed``.
    """
    reader = _Reader(archive.inflated(data, _MOST_BYTES))
    try:
        manifest = reader.run("u32")
        signatures = {reader.run("u8").decode("ascii"): reader.run("u16") for _ in range(reader.count("u8"))}
        first, count = reader.count("u32"), reader.count("u16")
        roots = tuple(reader.run("u32") for _ in range(min(count, caps.MOST_ROOTS + 1)))
    except (struct.error, UnicodeDecodeError) as error:
        raise malformed("its head is damaged") from error
    if len(roots) > caps.MOST_ROOTS or len(signatures) > _MOST_SIGNATURES or not reader.is_at_end:
        raise malformed("its head holds too much")
    return Head(manifest, signatures, first, roots)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._content)

    def count(self, kind: str) -> int:
        (value,) = _COUNTS[kind].unpack_from(self._content, self._at)
        self._at += _COUNTS[kind].size
        return int(value)

    def run(self, kind: str) -> bytes:
        size = self.count(kind)
        self._at += size
        if self._at > len(self._content):
            raise malformed("its head is cut off")
        return self._content[self._at - size : self._at]


def _run(kind: str, data: bytes) -> bytes:
    return _COUNTS[kind].pack(len(data)) + data
