"""Which column of a file is which: English names as in the registration form, or Vietnamese ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaccine_pass.names import plain
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REQUIRED = ("full_name", "dob")
COLUMNS = (
    "full_name",
    "dob",
    "gender",
    "phone",
    "id_number",
    "id_kind",
    "id_country",
    "vaccine",
    "dose_number",
    "series",
    "dose_date",
    "lot",
    "site",
    "vaccinator",
)

_ALSO = {
    "full_name": ("name", "ho va ten", "ho ten", "ten"),
    "dob": ("date_of_birth", "birth_date", "ngay sinh", "ngay thang nam sinh", "nam sinh"),
    "gender": ("sex", "gioi tinh"),
    "phone": ("phone_number", "so dien thoai", "dien thoai", "sdt"),
    "id_number": (
        "id",
        "so cmnd cccd hc",
        "so cmnd cccd",
        "so cccd cmnd",
        "cccd",
        "cmnd",
        "so giay to",
        "cccd cmnd",
        "so cccd",
        "so cmnd",
        "so cmnd cccd ho chieu",
        "so dinh danh",
    ),
    "id_kind": ("id_type", "loai giay to"),
    "id_country": ("nuoc cap", "quoc gia cap"),
    "vaccine": ("product", "vac xin", "vacxin", "vaccin", "loai vac xin", "ten vac xin", "loai vaccine"),
    "dose_number": ("dose", "mui", "mui so", "mui tiem", "so mui", "mui thu", "lan tiem"),
    "series": ("doses_in_series", "series_doses", "phac do", "tong so mui", "so mui phac do"),
    "dose_date": ("date_of_dose", "vaccination_date", "ngay tiem", "ngay tiem chung"),
    "lot": ("lot_number", "batch", "so lo", "lo", "lo vac xin"),
    "site": ("vaccination_site", "diem tiem", "co so tiem", "co so tiem chung", "dia diem tiem", "noi tiem"),
    "vaccinator": ("nguoi tiem", "can bo tiem"),
}
_NOTE = re.compile(r"\([^)]*\)|\*")


def column_places(header: Sequence[str]) -> Mapping[str, int]:
    """Return the place of each known column; unknown columns are left alone.

    :raises ServerError: a required column is missing or a column is there twice.
    """
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = _NAMES.get(_simple(title))
        if column in places:
            raise ServerError(
                f"The column {column} is there twice, in places {places[column] + 1} and {place + 1}.",
                code="column_twice",
                column=column,
            )
        if column:
            places[column] = place
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        raise ServerError(
            f"The header lacks {' and '.join(missing)}; known columns are {', '.join(COLUMNS)}.",
            code="missing_columns",
            missing=", ".join(missing),
        )
    return places


def _simple(title: str) -> str:
    words = re.split(r"[\s_/\-:.]+", plain(_NOTE.sub(" ", title)))
    return " ".join(word for word in words if word)


_NAMES = {_simple(name): column for column in COLUMNS for name in (column, *_ALSO[column])}
