"""A clerk prints the cards of a whole commune, in a real Chromium on the real server with its worker.

Chooses province, district and commune, sees who has no card and why, presses the button, waits for the job, takes the
PDF away, and a scanner reads on it what was signed for each person; then the clerk deletes the files.
"""

import time
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe

from keys.store import KeyStore
from keys.trustlist import trust_data
from tests.browsing import OVERFLOWING, log_in
from tests.verifier_server.builders import a_person
from tests.verifier_server.serving import an_instance, running
from vaccine_pass.verify import Verifier
from verifier_server import create_app
from verifier_server.config import load_config
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.printing.selftest import _found as codes_of
from verifier_server.staff.accounts import add_account
from verifier_server.units.tables import Unit
from verifier_server.web.services import services

PASSWORD, PATIENCE = "a long test password", 60_000
UNITS = (("760", "district", "Quận Mẫu", "79"), ("26734", "ward", "Phường Mẫu", "760"))
PEOPLE, WITH_A_PASS = 14, 12


@pytest.fixture
def commune(tmp_path):
    """An instance with a commune of fourteen people; twelve have a pass. Its folder, and the texts that were signed."""
    folder, now = an_instance(tmp_path / "instance", "secure_cookies = false"), int(time.time())
    with create_app(load_config(folder)).app_context():
        storage, desk = services().storage, services().desk
        with storage.writing() as session:
            add_account(session, email="clerk@example.vn", role="clerk", password=PASSWORD, now=now, site_id=None)
            for code, kind, name, parent in UNITS:
                session.add(Unit(version=2021, code=code, kind=kind, name=name, parent=parent, province="79"))
            people = [_resident(session, n) for n in range(PEOPLE)]
        with storage.session(writing=True) as session:
            asked = [PassRequest(one, "domestic") for one in people[:WITH_A_PASS]]
            texts = [issued.text for issued in issue_passes(session, asked, desk, now)]
            session.commit()
        storage.close()
    return folder, texts


def _resident(session, n):
    person = a_person(
        session, name=f"Lê Văn {'ABCDEGHIKLMNOP'[n]}", id_number=f"0011900001{n:02}", phone=f"09123456{n:02}"
    )
    person.unit_version, person.unit = 2021, "26734"
    return person.id


@pytest.fixture
def url(commune):
    """The server with its worker."""
    with running(commune[0]) as address:
        yield address


@pytest.fixture
def page(chromium, url):
    """The clerk's page, on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    log_in(opened, url, "clerk", PASSWORD)
    yield opened
    context.close()


def is_good(page):
    """No serious fault for whoever uses a screen reader, and nothing wider than a small phone."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OVERFLOWING) == []
    page.set_viewport_size(size)


def look(page):
    with page.expect_navigation():
        page.click("text=Xem có bao nhiêu thẻ")


def test_a_clerk_prints_the_cards_of_a_commune(page, url, commune):
    folder, texts = commune
    page.click("text=In thẻ nhiều người")
    is_good(page)
    page.select_option("#unit", "2021:79")
    look(page)
    page.select_option("#district", "2021:760")
    look(page)
    page.select_option("#ward", "2021:26734")
    look(page)
    assert page.locator("#found h2").inner_text() == f"{PEOPLE} người"
    assert page.locator("#without .list .who").count() == PEOPLE - WITH_A_PASS
    is_good(page)

    page.dblclick(f"text=In {WITH_A_PASS} thẻ")
    page.wait_for_selector("text=Xem kết quả")
    page.click("text=Xem kết quả")
    assert "Phường Mẫu, Quận Mẫu, Hồ Chí Minh" in page.locator("h1").inner_text()
    is_good(page)
    with page.expect_download() as download:
        page.click("text=Tải tệp PDF")
    pages = list(codes_of(download.value.path()))
    assert [len(one) for one in pages] == [10, 10, 2, 2]
    assert Counter(text for one in pages for text in one) == Counter(texts * 2)
    trusted = Verifier(trust_data(KeyStore(folder / "keys").signers(), signed_at=None))
    assert {trusted.judge(text, time.time()).outcome.value for text in texts} == {"accepted"}

    with page.expect_navigation():
        page.click("text=Xóa các tệp ngay")
    assert page.locator("text=tệp đã xóa").count() == 1
    assert not (folder / "prints" / "1").exists()
