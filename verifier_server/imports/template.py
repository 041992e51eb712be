"""The empty file to fill in: as CSV and as a workbook, with Vietnamese and English headers in one line.

The example's row begins with #, so that it is never entered when somebody leaves it there.
"""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from vaccine_pass.vaccines import VACCINES
from verifier_server.bulk.headers import COLUMNS, REQUIRED
from verifier_server.bulk.rows import letters_of

VIETNAMESE = {
    "full_name": "Họ và tên",
    "dob": "Ngày sinh",
    "gender": "Giới tính",
    "phone": "Số điện thoại",
    "id_number": "Số giấy tờ",
    "id_kind": "Loại giấy tờ",
    "id_country": "Nước cấp",
    "vaccine": "Vắc xin",
    "dose_number": "Mũi số",
    "series": "Tổng số mũi",
    "dose_date": "Ngày tiêm",
    "lot": "Số lô",
    "site": "Điểm tiêm",
    "vaccinator": "Người tiêm",
}
EXAMPLE = {
    "full_name": "# Ví dụ – Example: Nguyễn Văn An",
    "dob": "31/01/1990",
    "gender": "nam",
    "phone": "0912345678",
    "id_number": "001090000003",
    "vaccine": "PFIZER",
    "dose_number": "1",
    "dose_date": "01/07/2021",
    "lot": "FF1234",
    "site": "Trạm y tế phường Mẫu",
}
NOTES = (
    ("Mỗi dòng là một mũi tiêm của một người.", "Each row is one dose of one person."),
    (
        "Cột có dấu * phải điền. Dòng bắt đầu bằng # được bỏ qua.",
        "Columns with * are required. Rows with # are left out.",
    ),
    (
        "Ngày: DD/MM/YYYY. Ngày sinh có thể chỉ có năm (1948) hoặc --/05/1948.",
        "Dates: DD/MM/YYYY. A birth date may have only its year (1948), or --/05/1948.",
    ),
    (
        "Số giấy tờ và điện thoại là chữ, không phải số: giữ các số 0 ở đầu.",
        "ID numbers and phones are text and not numbers: keep the leading zeros.",
    ),
    (
        "Loại giấy tờ: CCCD, CMND, hộ chiếu, giấy khai sinh. Để trống nếu là CCCD hoặc CMND.",
        "Kind of paper: cccd, cmnd, passport, birth_certificate. Leave it empty for a CCCD or CMND.",
    ),
    ("Không dùng công thức: ghi giá trị.", "No formulas: write the value itself."),
)
_GENDERS, _KINDS = '"nữ,nam,khác"', '"CCCD,CMND,hộ chiếu,giấy khai sinh"'
_FILLED_IN = 5_000


def titles() -> list[str]:
    """Return the header: both languages, a star where it must be filled in."""
    return [f"{VIETNAMESE[column]}{'*' if column in REQUIRED else ''} ({column})" for column in COLUMNS]


def as_csv() -> bytes:
    """Return the template as CSV; the mark at its beginning tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([titles(), [EXAMPLE.get(column, "") for column in COLUMNS]])
    return text.getvalue().encode("utf-8-sig")


def as_workbook() -> bytes:
    """Return the template as a workbook: every column is text, and what can be chosen is chosen."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Mũi tiêm – Doses"
    sheet.append(titles())
    sheet.append([EXAMPLE.get(column, "") for column in COLUMNS])
    sheet.freeze_panes = "B2"
    for place, column in enumerate(COLUMNS):
        letters = letters_of(place)
        sheet.column_dimensions[letters].width = 34 if column in {"full_name", "site"} else 18
        sheet.column_dimensions[letters].number_format = "@"
        head, example = sheet[f"{letters}1"], sheet[f"{letters}2"]
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="0B5A8A")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        example.font, example.number_format = Font(italic=True, color="4B5965"), "@"
    vaccines = '"' + ",".join(vaccine.key for vaccine in VACCINES) + '"'
    for column, choices in (("gender", _GENDERS), ("id_kind", _KINDS), ("vaccine", vaccines)):
        letters = letters_of(COLUMNS.index(column))
        chosen = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=False)
        chosen.add(f"{letters}2:{letters}{_FILLED_IN}")
        sheet.add_data_validation(chosen)
    notes = book.create_sheet("Hướng dẫn – Notes")
    notes.column_dimensions["A"].width = notes.column_dimensions["B"].width = 70
    for row in NOTES:
        notes.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
