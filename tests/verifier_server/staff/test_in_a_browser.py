"""A new vaccinator in a real Chromium: made by an administrator, second factor, locked out, let in, session over."""

import threading
from types import SimpleNamespace

import pytest
from passlib.totp import TOTP
from werkzeug.serving import make_server

from verifier_server.web.services import services

from ..conftest import PASSWORD

HOA = "hoa@example.vn"
BUTTON = "main form button[type=submit]"


@pytest.fixture
def place(strict, clock, chromium):
    """The strict server on a port; gives new pages of its own browsers, a phone's and a desktop's."""
    strict.app.config["SESSION_COOKIE_SECURE"] = False
    running = make_server("127.0.0.1", 0, strict.app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    contexts = []

    def new_page(width):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 844}))
        return contexts[-1].new_page()

    yield SimpleNamespace(new_page=new_page, url=f"http://127.0.0.1:{running.server_port}", clock=clock, **vars(strict))
    for context in contexts:
        context.close()
    running.shutdown()
    thread.join()
    running.server_close()


def press(page, chosen):
    with page.expect_navigation():
        page.locator(chosen).first.click()


def log_in(place, page, email, password):
    page.goto(f"{place.url}/login")
    page.fill("#email", email)
    page.fill("#password", password)
    press(page, BUTTON)


def enrol(place, page):
    """Type the key off the page into a phone's application; gives its codes by the test's clock."""
    totp = TOTP(key=page.text_content("code.command.long").replace(" ", ""))

    def code(later=0):
        return totp.generate(int(place.clock.now) + later).token

    page.fill("#code", code())
    press(page, BUTTON)
    return code, [one.strip() for one in page.locator(".recovery-codes li").all_text_contents()]


def test_a_new_vaccinator_from_the_invitation_to_the_lock_out_and_back(place):
    office, phone = place.new_page(1280), place.new_page(390)
    log_in(place, office, "administrator@example.vn", PASSWORD)
    assert office.url.endswith("/second-factor/enrol")
    enrol(place, office)
    office.goto(f"{place.url}/staff")
    office.fill("#email", HOA)
    office.select_option("#role", "vaccinator")
    office.select_option("#site", index=1)
    press(office, "main form[action='/staff'] button")
    password = office.text_content(".password").strip()

    log_in(place, phone, HOA, password)
    assert phone.locator("nav.tabs a").all_text_contents() == phone.locator("nav.tabs a:visible").all_text_contents()
    assert phone.inner_text("nav.tabs").split("\n") == ["Tìm người", "Thêm người"]
    for closed in ("/staff", "/days", "/imports", "/audit", "/corrections", "/keys"):
        assert phone.goto(place.url + closed).status == 403
    phone.goto(f"{place.url}/second-factor/own")
    press(phone, "text=Đăng ký ứng dụng tạo mã")
    code, recovery = enrol(place, phone)
    assert len(recovery) == 8

    press(phone, "text=Đăng xuất")
    log_in(place, phone, HOA, password)
    assert phone.goto(f"{place.url}/people/new").url.endswith("/second-factor")
    phone.fill("#code", code())
    press(phone, BUTTON)
    assert "Mã không đúng hoặc đã dùng" in phone.inner_text("main")
    phone.fill("#code", recovery[0])
    press(phone, BUTTON)
    assert phone.url == f"{place.url}/"
    phone.goto(f"{place.url}/second-factor/own")
    assert "Mã dự phòng còn lại\n7" in phone.inner_text("main")

    press(phone, "text=Đăng xuất")
    for _ in range(5):
        log_in(place, phone, HOA, "a wrong password")
        assert "không đúng" in phone.inner_text("main")
    log_in(place, phone, HOA, password)
    assert "Quá nhiều lần thử." in phone.inner_text("main")

    office.goto(f"{place.url}/staff")
    press(office, f"main a:has-text('{HOA}')")
    assert "Sai quá nhiều lần" in office.inner_text("main")
    press(office, "text=Cho thử lại ngay")
    log_in(place, phone, HOA, password)
    phone.fill("#code", code(30))
    press(phone, BUTTON)
    assert phone.url == f"{place.url}/"

    with place.app.app_context():
        place.clock.now += services().config.settings.session_hours * 3600
    assert phone.goto(f"{place.url}/people/new").url.startswith(f"{place.url}/login")
    assert office.goto(f"{place.url}/staff").url.startswith(f"{place.url}/login")
