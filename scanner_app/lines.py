r"""Lines of bytes in bounded memory, one text a line.

A line ends with \n or \r\n, nothing else is stripped; the last one may end without. A line longer
than the limit is cut to just over it, so that it is still answered, as too large. Left out: what
a line means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

CHUNK = 1 << 16


class ByteSource(Protocol):
    """What `lines` reads from: a buffered binary stream."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes as soon as there are some; empty at the end."""
        ...


def lines(source: ByteSource, keep: int, before_waiting: Callable[[], object] = lambda: None) -> Iterator[str]:
    """Every line of `source` as text.

    Args:
        keep: bytes of a line that are kept; more are read and dropped.
        before_waiting: called before each read, so that whoever waits for an answer before the
            next line gets it.

    Bytes that are not UTF-8 stay in the text as surrogates (PEP 383): no pass holds any.
    """
    line = bytearray()
    pending = False
    while True:
        before_waiting()
        chunk = source.read1(CHUNK)
        if not chunk:
            break
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            line += piece[: max(0, keep - len(line))]
            yield _text(line)
            line.clear()
        line += rest[: max(0, keep - len(line))]
        pending = bool(rest) or (pending and not ended)
    if pending:
        yield _text(line)


def _text(line: bytearray) -> str:
    return bytes(line).removesuffix(b"\r").decode("utf-8", "surrogateescape")
