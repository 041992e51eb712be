"""What a row may not say, and where the sentence points to."""

import pytest

from verifier_server.bulk.headers import COLUMNS
from verifier_server.bulk.records import Record
from verifier_server.bulk.rows import RowProblem, letters_of, row_entry

from ..builders import TODAY, a_record

PLACES = {column: place for place, column in enumerate(COLUMNS)}


def checked(**changes):
    record = a_record(**changes)
    cells = tuple(record.get(column, "") for column in COLUMNS)
    return row_entry(Record(17, cells), PLACES, len(COLUMNS), TODAY)


@pytest.mark.parametrize(
    "cell", ["=1+1", "=HYPERLINK(A1)", "@SUM(A1)", "+SUM(A1)", "-cmd|x", "＝1+1", " =1", "+-+A1", "-(1)"]
)
def test_a_formula_is_refused_with_its_place(cell):
    refused = checked(lot=cell)
    assert isinstance(refused, RowProblem)
    assert (refused.row, refused.column, refused.faults[0].code) == (17, "lot", "formula_cell")
    assert f"{letters_of(PLACES['lot'])}17" in refused.problem


@pytest.mark.parametrize(("column", "cell"), [("phone", "+84 912 345 678"), ("dob", "--/05/1948"), ("lot", "-12")])
def test_what_only_begins_like_a_formula_is_none(column, cell):
    assert not isinstance(checked(**{column: cell}), RowProblem)


@pytest.mark.parametrize("cell", ["1.19E+11", "1,19E+11", "1E+11"])
def test_a_number_that_a_spreadsheet_shortened_is_named_as_such(cell):
    assert checked(id_number=cell).faults[0].code == "shortened_number"


def test_lost_zeros_are_named():
    assert "leading zeros" in checked(id_number="1190000003").problem


def test_everything_that_is_wrong_with_a_row_is_said_at_once():
    refused = checked(dob="31/02/1990", phone="12", dose_date="01/01/1815", vaccine="TEA")
    assert [fault.field for fault in refused.faults] == ["dob", "phone", "vaccine", "dose_date"]


@pytest.mark.parametrize("said", ["giấy khai sinh", "Giấy khai sinh", "birth_certificate"])
def test_the_kind_of_paper_may_be_said_in_vietnamese(said):
    assert checked(id_kind=said, id_number="45/2021").person.paper == ("birth_certificate", "VN", "45/2021")


def test_columns_have_letters_as_in_a_spreadsheet():
    assert [letters_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
