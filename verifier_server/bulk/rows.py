"""From a record's cells to a checked entry: one person, and one dose or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaccine_pass.names import plain
from verifier_server.checks import optional_line
from verifier_server.doses.rules import DoseEntry, dose_entry
from verifier_server.errors import FieldError
from verifier_server.people.rules import PersonEntry, person_entry
from verifier_server.sites.rules import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from verifier_server.bulk.reading import Record

_DOSE_COLUMNS = ("vaccine", "dose_date", "series", "lot")


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
    """Why a row is refused: the column (empty for the whole row) and a sentence."""

    row: int
    column: str
    problem: str


def row_entry(record: Record, places: Mapping[str, int], width: int, today: date) -> RowEntry | RowProblem:
    """Check one record.

    :param places: the place of each known column.
    :param width: how many columns the header has.
    """
    if record.problem:
        return RowProblem(record.row, "", record.problem)
    if len(record.cells) < width or any(cell.strip() for cell in record.cells[width:]):
        # A row that is cut off or shifted would be read as something else than was meant.
        return RowProblem(record.row, "", f"This row has {len(record.cells)} values, the header has {width} columns.")
    try:
        cells = {column: _text(column, record.cells[place]) for column, place in places.items()}
        return RowEntry(
            record.row,
            _person(cells, today),
            _dose(cells, today),
            optional_line("site", cells.get("site"), longest=LONGEST_NAME),
        )
    except FieldError as problem:
        return RowProblem(record.row, problem.field, problem.message)


def _text(column: str, cell: str) -> str:
    if any("\ud800" <= sign <= "\udfff" for sign in cell):
        raise FieldError(column, "This is not UTF-8 text: save the file as “CSV UTF-8”.", code="not_utf8")
    return cell.strip()


def _person(cells: Mapping[str, str], today: date) -> PersonEntry:
    return person_entry(
        name=cells["full_name"],
        birth=cells["dob"],
        sex=cells.get("gender", ""),
        phone=cells.get("phone", ""),
        id_number=cells.get("id_number", ""),
        today=today,
    )


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
