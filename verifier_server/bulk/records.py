"""What a file is read into, whatever it was written in: a header, and numbered records below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
