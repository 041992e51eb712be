"""From the bytes of a file to numbered records, in flat memory whatever the file holds.

Rows are counted as a spreadsheet counts them: the header is row 1. A quotation mark that is never
closed damages its own row only, and does not swallow the thousand rows after it. Bytes that are no
text come through as surrogates and are refused cell by cell. A workbook is read by
:mod:`verifier_server.bulk.workbook`. Left out: what the cells mean.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING

from verifier_server.bulk.encodings import UTF_8, encoding_of
from verifier_server.bulk.records import Record, Table, looks_like_a_workbook
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from verifier_server.bulk.encodings import Encoding

LONGEST_LINE = 16_384
# A quoted value may hold line ends; more than this is a quotation mark that was never closed.
MOST_LINES = 10
_DELIMITERS = ",;\t"


def read_table(path: Path) -> Table:
    """Open a CSV file or a workbook and read its header.

    :raises ServerError: it cannot be read, is empty, or its header is no text.
    """
    try:
        if looks_like_a_workbook(path):
            from verifier_server.bulk.workbook import read_workbook  # noqa: PLC0415  15 MB that a CSV file saves

            return _checked(path, read_workbook(path))
        encoding = encoding_of(path)
    except OSError as problem:
        raise _unreadable(path, problem) from problem
    records = open_table(path, encoding)
    header = next(records, None)
    if header and header.cells[:1] and header.cells[0].lower().startswith("sep="):
        header = next(records, None)  # a spreadsheet's note to itself
    return _checked(path, Table(header, records, encoding.name))


def open_table(path: Path, encoding: Encoding = UTF_8) -> Iterator[Record]:
    """Yield every record of a CSV file; the first one is the header.

    :raises ServerError: the file cannot be read.
    """
    try:
        with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as file:
            yield from _records(file)
    except OSError as problem:
        raise _unreadable(path, problem) from problem


def _checked(path: Path, table: Table) -> Table:
    if table.first is None or table.first.problem:
        raise ServerError(f"{path.name} has no header row.", code="no_header")
    if any(is_no_text(sign) for cell in table.header for sign in cell):
        raise ServerError(f"{path.name} is not UTF-8 text: save it as “CSV UTF-8”.", code="not_utf8")
    return table


def is_no_text(sign: str) -> bool:
    """Whether a sign stands for bytes that could not be read, or is one that no text has."""
    return sign in "\0\ufffd" or "\ud800" <= sign <= "\udfff"


def _unreadable(path: Path, problem: OSError) -> ServerError:
    return ServerError(f"{path} cannot be read: {problem.strerror}.", code="unreadable_file")


def _records(file: TextIO) -> Iterator[Record]:
    lines = _Lines(file)
    delimiter: str | None = None
    row = 0
    while (line := lines.next()) is not None:
        row += 1
        if not line.strip():
            continue
        delimiter = delimiter or _delimiter(line)
        yield _record(row, line, delimiter, lines)


def _delimiter(line: str) -> str:
    if line.lower().startswith("sep=") and line[4:5] in tuple(_DELIMITERS):
        return line[4]
    return max(_DELIMITERS, key=line.count)


def _record(row: int, line: str, delimiter: str, lines: _Lines) -> Record:
    if len(line) > LONGEST_LINE:
        return Record(row, (), f"This row has more than {LONGEST_LINE} characters.", "row_too_long")
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
    return Record(row, (), "A quotation mark in this row is not closed.", "quote_open")


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
