"""A clerk's way through the list of people entered twice, in a real Chromium: merge, look, part again; two people."""

import time
from pathlib import Path

import pytest

from keys import ceremony, pkcs8
from keys.store import KeyStore
from verifier_server import create_app
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.web.services import services

from ..builders import NAME, a_person, a_recorded_dose
from ..serving import running

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PASSWORD = "a long test password"
WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1 && one.className !== 'hidden')
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with its worker, a clerk, one person as two records with a dose each, and two brothers."""
    folder = tmp_path_factory.mktemp("people") / "instance"
    init_db.run(folder)
    (folder / "server.toml").write_text("second_factor = false\n")
    now = int(time.time())
    patch = pytest.MonkeyPatch()
    patch.setattr(pkcs8, "SCRYPT_COST", 2)
    ceremony.init(KeyStore(folder / "keys"), now)
    patch.undo()
    app = create_app(load_config(folder, {}))
    with app.app_context(), services().storage.writing() as session:
        site = add_site(session, "Trạm A", now=now)
        add_account(session, email="clerk@example.vn", role="clerk", password=PASSWORD, now=now, site_id=site.id)
        one, again = a_person(session), a_person(session, id_number="287654321")
        a_recorded_dose(session, one, number=1, day="01/06/2021")
        a_recorded_dose(session, again, number=1, day="01/07/2021")
        for name, number in (("Đỗ Văn Minh", "001180000031"), ("Đỗ Văn Minh", "001180000013")):
            a_person(session, name=name, birth="02/02/1960", phone="", id_number=number)
    with app.app_context():
        services().storage.close()
    with running(folder) as url:
        yield url


@pytest.fixture(scope="module")
def page(server):
    """A clerk's phone; nothing may be refused by the pages' own policy."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        opened = browser.new_page(viewport={"width": 390, "height": 844})
        complaints = []
        opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()
    assert complaints == []


def press(page, what):
    with page.expect_navigation():
        page.click(what)
    assert page.evaluate(WIDE) == []


def until_listed(page, pairs):
    """Open the list until the worker has looked through the register."""
    end = time.monotonic() + 60
    while page.locator(".candidates > li").count() < pairs:
        assert time.monotonic() < end, "no pair was found"
        page.reload()


def test_a_clerk_merges_parts_again_and_tells_brothers_from_one_person(server, page):
    page.goto(f"{server}/login")
    page.fill("#email", "clerk@example.vn")
    page.fill("#password", PASSWORD)
    press(page, "main button[type=submit]")
    press(page, "main a[href='/people/duplicates']")
    until_listed(page, 2)
    pair = f".candidates > li:has-text('{NAME}')"
    assert "cùng họ tên" in page.inner_text(pair)
    press(page, f"{pair} a.button")
    assert page.locator(".sides section").count() == 2
    press(page, "main .actions form button")
    assert page.url == f"{server}/people/duplicates"
    assert page.locator(pair).count() == 0

    page.goto(f"{server}/people/2")
    assert page.url == f"{server}/people/1"
    assert page.locator(".doses > li").count() == 2
    press(page, "text=Tách lại thành hai hồ sơ")
    assert page.locator(".doses > li").count() == 1
    page.goto(f"{server}/people/2")
    assert page.locator(".doses > li").count() == 1

    page.goto(f"{server}/people/duplicates")
    press(page, ".candidates > li:has-text('Đỗ Văn Minh') form button")
    assert page.locator("text=Đã ghi: đây là hai người khác nhau.").count() == 1
    assert page.locator("text=Đỗ Văn Minh").count() == 0
