"""The invented people of `checkpoint-server sample`: every state, and names that are easily spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SITE = "Trạm y tế phường Mẫu"

WAITING = {"one-of-two": ("PFIZER",), "two-of-three": ("ABDALA",)}
"""Doses of today that the site's lead has yet to sign: one warns, one does not."""

# name of the picture; full name; birth date; sex; phone; ID number; doses as (vaccine, days ago).
_PEOPLE: tuple[tuple[str, str, str, str, str, str, tuple[tuple[str, int], ...]], ...] = (
    ("none", "Lê Thị Hòa", "1948", "female", "0900000001", "001148000001", ()),
    ("one-of-two", "Trần Văn Dũng", "12/05/1984", "male", "0900000002", "001084000002", (("AZ", 40),)),
    (
        "two-of-two",
        "Nguyễn Thị Hoàng Phương Thảo",
        "31/01/1990",
        "female",
        "0900000003",
        "001190000003",
        (("PFIZER", 45), ("PFIZER", 20)),
    ),
    (
        "booster",
        "Đặng Thị Ngọc Ánh",
        "02/09/1975",
        "female",
        "0900000004",
        "001175000004",
        (("MODERNA", 210), ("MODERNA", 180), ("PFIZER", 10)),
    ),
    ("one-of-one", "Phạm Quốc Việt", "--/11/1966", "male", "0900000005", "001066000005", (("JANSSEN", 30),)),
    (
        "two-of-three",
        "Y Moan Ênuôl",
        "30/04/1995",
        "male",
        "0900000006",
        "066095000006",
        (("ABDALA", 25), ("ABDALA", 8)),
    ),
    # The same phone as Lê Thị Hòa's: relatives share one. The tone stands where the old spelling puts it.
    (
        "old-spelling",
        "Nguyễn Thị Hoà",
        "07/07/1958",
        "female",
        "0900000001",
        "001158000007",
        (("VERO", 60), ("VERO", 33)),
    ),
    (
        "long-name",
        "Công Tằng Tôn Nữ Hoàng Thị Phương Thùy Diễm My",
        "24/12/1999",
        "female",
        "0900000008",
        "046199000008",
        (("AZ", 90), ("PFIZER", 15)),
    ),
    (
        "trial",
        "Võ Minh Trí",
        "15/03/1988",
        "male",
        "0900000009",
        "079088000009",
        (("NANOCOVAX", 120), ("NANOCOVAX", 92)),
    ),
)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One invented person; doses are (vaccine, day)."""

    slug: str
    name: str
    birth: str
    sex: str
    phone: str
    id_number: str
    doses: tuple[tuple[str, date], ...]


def people_on(today: date) -> tuple[SamplePerson, ...]:
    """Return the people, with doses that lie so many days before today."""
    return tuple(
        SamplePerson(*details, tuple((vaccine, today - timedelta(days=ago)) for vaccine, ago in doses))
        for *details, doses in _PEOPLE
    )
