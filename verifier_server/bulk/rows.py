"""From a record's cells to a checked entry: one person, and one dose or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaccine_pass.names import plain
from verifier_server.bulk.reading import is_no_text
from verifier_server.checks import optional_line
from verifier_server.doses.rules import DoseEntry, dose_entry
from verifier_server.errors import FieldError, FieldErrors
from verifier_server.people.rules import PersonEntry, person_entry
from verifier_server.sites.rules import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from verifier_server.bulk.records import Record

_DOSE_COLUMNS = ("vaccine", "dose_date", "series", "lot")
_ID_KINDS = {
    "can cuoc cong dan": "cccd",
    "can cuoc": "cccd",
    "chung minh nhan dan": "cmnd",
    "ho chieu": "passport",
    "giay khai sinh": "birth_certificate",
    "khai sinh": "birth_certificate",
}
# A cell that a spreadsheet would compute: = and @ (also full-width), or a sign before a name or bracket.
_FORMULA = re.compile(r"[=@＝＠]|[+\-][\s+\-]*[A-Za-z(]")
# 1.19E+11 and 1,19E+11: what a spreadsheet makes of a long number.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_NUMBERS = ("id_number", "phone")


@dataclass(frozen=True, slots=True)
class RowEntry:
    """What a row says, checked in itself but not yet against the register."""

    row: int
    person: PersonEntry
    dose: DoseEntry | None
    site: str | None

    @property
    def name_key(self) -> tuple[str, int]:
        """The plain name and the birth date: what two rows of one person nearly always share."""
        return plain(self.person.name), self.person.birth.number


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row is refused: the column (empty for the whole row) and a sentence.

    :ivar faults: everything that is wrong with the row, the first of which the sentence says.
    """

    row: int
    column: str
    problem: str
    faults: tuple[FieldError, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, row: int, fault: FieldError) -> RowProblem:
        """Return the problem that a check has raised."""
        return cls(row, fault.field, fault.message, fault.problems)


def row_entry(record: Record, places: Mapping[str, int], width: int, today: date) -> RowEntry | RowProblem:
    """Check one record.

    :param places: the place of each known column.
    :param width: how many columns the header has.
    """
    try:
        return entry_of(record.row, cells_of(record, places, width), today)
    except FieldError as fault:
        return RowProblem.of(record.row, fault)


def cells_of(record: Record, places: Mapping[str, int], width: int) -> dict[str, str]:
    """Return the values of a record by column.

    :raises FieldError: the row is damaged, cut off or shifted, or cells of it hold no text or a formula.
    """
    if record.problem:
        raise FieldError("", record.problem, code=record.code or "bad_row")
    if len(record.cells) < width or any(cell.strip() for cell in record.cells[width:]):
        # A row that is cut off or shifted would be read as something else than was meant.
        values = len(record.cells)
        raise FieldError(
            "", f"This row has {values} values, the header has {width} columns.", code="row_width",
            values=values, columns=width,
        )  # fmt: skip
    if record.cells and record.cells[0].lstrip().startswith("#"):
        raise FieldError("", "A row that begins with # is a note or an example: it is not entered.", code="note_row")
    faults: list[FieldError] = []
    cells: dict[str, str] = {}
    for column, place in places.items():
        try:
            cells[column] = _text(column, record.cells[place], f"{letters_of(place)}{record.row}")
        except FieldError as fault:
            faults.append(fault)
    if faults:
        raise FieldErrors(tuple(faults))
    return cells


def entry_of(row: int, cells: Mapping[str, str], today: date) -> RowEntry:
    """Check what a row says.

    :raises FieldErrors: everything that is wrong, of the person and of the dose alike.
    """
    faults: list[FieldError] = []
    made: list[object] = []
    for check in (
        lambda: _person(cells, today),
        lambda: _dose(cells, today),
        lambda: optional_line("site", cells.get("site"), longest=LONGEST_NAME),
    ):
        try:
            made.append(check())
        except FieldError as fault:
            faults.extend(fault.problems)
    if faults:
        raise FieldErrors(tuple(faults))
    return RowEntry(row, *made)  # type: ignore[arg-type]


def letters_of(place: int) -> str:
    """Return a column's letters, as a spreadsheet counts: A to Z, then AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _text(column: str, cell: str, where: str) -> str:
    if any(is_no_text(sign) for sign in cell):
        raise FieldError(column, "This is not UTF-8 text: save the file as “CSV UTF-8”.", code="not_utf8")
    clean = cell.strip()
    if _FORMULA.match(clean):
        raise FieldError(
            column,
            f"The cell {where} holds a formula: write the value itself, or format the column as text.",
            code="formula_cell",
            where=where,
        )
    if column in _NUMBERS and _SHORTENED.fullmatch(clean):
        raise FieldError(
            column,
            f"In the cell {where} a spreadsheet has shortened the number and its last digits are lost: "
            "format the column as text and write the number again.",
            code="shortened_number",
            where=where,
        )
    return clean


def _person(cells: Mapping[str, str], today: date) -> PersonEntry:
    return person_entry(
        name=cells["full_name"],
        birth=cells["dob"],
        sex=cells.get("gender", ""),
        phone=cells.get("phone", ""),
        id_number=cells.get("id_number", ""),
        id_kind=_id_kind(cells.get("id_kind", "")),
        id_country=cells.get("id_country", ""),
        today=today,
    )


def _id_kind(text: str) -> str:
    return _ID_KINDS.get(plain(text), text)


def _dose(cells: Mapping[str, str], today: date) -> DoseEntry | None:
    number = cells.get("dose_number", "")
    if number in {"", "0"}:
        for column in _DOSE_COLUMNS:
            if cells.get(column):
                raise FieldError("dose_number", f"There is a {column} but no dose number.", code="dose_missing")
        return None
    if not cells.get("vaccine"):
        raise FieldError("vaccine", f"Dose {number[:4]} has no vaccine.", code="dose_missing")
    return dose_entry(
        number=number,
        vaccine=cells["vaccine"],
        series=cells.get("series", ""),
        given_on=cells.get("dose_date", ""),
        lot=cells.get("lot", ""),
        vaccinator=cells.get("vaccinator", ""),
        today=today,
    )
