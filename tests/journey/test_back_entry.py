"""A clerk brings 10,000 rows of earlier vaccinations into the register, in a real Chromium on the real server.

The file is as such files are: Vietnamese headers, semicolons, every tenth row damaged, a few rows of which
nobody can say whom they mean. The clerk looks at the dry run, imports, decides the doubtful rows by keyboard,
mends the file and sends it again, and takes the second import back.
"""

import csv
import io
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select

from tests.browsing import OVERFLOWING, log_in
from tests.verifier_server.builders import a_file, a_record
from tests.verifier_server.imports.builders import DAMAGE, damaged_records
from tests.verifier_server.serving import an_instance, running
from verifier_server import create_app
from verifier_server.config import load_config
from verifier_server.doses.tables import Dose
from verifier_server.imports.template import VIETNAMESE
from verifier_server.staff.accounts import add_account
from verifier_server.storage import Storage
from verifier_server.web.services import services

ROWS, PASSWORD = 10_000, "a long test password"
PATIENCE = 90_000
RIGHT = a_record(full_name="Lê Thị Hòa", id_number="", phone="0911111111")


@pytest.fixture
def instance(tmp_path):
    """An instance with keys and a clerk, as `make run` leaves it."""
    folder, now = an_instance(tmp_path / "instance", "secure_cookies = false"), int(time.time())
    app = create_app(load_config(folder))
    with app.app_context():
        with services().storage.writing() as session:
            add_account(session, email="clerk@example.vn", role="clerk", password=PASSWORD, now=now, site_id=None)
        services().storage.close()
    return folder


@pytest.fixture
def url(instance):
    """The server with its worker."""
    with running(instance) as address:
        yield address


@pytest.fixture
def page(chromium, url):
    """A clerk's page, on a desk."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    log_in(opened, url, "clerk", PASSWORD)
    yield opened
    context.close()


def the_file(folder):
    """10,000 rows; the last four may be the person of the row before them."""
    rows, damaged = damaged_records(ROWS - 5)
    doubtful = [RIGHT | {"phone": f"092222222{n}", "dose_number": "2", "dose_date": "29/07/2021"} for n in range(4)]
    rows += [RIGHT, *doubtful]
    return (
        rows,
        damaged,
        a_file(folder / "Tiêm quý 3.csv", rows, delimiter=";", encoding="utf-8-sig", titles=VIETNAMESE),
    )


def sent(page, url, path):
    page.goto(f"{url}/imports")
    page.set_input_files("#file", path)
    page.click("text=Kiểm tra tệp")
    page.wait_for_selector("text=Xác nhận và nhập vào sổ")


def imported(page):
    page.click("text=Xác nhận và nhập vào sổ")
    page.wait_for_selector("text=Hoàn tác cả lần nhập")
    page.wait_for_selector(".bar-of.entered")
    page.wait_for_selector("meta[http-equiv=refresh]", state="detached")


def figures(page):
    rows = page.locator(".findings tbody tr")
    return {
        row.locator("th").inner_text(): int(re.sub(r"\D", "", row.locator(".number").inner_text()))
        for row in rows.all()
    }


def is_good(page):
    """No serious fault for whoever uses a screen reader, and nothing wider than a small phone."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOWING) == []
    page.set_viewport_size(size)


def doses(instance):
    storage = Storage(f"sqlite:///{instance / 'register.sqlite'}")
    with storage.reading() as session:
        count = session.scalar(select(func.count()).select_from(Dose))
    storage.close()
    return count


def test_a_clerk_imports_a_damaged_file_of_ten_thousand_rows(page, url, instance, tmp_path):
    rows, damaged, path = the_file(tmp_path)
    page.goto(f"{url}/imports")
    is_good(page)
    sent(page, url, path)
    said = figures(page)
    assert sum(said.values()) == ROWS
    assert said["Sai, không nhập"] >= damaged
    assert said["Cần cán bộ xem"] >= 4
    assert doses(instance) == 0
    is_good(page)

    with page.expect_download() as download:
        page.click("text=Tải báo cáo từng dòng")
    report = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(report) == ROWS + 1
    assert sum(row[1] == "Sai, không nhập" for row in report) == said["Sai, không nhập"]

    imported(page)
    entered = doses(instance)
    assert entered == said["Người mới"] + said["Mũi mới của người đã có"]
    decide_by_keyboard(page, said["Cần cán bộ xem"])
    assert doses(instance) == entered + 1

    mended = mend(rows, report, tmp_path)
    sent(page, url, mended)
    again = figures(page)
    assert again["Đã có đủ trong sổ"] >= entered
    assert again["Người mới"] > damaged // 2
    imported(page)
    assert doses(instance) > entered + damaged // 2

    page.click("text=Hoàn tác cả lần nhập")
    is_good(page)
    page.click("main button.danger")
    page.wait_for_selector("text=Đã hoàn tác, xóa cả người")
    page.wait_for_selector("meta[http-equiv=refresh]", state="detached")
    assert doses(instance) == entered + 1


def decide_by_keyboard(page, waiting):
    """The first row is the known person; the others are left out, with a reason."""
    page.click("text=dòng đang chờ")
    is_good(page)
    page.wait_for_selector("input[name=who]:focus")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    for _ in range(waiting - 1):
        page.wait_for_selector("input[name=who]:focus")
        page.keyboard.press("ArrowUp")  # round to the last choice
        page.keyboard.press("Tab")
        page.keyboard.type("không có giấy xác nhận")
        page.keyboard.press("Enter")
    page.wait_for_selector("text=Không còn dòng nào chờ")


def mend(rows, report, folder):
    """What the clerk does in the spreadsheet: every damaged row is put right, with what stands on the paper."""
    wrong = {int(row[0]) for row in report[1:] if row[1] == "Sai, không nhập"}
    undamaged = {column for damage in DAMAGE for column in damage}
    mended = []
    for place, record in enumerate(rows, start=2):
        if place in wrong:
            number = f"{2_084_000_000 + place:012d}"
            fixed = a_record(full_name=f"Phạm Văn {letters(place)}", id_number=number, phone=f"03{place:08d}")
            record = record | {column: fixed[column] for column in undamaged if column in fixed}  # noqa: PLW2901
            record = record | {"phone": fixed["phone"]}  # noqa: PLW2901
        mended.append(record)
    return a_file(folder / "mended.csv", mended, delimiter=";", encoding="utf-8-sig", titles=VIETNAMESE)


def letters(number):
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()
