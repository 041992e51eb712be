"""Which encoding a CSV file is in: by its byte-order mark, else by what its bytes can be.

UTF-16 comes from "Unicode text", Windows-1258 from an older Vietnamese Windows; it writes some tones
as marks of their own; the checks of names and lines bring both forms to NFC, so they are one. A file of
UTF-8 with a few damaged bytes stays UTF-8: the damaged cells are refused, the others are read.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to open the file, and what people call the encoding.

    :ivar errors: how Python is to treat bytes that are no text; such a cell is refused later.
    """

    codec: str
    name: str
    errors: str = "surrogateescape"


UTF_8 = Encoding("utf-8-sig", "UTF-8")
WINDOWS_1258 = Encoding("cp1258", "Windows-1258")


def encoding_of(path: Path) -> Encoding:
    """Look at the bytes of a file.

    :raises OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_PIECE)
    for mark, codec, name in _MARKS:
        if start.startswith(mark):
            # The other handler knows single bytes only; U+FFFD is refused like it.
            return Encoding(codec, name, "replace") if name == "UTF-16" else UTF_8
    if half := _unmarked_utf16(start):
        return Encoding(half, "UTF-16", "replace")
    return _by_all_bytes(path)


def _unmarked_utf16(start: bytes) -> str | None:
    # Headers are mostly ASCII, so every second byte is nought.
    even, odd = start[0:400:2], start[1:400:2]
    if len(odd) >= 2 and odd.count(0) * 2 > len(odd) and not even.count(0):
        return "utf-16-le"
    if len(even) >= 2 and even.count(0) * 2 > len(even) and not odd.count(0):
        return "utf-16-be"
    return None


def _by_all_bytes(path: Path) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    damaged = letters = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if piece.isascii() and decoder.getstate()[0] == b"":
                continue
            for sign in decoder.decode(piece):
                damaged += "\udc80" <= sign <= "\udcff"
                letters += "\x80" <= sign < "\ud800" or sign > "\udfff"
    damaged += len(decoder.getstate()[0])
    return WINDOWS_1258 if damaged > letters else UTF_8
