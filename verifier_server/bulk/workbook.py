"""Reading a workbook (.xlsx, ECMA-376) row by row, whatever somebody hands in.

A workbook is a ZIP file of XML. What it would unpack to is looked at before it is opened, so that a
small file cannot fill memory or disk. Cells that a spreadsheet keeps as numbers or dates become the
text that a person saw; a formula stays a formula, with its sign, and is refused later: its value was
computed by whoever saved the file. The first sheet that is not hidden is read, and no other.
"""

from __future__ import annotations

import mmap
import zipfile
import zlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from verifier_server.bulk.records import OLE, Record, Table
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

READ_AS = "XLSX"
MOST_COLUMNS = 64
MOST_PARTS = 2_000
MOST_UNPACKED = 512 << 20
# openpyxl holds the table of shared texts in memory, about three times its size on the disk.
MOST_SHARED_TEXT = 64 << 20
MOST_EMPTY_ROWS = 1_000
"""So many rows without a value end a sheet: formatting goes down to row 1,048,576."""

_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_LONGEST_CELL = 2_000
# What expat, zipfile and openpyxl raise for damaged files is of many classes; none of it is ours.
_DAMAGED = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error, InvalidFileException),
)


def read_workbook(path: Path) -> Table:
    """Open a workbook and read the first row that holds anything.

    :raises ServerError: it is protected, of the old kind, damaged, or too large when unpacked.
    """
    _refuse_the_old_kind(path)
    records = _records(path)
    return Table(next(records, None), records, READ_AS)


def _refuse_the_old_kind(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(8) != OLE:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_of_it:
            protected = all_of_it.find(_PROTECTED) >= 0
    if protected:
        raise ServerError(
            "This workbook is protected by a password: open it, save it without one, and send that.",
            code="workbook_protected",
        )
    raise ServerError("This is a workbook of the old kind (.xls): save it as .xlsx or as CSV.", code="workbook_old")


def _records(path: Path) -> Iterator[Record]:
    try:
        _refuse_bombs(path)
        # Opened here, because by its path it would be judged by the ending of its name.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, keep_links=False)
            try:
                yield from _rows(book)
            finally:
                book.close()
    except _DAMAGED as problem:
        raise ServerError(
            "This workbook is damaged: open it in a spreadsheet program, save it anew as .xlsx, and send that.",
            code="workbook_damaged",
        ) from problem


def _refuse_bombs(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    whole = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if len(parts) > MOST_PARTS or whole > MOST_UNPACKED or shared > MOST_SHARED_TEXT:
        raise ServerError(
            f"This workbook would unpack to {whole >> 20} MB in {len(parts)} parts, which is too much: "
            "save its sheet as CSV, or in several files.",
            code="workbook_too_large",
            megabytes=whole >> 20,
        )


def _rows(book: Any) -> Iterator[Record]:
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        return
    # What a sheet says about its own size may be wrong, or a trap.
    sheet.reset_dimensions()
    width = empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            empty += 1
            if empty >= MOST_EMPTY_ROWS:
                return
            continue
        empty = 0
        width = width or len(cells)
        # A row ends at its last value; the header says how many there are.
        cells += [""] * (width - len(cells))
        yield Record(number, tuple(cells))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        # A text that only looks like a formula gets no other treatment than in CSV.
        return value.strip()[:_LONGEST_CELL]
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer() and abs(value) < 10**15):
        return _number(int(value), str(cell.number_format or ""))
    return str(value)


def _number(value: int, shown_as: str) -> str:
    # A column shown as 000000000000 keeps the leading zeros that its number has not.
    zeros = shown_as.strip()
    return str(value).zfill(len(zeros)) if zeros and set(zeros) == {"0"} else str(value)
