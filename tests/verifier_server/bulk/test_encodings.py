"""Files as Vietnamese spreadsheets write them: the same names come out, whatever went in."""

import unicodedata

import pytest

from verifier_server.bulk.headers import column_places
from verifier_server.bulk.reading import read_table
from verifier_server.bulk.rows import row_entry

from ..builders import TODAY

HEADER, NAME = ("Họ và tên", "Ngày sinh"), "Nguyễn Thị Hoàng Phượng"


def as_windows_1258(text):
    """As Windows wrote it: vowels with a hat or horn are one sign, tones are marks of their own."""
    spread = []
    for sign in text:
        try:
            spread.append(sign.encode("cp1258"))
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", sign)
            tones = [one for one in marks if one in "\u0300\u0301\u0303\u0309\u0323"]
            whole = unicodedata.normalize("NFC", base + "".join(one for one in marks if one not in tones))
            spread.append((whole + "".join(tones)).encode("cp1258"))
    return b"".join(spread)


def decomposed(text):
    return unicodedata.normalize("NFD", text).encode()


WRITTEN = {
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8, marks apart": decomposed,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, other end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "Windows-1258": as_windows_1258,
}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("written", WRITTEN)
def test_a_name_is_read_in_every_encoding_and_with_every_separator(tmp_path, written, separator):
    rows = [HEADER, *[(NAME, f"{day:02}/01/1990") for day in range(1, 20)]]
    path = tmp_path / "in.csv"
    path.write_bytes(WRITTEN[written]("".join(separator.join(row) + "\r\n" for row in rows)))
    table = read_table(path)
    assert table.read_as == written.split(",")[0].split(" ")[0]
    places = column_places(table.header)
    entries = [row_entry(record, places, len(HEADER), TODAY) for record in table.records]
    assert {entry.person.name for entry in entries} == {NAME}
    assert len(entries) == 19


def test_a_few_damaged_bytes_do_not_change_how_all_the_others_are_read(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"full_name,dob\n" + f"{NAME},1990\n".encode() * 3 + b"Tr\xffn An,1990\n")
    table = read_table(path)
    places = column_places(table.header)
    entries = [row_entry(record, places, 2, TODAY) for record in table.records]
    assert [entry.person.name for entry in entries[:3]] == [NAME] * 3
    assert (entries[3].column, entries[3].row) == ("full_name", 5)


def test_a_spreadsheets_note_about_its_separator_is_no_header(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("sep=;\nfull_name;dob\nLê Hòa, bà;1950\n", "utf-8")
    table = read_table(path)
    assert table.header == ("full_name", "dob")
    assert next(table.records).cells == ("Lê Hòa, bà", "1950")
