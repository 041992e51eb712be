"""Files as one compressed run of bytes, and back within fixed bounds: what a loop's body holds.

zlib over, for each file in the order of names: u16 length of its path, the path, u32 length, the bytes
(big-endian). Leaves out what the files mean; the paths are checked to be plain ones of an update.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

from keys.client import kinds
from keys.loop import caps
from keys.loop.manifest import malformed

_LEVEL = 9
_PATH, _SIZE = struct.Struct(">H"), struct.Struct(">I")


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as bytes; the same files always give the same bytes with one version of zlib."""
    parts = []
    for path in sorted(files):
        parts += [_PATH.pack(len(path)), path.encode("ascii"), _SIZE.pack(len(files[path])), files[path]]
    return zlib.compress(b"".join(parts), _LEVEL)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of an archive.

    :raises UpdateRefused: ``loop_malformed``: cut off, too many or too large, or a path that is none of an update.
    """
    files: dict[str, bytes] = {}
    for path, content in _entries(inflated(data, caps.MOST_FILES_BYTES)):
        if path in files or len(files) >= caps.MOST_FILES:
            raise malformed("it holds a file twice, or too many")
        files[path] = content
    return files


def inflated(data: bytes, most: int) -> bytes:
    """What zlib packed, at most so many bytes; zeros after it are passed over.

    :raises UpdateRefused: ``loop_malformed``.
    """
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise malformed("it cannot be unpacked") from error
    if len(content) > most or not stream.eof or stream.unused_data.strip(b"\x00"):
        raise malformed(f"it is cut off, or larger than {most} bytes")
    return content


def _entries(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    try:
        while at < len(content):
            (length,) = _PATH.unpack_from(content, at)
            path = content[at + 2 : at + 2 + length].decode("ascii")
            (size,) = _SIZE.unpack_from(content, at + 2 + length)
            at += 6 + length + size
            if at > len(content) or not kinds.is_safe_path(path):
                raise malformed(f"it holds {path[:80]!r}, which is cut off or no plain name")
            yield path, content[at - size : at]
    except (struct.error, UnicodeDecodeError) as error:
        raise malformed("its list of files is damaged") from error
