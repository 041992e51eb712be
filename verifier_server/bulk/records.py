"""What a file is read into, whatever it was written in: a header, and numbered records below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How workbooks begin: today's, and those that were made before 2007 or are protected."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its cells, or what is wrong with the whole row."""

    row: int
    cells: tuple[str, ...]
    problem: str | None = None
    # The problem's stable code, as of an error.
    code: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a file and the records below it, which are read as they are asked for.

    :ivar first: the header's record, None of an empty file.
    :ivar read_as: what was read, for people: ``UTF-8``, ``Windows-1258``, ``XLSX``, …
    """

    first: Record | None
    records: Iterator[Record]
    read_as: str

    @property
    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.first.cells if self.first else ()


def looks_like_a_workbook(path: Path) -> bool:
    """Whether a file begins as a workbook does, also as one that cannot be read here.

    :raises OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(8)
    return start.startswith(ZIP) or start == OLE
