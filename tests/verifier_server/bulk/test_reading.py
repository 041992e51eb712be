"""From the bytes of a file to numbered records."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier_server.bulk.reading import LONGEST_LINE, open_table, read_table
from verifier_server.errors import CheckpointError, ServerError

cell = st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\n"), max_size=12)


def records(tmp_path, data):
    path = tmp_path / "in.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [(one.row, one.cells, one.problem) for one in open_table(path)]


@pytest.mark.parametrize("data", ["a,b\n1,2\n", "\ufeffa,b\n1,2\n", "a;b\r\n1;2\r\n", "a\tb\r1\t2", 'a,b\n"1","2"\n'])
def test_bom_delimiters_line_ends_and_quotes_make_no_difference(tmp_path, data):
    assert records(tmp_path, data) == [(1, ("a", "b"), None), (2, ("1", "2"), None)]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path):
    assert [row for row, *_ in records(tmp_path, 'a,b\n\n1,2\n   \n"x\ny",3\n4,5\n')] == [1, 3, 5, 6]


def test_a_quoted_value_may_hold_delimiters_and_line_ends(tmp_path):
    assert records(tmp_path, 'a,b\n"1,\n""x""",2\n')[1][1] == ('1,\n"x"', "2")


def test_an_open_quotation_mark_damages_its_own_row_only(tmp_path):
    found = records(tmp_path, 'a,b\n1,2\n"3,4\n' + "5,6\n" * 40)
    assert found[2] == (3, (), "A quotation mark in this row is not closed.")
    assert len(found) == 43
    assert found[3:] == [(row, ("5", "6"), None) for row in range(4, 44)]


def test_an_endless_line_is_one_damaged_row_and_does_not_fill_the_memory(tmp_path):
    found = records(tmp_path, "a,b\n" + "x" * 3_000_000 + "\n1,2\n")
    assert found[1][2] == f"This row has more than {LONGEST_LINE} characters."
    assert found[2] == (3, ("1", "2"), None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no header row"),
        (b"\n\n", "no header row"),
        (b"full_name,d\x00b\n", "not UTF-8"),
        ("full_name,d\u00f4b\u00e1\u00e9".encode() + b"\xff\n", "not UTF-8"),
        (b'"a,b\n', "no header row"),
    ],
)
def test_a_file_without_a_readable_header_is_refused(tmp_path, data, said):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    with pytest.raises(ServerError, match=said):
        read_table(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ServerError, match=r"missing\.csv cannot be read: No such file"):
        read_table(tmp_path / "missing.csv")


@given(st.lists(st.lists(cell, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_csv_writer_wrote_is_read_back(tmp_path_factory, rows):
    rows = [["full_name", "dob"], *rows]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    path.write_text(text.getvalue(), "utf-8", newline="")
    assert [list(one.cells) for one in open_table(path)] == rows


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    path.write_bytes(data)
    try:
        table = read_table(path)
        rows = [one.row for one in table.records]
    except CheckpointError as problem:
        assert problem.message.endswith(".")
    else:
        assert rows == sorted(set(rows))
