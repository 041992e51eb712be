"""A clerk's way through the list of people entered twice, in a real Chromium: merge, look, part again; two people."""

import time

import pytest

from tests.browsing import WIDE
from verifier_server import create_app
from verifier_server.config import load_config
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.web.services import services

from ..builders import NAME, a_person, a_recorded_dose
from ..serving import an_instance, running

PASSWORD = "a long test password"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with its worker, a clerk, one person as two records with a dose each, and two brothers."""
    folder, now = an_instance(tmp_path_factory.mktemp("people") / "instance"), int(time.time())
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


@pytest.fixture
def page(chromium):
    """A clerk's phone; nothing may be refused by the pages' own policy."""
    opened, complaints = chromium.new_page(viewport={"width": 390, "height": 844}), []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()
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
