"""Pictures of back-entry: a file of some hundred rows with the damage of the field, from the upload to the queue."""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.bulk.headers import COLUMNS
from verifier_server.imports.template import VIETNAMESE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
_MIDDLES = ("Văn", "Thị", "Minh", "Thu", "Quốc", "Ngọc")
_GIVENS = ("An", "Bình", "Châu", "Dũng", "Hà", "Hòa", "Khoa", "Lan", "Mai", "Nam", "Phúc", "Thảo", "Yến")
_DAMAGE = (
    {"dob": "31/02/1990"},
    {"id_number": "1190000003", "phone": "12"},
    {"full_name": "=HYPERLINK(A1)"},
    {"id_number": "1.19E+11"},
    {"dose_date": "01/07/2051"},
)
_DONE = "meta[http-equiv=refresh]"


def take(page: Page, url: str, photograph: Callable[[str], None]) -> None:
    """Photograph the way of a file.

    :param page: logged in as a clerk.
    """
    with tempfile.TemporaryDirectory() as folder:
        page.goto(f"{url}/imports")
        page.set_input_files("#file", _file(Path(folder) / "Tiêm chủng quý 3.csv", seed=hash(photograph)))
        _send(page, "main form[enctype] button[type=submit]")
    page.wait_for_selector("main form[action$='/run']")
    photograph("import-checked")
    _send(page, "main form[action$='/run'] button")
    page.wait_for_selector(_DONE, state="detached")
    page.wait_for_selector("main a[href$='/queue']")
    photograph("import-done")
    done = page.url
    page.goto(f"{done}/queue")
    photograph("import-queue")
    page.goto(f"{done}/undo")
    photograph("import-undo")
    page.goto(f"{url}/imports")
    photograph("imports")


def _send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.click(button)


def _file(path: Path, seed: int) -> Path:
    chance = random.Random(seed)  # noqa: S311  no secret
    rows = [_row(chance, n) for n in range(340)]
    for at, damage in zip(range(20, 340, 60), _DAMAGE, strict=False):
        rows[at] |= damage
    rows.append(rows[5] | {"dose_number": "2", "dose_date": "29/07/2021"})
    for at in (30, 31, 32):
        other = f"{chance.randrange(10**9):09d}"
        rows.append(rows[at] | {"id_number": other, "dose_number": "2", "dose_date": "29/07/2021"})
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([VIETNAMESE[column] for column in COLUMNS])
        writer.writerows([[row.get(column, "") for column in COLUMNS] for row in rows])
    return path


def _row(chance: random.Random, place: int) -> dict[str, str]:
    name = " ".join(chance.choice(words) for words in (_FAMILIES, _MIDDLES, _GIVENS, _GIVENS))
    return {
        "full_name": name,
        "dob": f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/{chance.randrange(1940, 2003)}",
        "gender": chance.choice(("nam", "nữ")),
        "phone": f"09{chance.randrange(10**8):08d}",
        "id_number": f"0{chance.randrange(10**11):011d}",
        "vaccine": chance.choice(("PFIZER", "AZ", "MODERNA", "VERO")),
        "dose_number": "1",
        "dose_date": "01/07/2021",
        "lot": f"L{place:04}",
        "site": chance.choice(("Trạm y tế phường Mẫu", "Bệnh viện quận")),
    }
