"""The provinces of Vietnam in both lists, written from public facts: 63 until mid-2025, 34 since.

Codes are those of the General Statistics Office; the list of 2025 is that of Decision 19/2025/QĐ-TTg,
which keeps one of the old codes for each new province. Districts and wards are thousands and come by
``checkpoint-server import-units``.
"""

from __future__ import annotations

import re

from verifier_server.errors import FieldError

LISTS = (2021, 2025)

_CODE = re.compile(r"[0-9]{2}|[0-9]{3}|[0-9]{5}", re.ASCII)

# Code and name of 2021, and the code of the province of 2025 that it is part of.
_OF_2021 = """
01 Hà Nội 01; 02 Hà Giang 08; 04 Cao Bằng 04; 06 Bắc Kạn 19; 08 Tuyên Quang 08; 10 Lào Cai 15; 11 Điện Biên 11;
12 Lai Châu 12; 14 Sơn La 14; 15 Yên Bái 15; 17 Hòa Bình 25; 19 Thái Nguyên 19; 20 Lạng Sơn 20; 22 Quảng Ninh 22;
24 Bắc Giang 24; 25 Phú Thọ 25; 26 Vĩnh Phúc 25; 27 Bắc Ninh 24; 30 Hải Dương 31; 31 Hải Phòng 31; 33 Hưng Yên 33;
34 Thái Bình 33; 35 Hà Nam 37; 36 Nam Định 37; 37 Ninh Bình 37; 38 Thanh Hóa 38; 40 Nghệ An 40; 42 Hà Tĩnh 42;
44 Quảng Bình 44; 45 Quảng Trị 44; 46 Thừa Thiên Huế 46; 48 Đà Nẵng 48; 49 Quảng Nam 48; 51 Quảng Ngãi 51;
52 Bình Định 52; 54 Phú Yên 66; 56 Khánh Hòa 56; 58 Ninh Thuận 56; 60 Bình Thuận 68; 62 Kon Tum 51; 64 Gia Lai 52;
66 Đắk Lắk 66; 67 Đắk Nông 68; 68 Lâm Đồng 68; 70 Bình Phước 75; 72 Tây Ninh 80; 74 Bình Dương 79; 75 Đồng Nai 75;
77 Bà Rịa - Vũng Tàu 79; 79 Hồ Chí Minh 79; 80 Long An 80; 82 Tiền Giang 82; 83 Bến Tre 86; 84 Trà Vinh 86;
86 Vĩnh Long 86; 87 Đồng Tháp 82; 89 An Giang 91; 91 Kiên Giang 91; 92 Cần Thơ 92; 93 Hậu Giang 92;
94 Sóc Trăng 92; 95 Bạc Liêu 96; 96 Cà Mau 96
"""
# Where a province of 2025 has another name than the one of 2021 with its code.
_RENAMED = {"15": "Lào Cai", "24": "Bắc Ninh", "44": "Quảng Trị", "46": "Huế", "52": "Gia Lai", "80": "Tây Ninh"}
_RENAMED |= {"82": "Đồng Tháp", "91": "An Giang"}


def _read() -> tuple[dict[str, str], dict[str, str]]:
    names, successors = {}, {}
    for row in _OF_2021.replace("\n", " ").split(";"):
        code, *words, successor = row.split()
        names[code], successors[code] = " ".join(words), successor
    return names, successors


_NAMES_2021, SUCCESSORS = _read()
_NAMES_2025 = {code: _RENAMED.get(code, _NAMES_2021[code]) for code in sorted(set(SUCCESSORS.values()))}

PROVINCES: dict[int, dict[str, str]] = {2021: _NAMES_2021, 2025: _NAMES_2025}
"""The names by their codes, for each version of the list."""


def province_name(code: str | None, version: int = 2021) -> str:
    """Return a province's name; the code itself where the list has no such province, a dash for none."""
    if not code:
        return "–"
    return PROVINCES.get(version, {}).get(code[:2], code)


def checked_unit(text: str) -> tuple[int, str] | None:
    """Return (version, code) of a unit written as ``2021:79``, or None where nothing was chosen.

    Whether a district or ward is in the imported list is not looked at here.

    :raises FieldError: no such list, or no code of one; of a province, none that the list has.
    """
    if not (text or "").strip():
        return None
    year, _, code = text.strip().partition(":")
    known = PROVINCES.get(int(year)) if year.isascii() and year.isdigit() and len(year) == 4 else None
    if known is None or not _CODE.fullmatch(code) or (len(code) == 2 and code not in known):
        raise FieldError("unit", "Choose the province from the list.", code="bad_unit")
    return int(year), code
