"""The zlib layer of a travel pass (HCERT 1.3, section 4: base45(zlib(COSE))), with a cap.

A whole pass of signed random-looking bytes hardly shrinks, and deflate at any level costs more
than two signatures do with zlib's usual 32 KiB window; a 1 KiB window serves a pass as well.
"""

from __future__ import annotations

import zlib

from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

MAX_INFLATED = 16_384
"""Bytes a pass may have after decompression: four times what the largest QR code can hold."""

_WINDOW_BITS = 10
_MEMORY_LEVEL = 3


def deflate(data: bytes) -> bytes:
    """Return ``data`` as one zlib stream (RFC 1950)."""
    stream = zlib.compressobj(6, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return stream.compress(data) + stream.flush()


def inflate(data: bytes) -> bytes:
    """Return what ``deflate`` was given; the cap holds before any signature is checked.

    :raises Unreadable: ``not_compressed`` when it is not one whole zlib stream, ``too_large``
        above :data:`MAX_INFLATED` bytes.
    """
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, MAX_INFLATED)
    except zlib.error as error:
        raise Unreadable(Reason.NOT_COMPRESSED, f"not a zlib stream: {error}") from error
    if stream.unconsumed_tail:
        raise Unreadable(Reason.TOO_LARGE, f"more than {MAX_INFLATED} bytes when decompressed")
    if not stream.eof or stream.unused_data:
        raise Unreadable(Reason.NOT_COMPRESSED, "not one whole zlib stream")
    return plain
