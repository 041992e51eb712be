"""The invented people of `checkpoint-server sample`: every state, and names that are easily spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SITE = "Trạm y tế phường Mẫu"


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One invented person; doses are (vaccine, day)."""

    slug: str
    name: str
    birth: str
    sex: str
    phone: str
    id_number: str
    doses: tuple[tuple[str, date], ...] = ()


def people_on(today: date) -> tuple[SamplePerson, ...]:
    """Return the people, with doses that lie some days before today."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        SamplePerson("none", "Lê Thị Hòa", "1948", "female", "0900000001", "001148000001"),
        SamplePerson(
            "one-of-two", "Trần Văn Dũng", "12/05/1984", "male", "0900000002", "001084000002", (("AZ", ago(40)),)
        ),
        SamplePerson(
            "two-of-two",
            "Nguyễn Thị Hoàng Phương Thảo",
            "31/01/1990",
            "female",
            "0900000003",
            "001190000003",
            (("PFIZER", ago(45)), ("PFIZER", ago(20))),
        ),
        SamplePerson(
            "booster",
            "Đặng Thị Ngọc Ánh",
            "02/09/1975",
            "female",
            "0900000004",
            "001175000004",
            (("MODERNA", ago(210)), ("MODERNA", ago(180)), ("PFIZER", ago(10))),
        ),
        SamplePerson(
            "one-of-one", "Phạm Quốc Việt", "--/11/1966", "male", "0900000005", "001066000005", (("JANSSEN", ago(30)),)
        ),
        SamplePerson(
            "two-of-three",
            "Y Moan Ênuôl",
            "30/04/1995",
            "male",
            "0900000006",
            "066095000006",
            (("ABDALA", ago(25)), ("ABDALA", ago(8))),
        ),
        SamplePerson(
            "old-spelling",
            "Nguyễn Thị Hoà",
            "07/07/1958",
            "female",
            "0900000001",
            "001158000007",
            (("VERO", ago(60)), ("VERO", ago(33))),
        ),
        SamplePerson(
            "long-name",
            "Công Tằng Tôn Nữ Hoàng Thị Phương Thùy Diễm My",
            "24/12/1999",
            "female",
            "0900000008",
            "046199000008",
            (("AZ", ago(90)), ("PFIZER", ago(15))),
        ),
        SamplePerson(
            "trial",
            "Võ Minh Trí",
            "15/03/1988",
            "male",
            "0900000009",
            "079088000009",
            (("NANOCOVAX", ago(120)), ("NANOCOVAX", ago(92))),
        ),
    )
