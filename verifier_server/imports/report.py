"""The report of an import as CSV: one line for each row of the file, safe to open in a spreadsheet.

The rows are told by their numbers; no name or number of the file is in it. A spreadsheet computes what
begins like a formula, so such a cell gets an apostrophe before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from sqlalchemy import select

from verifier_server.imports.tables import ImportRow
from verifier_server.imports.words import FINDINGS, OUTCOMES, faults_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

_AT_ONCE = 1_000
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def report(session: Session, number: int, *, bare: bool = False) -> Iterator[bytes]:
    """Yield the report in pieces, in flat memory; the mark at its beginning tells spreadsheets that it is UTF-8.

    :param bare: in the words of the command line, not of a page.
    """
    in_page = (_("Dòng"), _("Kiểm tra"), _("Kết quả"), _("Chỗ sai"), _("Lý do")) if not bare else ()
    cells = _bare if bare else _cells
    yield b"\xef\xbb\xbf" + _lines([in_page or ("row", "finding", "outcome", "columns", "problem")])
    rows = (
        select(ImportRow.row, ImportRow.finding, ImportRow.outcome, ImportRow.faults, ImportRow.reason)
        .where(ImportRow.import_id == number)
        .order_by(ImportRow.row)
        .execution_options(yield_per=_AT_ONCE)
    )
    for piece in session.execute(rows).partitions():
        yield _lines(cells(*one) for one in piece)


def harmless(cell: object) -> str:
    """Return a cell's text, which no spreadsheet computes."""
    text = str(cell)
    return "'" + text if text.startswith(_COMPUTED) else text


def _cells(row: int, finding: str, outcome: str | None, faults: list | None, reason: str | None) -> tuple[object, ...]:
    said = faults_said(faults)
    return (
        row,
        FINDINGS[finding],
        OUTCOMES[outcome] if outcome else "",
        "; ".join(dict.fromkeys(column for column, _sentence in said)),
        " ".join(sentence for _column, sentence in said) or reason or "",
    )


def _bare(row: int, finding: str, outcome: str | None, faults: list | None, reason: str | None) -> tuple[object, ...]:
    columns = "; ".join(dict.fromkeys(column for column, *_more in faults or ()))
    return row, finding, outcome or "", columns, " ".join(one[2] for one in faults or ()) or reason or ""


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
