"""The picture of a code as PNG: 16 colours, put together from parts that are compressed only once.

A general encoder spends more time on the frame than zxing-cpp on the symbol. All pictures of one
kind share the rows above and below the symbol: these are kept compressed (deflate blocks ended by a
full flush may be joined, RFC 1951), and for each code only the symbol's rows are compressed.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from verifier_server.drawing import raster
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.layout import Layout

MAX_SCALE = 20  # at which the largest symbol is a picture of 65 MB while it is drawn
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NO_FILTER, _UP = 0, 2  # PNG specification, 9.2: as it is; the difference to the row above
_END = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))


@dataclass(frozen=True)
class _Parts:
    """What all PNG files of one caption, symbol size and scale have in common."""

    head: bytes  # signature, IHDR and PLTE
    above: bytes  # deflated rows above the symbol
    above_sum: int  # Adler-32 of those rows
    beside: np.ndarray  # one row of pixels through the symbol, without it
    below: bytes  # deflated rows below the symbol
    below_rows: bytes


def drawn_png(modules: np.ndarray, caption: Caption, scale: int) -> bytes:
    """`modules` (True is black) on their card in `caption`'s frame, `scale` pixels a module.

    :raises ValueError: `scale` is not between 1 and `MAX_SCALE`.
    """
    if not 1 <= scale <= MAX_SCALE:
        raise ValueError(f"scale must be between 1 and {MAX_SCALE} pixels a module")
    parts = _parts(len(modules), caption, scale)
    rows = _symbol_rows(modules, parts.beside, scale)
    checksum = zlib.adler32(parts.below_rows, zlib.adler32(rows, parts.above_sum))
    stream = (b"\x78\x01", parts.above, _deflated(rows, 1), parts.below, checksum.to_bytes(4, "big"))
    return parts.head + _chunk(b"IDAT", b"".join(stream)) + _END


@lru_cache(maxsize=64)
def _parts(size: int, caption: Caption, scale: int) -> _Parts:
    at = Layout(size)
    pixels = raster.frame(at, caption, scale)
    top, bottom = at.code * scale, (at.code + size) * scale
    above, below = _rows(pixels[:top]), _rows(pixels[bottom:])
    return _Parts(
        head=_head(pixels.shape, raster.palette(caption)),
        above=_deflated(above, 9),
        above_sum=zlib.adler32(above),
        beside=pixels[top],
        below=_deflated(below, 9, last=True),
        below_rows=below,
    )


def _head(shape: tuple[int, ...], colours: np.ndarray) -> bytes:
    height, width = shape
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)  # 4 bits a pixel, palette
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"PLTE", colours.tobytes())


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)))


def _deflated(rows: bytes, level: int, last: bool = False) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(rows) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _packed(pixels: np.ndarray) -> np.ndarray:
    """Two pixels a byte, the left one in the high half."""
    if pixels.shape[1] % 2:
        pixels = np.pad(pixels, ((0, 0), (0, 1)))
    return (pixels[:, ::2] << 4) | pixels[:, 1::2]


def _rows(pixels: np.ndarray) -> bytes:
    """PNG rows of `pixels`, the first as it is, each other as its difference to the one above."""
    packed = _packed(pixels)
    rows = np.full((len(packed), packed.shape[1] + 1), _UP, np.uint8)
    rows[0, 0] = _NO_FILTER
    rows[0, 1:] = packed[0]
    rows[1:, 1:] = packed[1:] - packed[:-1]
    return rows.tobytes()


def _symbol_rows(modules: np.ndarray, beside: np.ndarray, scale: int) -> bytes:
    """The PNG rows through the symbol: as `_rows`, with `scale` equal rows for each of modules."""
    size = len(modules)
    left = (len(beside) - size * scale) // 2
    pixels = np.tile(beside, (size, 1))
    inks = np.where(modules, np.uint8(raster.BLACK), np.uint8(raster.WHITE))
    pixels[:, left : left + size * scale] = np.repeat(inks, scale, axis=1)
    packed = _packed(pixels)
    rows = np.zeros((size, scale, packed.shape[1] + 1), np.uint8)
    rows[:, :, 0] = _UP
    rows[0, 0, 0] = _NO_FILTER
    rows[0, 0, 1:] = packed[0]
    rows[1:, 0, 1:] = packed[1:] - packed[:-1]
    return rows.tobytes()
