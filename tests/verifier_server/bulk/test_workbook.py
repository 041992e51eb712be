"""Workbooks: what a person saw in the cells is what is read, and nobody is hurt by what is handed in."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from verifier_server.bulk import workbook
from verifier_server.bulk.reading import read_table
from verifier_server.errors import ServerError

HEADER = ["Họ và tên", "Ngày sinh", "Số CCCD"]


def written(path, *rows, header=HEADER, look=None):
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    if look:
        look(book)
    book.save(path)
    return path


def cells(path):
    return [record.cells for record in read_table(path).records]


def test_cells_are_what_a_person_saw(tmp_path):
    def look(book):
        book.active["C4"].number_format = "000000000000"

    path = written(
        tmp_path / "in.xlsx",
        ["Lê Hòa", date(1990, 1, 31), "001190000003"],
        ["Lê Hà", datetime(1990, 1, 31, 8, 30), 1190000003],  # noqa: DTZ001  cells have no zone
        ["Lê Hạ", 1948, 1190000003],
        ["Lê Hoa", None, 1190000003.0],
        ["Lê Hồ", "--/05/1948", True],
        look=look,
    )
    assert cells(path) == [
        ("Lê Hòa", "31/01/1990", "001190000003"),
        ("Lê Hà", "31/01/1990", "1190000003"),
        ("Lê Hạ", "1948", "001190000003"),
        ("Lê Hoa", "", "1190000003"),
        ("Lê Hồ", "--/05/1948", "TRUE"),
    ]


def test_a_formula_stays_one_whatever_it_was_computed_to(tmp_path):
    path = written(tmp_path / "in.xlsx", ["=A1", date(1990, 1, 31), '=HYPERLINK("http://x")'])
    assert cells(path)[0][0] == "=A1"
    assert cells(path)[0][2].startswith("=HYPERLINK")


def test_rows_keep_their_numbers_and_formatting_without_end_is_no_row(tmp_path):
    def look(book):
        book.active["A5"] = "Lê Hòa"
        book.active["A1048576"].number_format = "0"

    path = written(tmp_path / "in.xlsx", ["Lê Hà", "1990", ""], look=look)
    assert [(one.row, one.cells) for one in read_table(path).records] == [
        (2, ("Lê Hà", "1990", "")),
        (5, ("Lê Hòa", "", "")),
    ]


def test_the_first_sheet_that_is_not_hidden_is_read(tmp_path):
    def look(book):
        book.create_sheet("later").append(["other"])
        hidden = book.create_sheet("hidden", 0)
        hidden.append(["secret"])
        hidden.sheet_state = "hidden"

    path = written(tmp_path / "in.xlsx", ["Lê Hà", "1990", ""], look=look)
    assert read_table(path).header == tuple(HEADER)


def bomb(path, name, megabytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1 << 20))
    return path


@pytest.mark.parametrize(
    ("name", "most"), [("xl/worksheets/sheet1.xml", "MOST_UNPACKED"), ("xl/sharedStrings.xml", "MOST_SHARED_TEXT")]
)
def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(tmp_path, monkeypatch, name, most):
    monkeypatch.setattr(workbook, most, 8 << 20)
    path = bomb(tmp_path / "in.xlsx", name, 12)
    assert path.stat().st_size < 20_000
    with pytest.raises(ServerError, match="would unpack to 12 MB"):
        read_table(path)


def test_entities_that_grow_are_refused(tmp_path):
    good = written(tmp_path / "good.xlsx", ["Lê Hà", "1990", ""])
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e0 "ha">{grown}]><sst>&e9;</sst>'
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            target.writestr(part, evil if part.endswith("sheet1.xml") else source.read(part))
    with pytest.raises(ServerError, match="damaged"):
        cells(path)


def a_workbook():
    made = io.BytesIO()
    written(made, *[[f"Lê Hà {'x' * n}", "1990", str(n)] for n in range(200)])
    return made.getvalue()


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_workbook_that_was_cut_off_is_called_damaged(tmp_path, part):
    path, whole = tmp_path / "in.xlsx", a_workbook()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(ServerError, match="damaged"):
        cells(path)


def test_a_workbook_with_changed_bytes_is_read_or_called_damaged(tmp_path):
    path, whole = tmp_path / "in.xlsx", a_workbook()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            cells(path)
        except ServerError as problem:
            assert problem.message.endswith(".")


@pytest.mark.parametrize(
    ("inside", "said"),
    [("EncryptedPackage".encode("utf-16-le"), "protected by a password"), (b"Workbook", r"old kind \(\.xls\)")],
)
def test_a_protected_or_old_workbook_is_named_as_what_it_is(tmp_path, inside, said):
    path = tmp_path / "in.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + inside + bytes(500))
    with pytest.raises(ServerError, match=said):
        read_table(path)
