"""From the bytes of a CSV file to numbered records, in flat memory whatever the file holds.

Rows are counted as a spreadsheet counts them: the header is row 1. A quotation mark that is never
closed damages its own row only, and does not swallow the thousand rows after it. Bytes that are
not UTF-8 come through as surrogates and are refused cell by cell. Left out: what the cells mean.
"""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

LONGEST_LINE = 16_384
# A quoted value may hold line ends; more than this is a quotation mark that was never closed.
MOST_LINES = 10
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its cells, or what is wrong with the whole row."""

    row: int
    cells: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a file and the records below it, which are read as they are asked for."""

    header: tuple[str, ...]
    records: Iterator[Record]


def open_table(path: Path) -> Iterator[Record]:
    """Yield every record of a file; the first one is the header.

    :raises ServerError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _records(file)
    except OSError as problem:
        raise ServerError(f"{path} cannot be read: {problem.strerror}.", code="unreadable_file") from problem


def read_table(path: Path) -> Table:
    """Open a file and read its header.

    :raises ServerError: it cannot be read, is empty, or is not UTF-8 text.
    """
    records = open_table(path)
    header = next(records, None)
    if header is None or header.problem:
        raise ServerError(f"{path} has no header row.", code="no_header")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for cell in header.cells for sign in cell):
        raise ServerError(f"{path} is not UTF-8 text: save it as “CSV UTF-8”.", code="not_utf8")
    return Table(header.cells, records)


def _records(file: TextIO) -> Iterator[Record]:
    lines = _Lines(file)
    delimiter: str | None = None
    row = 0
    while (line := lines.next()) is not None:
        row += 1
        if not line.strip():
            continue
        delimiter = delimiter or max(_DELIMITERS, key=line.count)
        yield _record(row, line, delimiter, lines)


def _record(row: int, line: str, delimiter: str, lines: _Lines) -> Record:
    if len(line) > LONGEST_LINE:
        return Record(row, (), f"This row has more than {LONGEST_LINE} characters.")
    if '"' not in line:
        return Record(row, tuple(line.rstrip("\r\n").split(delimiter)))
    try:
        return Record(row, _parsed(line, delimiter))
    except csv.Error:
        return _over_several_lines(row, line, delimiter, lines)


def _over_several_lines(row: int, line: str, delimiter: str, lines: _Lines) -> Record:
    joined, taken = line, []
    while len(taken) < MOST_LINES and len(joined) <= LONGEST_LINE and (more := lines.next()) is not None:
        taken.append(more)
        joined += more
        try:
            return Record(row, _parsed(joined, delimiter))
        except csv.Error:
            continue
    lines.put_back(taken)
    return Record(row, (), "A quotation mark in this row is not closed.")


def _parsed(text: str, delimiter: str) -> tuple[str, ...]:
    (cells,) = csv.reader([text], delimiter=delimiter, strict=True)
    return tuple(cells)


class _Lines:
    """Lines of bounded length, some of which can be put back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: deque[str] = deque()

    def next(self) -> str | None:
        """Return the next line; of one that is too long, a beginning that is too long."""
        if self._waiting:
            return self._waiting.popleft()
        line = self._file.readline(LONGEST_LINE + 1)
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(("\n", "\r")):
            rest = self._file.readline(LONGEST_LINE + 1)
        return line or None

    def put_back(self, lines: list[str]) -> None:
        """Make these the next lines."""
        self._waiting.extendleft(reversed(lines))
