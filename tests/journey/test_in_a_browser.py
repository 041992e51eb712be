"""In a real Chromium on the real server: a site's day from the first dose to the signature, and an auditor's finding.

The citizen's way is in ``tests/verifier_server/health_book/test_in_a_browser.py``, the clerk's damaged file of 10,000
rows in ``test_back_entry``.
"""

import io
import re
import shutil
import sqlite3
import time

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from keys.store import KeyStore
from keys.trustlist import trust_data
from tests.browsing import OVERFLOWING, log_in
from tests.verifier_server.serving import running
from vaccine_pass.reasons import Outcome
from vaccine_pass.verify import Verifier
from verifier_server import cli as server_cli

from .province import PASSWORD, called, write_settings

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def instance(prepared, tmp_path_factory):
    """A prepared instance folder."""
    folder = tmp_path_factory.mktemp("browser") / "instance"
    shutil.copytree(prepared / "instance", folder, symlinks=True)
    write_settings(folder)
    return folder


@pytest.fixture(scope="module")
def url(instance):
    """The server with its worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
        with running(instance) as address:
            yield address


@pytest.fixture
def open_as(chromium, url):
    """Log somebody of the staff in; nothing may be refused by the pages' own policy."""
    contexts, complaints = [], []

    def opened(name, size=DESK):
        context = chromium.new_context(viewport=size)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, url, name, PASSWORD)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def is_good(page):
    """No serious fault for whoever uses a screen reader, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(OVERFLOWING) == []


def injected(page, name, number):
    """At the table: a new person, then the dose, by touch on a phone; gives the address of the record."""
    page.locator("a[href='/people/new']").first.click()
    page.fill("#full_name", name)
    for part, value in (("day", "12"), ("month", "05"), ("year", "1984")):
        page.fill(f"#dob_{part}", value)
    page.check("input[value=female]", force=True)
    page.fill("#id_number", number)
    page.click("main .actions button[type=submit]")
    page.wait_for_url("**/people/*")
    address = page.url
    page.click("text=Ghi mũi tiêm")
    page.select_option("#vaccine", "AZ")
    page.fill("#lot", "ABX5101")
    page.fill("#vaccinator", "Y sĩ Hạnh")
    page.click("text=Lưu mũi tiêm")
    page.wait_for_url(address)
    assert page.locator("text=Chờ điểm tiêm ký xác nhận").count() == 1
    return address


def test_a_sites_day_from_the_first_dose_to_the_signature(open_as, url, instance):
    table = open_as("vaccinator", PHONE)
    names = ("Bùi Thị Sớm", "Bùi Thị Trưa", "Bùi Thị Chiều")
    people = [injected(table, name, f"0010840001{at:02}") for at, name in enumerate(names)]
    is_good(table)
    table.goto(url)
    assert re.sub(r"\s+", " ", table.inner_text(".figures")).startswith("3 mũi đã ghi 3 mũi chờ ký")

    lead = open_as("lead")
    lead.click("text=3 mũi chờ ký")
    lead.click("main .list a")
    is_good(lead)
    doubtful = lead.locator(".sign", has_text="Bùi Thị Trưa").locator("input")
    doubtful.uncheck()
    lead.click("text=Ký xác nhận các mũi đã chọn")
    lead.wait_for_url("**/days")
    assert "Đã ký xác nhận 2 mũi" in lead.inner_text("body")
    is_good(lead)

    # What was signed is on a yellow code within the day; what was doubted waits, and is on none.
    codes = [the_code(lead, people[0]), the_code(lead, people[2])]
    verifier = Verifier(trust_data(KeyStore(instance / "keys").signers(), signed_at=None))
    verdicts = [verifier.judge(code, time.time()) for code in codes]
    assert [(one.outcome, one.claims.name) for one in verdicts] == [
        (Outcome.ACCEPTED, names[0]),
        (Outcome.ACCEPTED, names[2]),
    ]
    lead.goto(people[1])
    assert lead.locator("text=Chờ điểm tiêm ký xác nhận").count() == 1
    assert lead.locator("text=Các mã đã cấp").count() == 0
    lead.goto(url)
    lead.click("text=1 mũi chờ ký")
    lead.click("main .list a")
    lead.click("main .sign a")
    lead.fill("#lot", "ABX5102")
    lead.fill("#reason", "Ghi nhầm số lô")
    lead.click("main .actions button[type=submit]")
    lead.goto(f"{url}/days")
    lead.click("main .list a")
    lead.click("text=Ký xác nhận các mũi đã chọn")
    lead.wait_for_url("**/days")
    assert "Không có mũi nào chờ ký." in lead.inner_text("main")
    assert verifier.judge(the_code(lead, people[1]), time.time()).claims.doses == 1


def the_code(page, person):
    """Open the person's page until the worker has issued the pass; what a scanner reads off the screen."""
    end = time.monotonic() + 60
    page.goto(person)
    while not page.locator("main .list .chip.partial").count():
        assert time.monotonic() < end, "no pass was issued"
        page.reload()
    page.click("main .list a:has(.chip.partial)")
    page.wait_for_selector("#code[data-status=partial]")
    page.evaluate("document.fonts.ready")
    return zxingcpp.read_barcode(Image.open(io.BytesIO(page.screenshot(full_page=True)))).text


def test_an_auditor_finds_a_changed_row_and_a_cut_tail(open_as, url, instance, tmp_path):
    table = open_as("vaccinator")
    number = injected(table, "Cao Thị Một", "001084000201").rpartition("/")[2]
    command = (server_cli.main, "--instance", instance, "audit")
    called(*command, "seal")
    called(*command, "head", "--print", tmp_path / "head.html", "--out", tmp_path / "head.json")
    _chain, link, digits = re.findall(r'<dd class="hash">([^<]+)</dd>', (tmp_path / "head.html").read_text("utf-8"))

    auditor = open_as("auditor")
    auditor.goto(url)
    auditor.click("text=Điều hành")
    auditor.click("text=Kiểm toán")
    assert checked(auditor, link, digits).startswith("Mọi thứ đều khớp")
    is_good(auditor)

    # Somebody with the database makes two doses of one, in the register and in what was noted of it.
    change = "UPDATE dose SET number = ? WHERE person_id = ?"
    with sqlite3.connect(instance / "register.sqlite") as database:
        database.execute(change, (2, number))
    found = checked(auditor, link, digits)
    assert "1 chỗ không khớp" in found
    assert "Một dòng của sổ đã bị sửa bằng tay sau sự kiện" in found
    is_good(auditor)
    with sqlite3.connect(instance / "register.sqlite") as database:
        database.execute(change, (1, number))
        database.execute("UPDATE audit_event SET site = 2 WHERE kind = 'dose_recorded' AND person = ?", (number,))
    assert "đã bị sửa sau khi niêm phong" in checked(auditor, link, digits)
    with sqlite3.connect(instance / "register.sqlite") as database:
        database.execute("UPDATE audit_event SET site = 1 WHERE kind = 'dose_recorded' AND person = ?", (number,))

    # Whoever has the whole database cuts the tail so that the rest fits together: the printed page tells it.
    cut_the_tail(instance, int(link) - 2)
    found = checked(auditor, link, digits)
    assert f"Đuôi chuỗi bị cắt từ mắt xích {int(link) - 1}" in found


def cut_the_tail(instance, kept):
    """Remove every event behind a link, with all that says that there were more."""
    with sqlite3.connect(instance / "register.sqlite") as database:
        (last,) = database.execute("SELECT event FROM audit_link WHERE seq = ?", (kept,)).fetchone()
        database.execute("DELETE FROM audit_head")
        database.execute("DELETE FROM audit_link WHERE seq > ?", (kept,))
        for table, column in (("waiting", "event"), ("detail", "event"), ("event", "id")):
            database.execute(f"DELETE FROM audit_{table} WHERE {column} > ?", (last,))
        hash_of = "(SELECT hash FROM audit_link WHERE seq = ?)"
        database.execute(f"UPDATE audit_chain SET seq = ?, hash = {hash_of}", (kept, kept))


def checked(page, link, digits):
    """Type what stands on the printed page, and press the button; gives what is said."""
    page.fill("#link", link)
    page.fill("#hash", digits)
    with page.expect_navigation():
        page.click("text=Kiểm tra ngay")
    return page.inner_text("section[role=alert]")
