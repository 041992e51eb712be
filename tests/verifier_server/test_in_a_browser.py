"""A clerk's work in a real browser, against the real server: the code turns yellow and is good."""

import io
import time

import pytest
import zxingcpp
from PIL import Image

from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.verdict import Outcome
from vaccine_pass.verify import Verifier
from verifier_server.cli import main

from .builders import NAME
from .serving import an_instance, running

PASSWORD = "a long test password"


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """A prepared instance folder with a clerk."""
    folder = an_instance(tmp_path_factory.mktemp("server") / "instance")
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    add = ["--instance", str(folder), "add-staff", "--site", "Trạm A", "--password-file", str(secret)]
    for name, role in (("clerk", "clerk"), ("lead", "site_lead")):
        assert main([*add, "--email", f"{name}@example.vn", "--role", role]) == 0
    return folder


@pytest.fixture(scope="module")
def server(instance):
    """`checkpoint-server run` on a free port."""
    with running(instance) as url:
        yield url


@pytest.fixture(scope="module")
def verifier(instance):
    """A scanner's judgement that trusts the server's signers."""
    return Verifier(trust_data(KeyStore(instance / "keys").signers(), signed_at=None))


@pytest.fixture(params=[(390, 844), (1280, 800)], ids=["phone", "desktop"])
def page(request, chromium):
    """A page of a phone and one of a desktop; nothing may be refused by the page's own policy."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_from_log_in_to_a_yellow_code_that_scanners_accept(server, page, verifier):
    _log_in(server, page)
    number = f"0011900{page.viewport_size['width']:05d}"
    _enter_person(page, number)
    page.locator("text=Cấp: Mã QR trong nước").click()
    assert page.get_attribute("#code", "data-status") == "none"
    assert _colour_of_the_frame(page) == (0, 0, 0)
    assert _judged(verifier, page).claims.doses == 0

    page.click("text=Hồ sơ")
    page.click("text=Ghi mũi tiêm")
    page.select_option("#vaccine", "AZ")
    page.fill("#lot", "FF1234")
    page.select_option("#site", label="Trạm A")
    page.click("text=Lưu mũi tiêm")
    page.wait_for_url("**/people/*")
    person = page.url
    assert page.locator("text=Chờ điểm tiêm ký xác nhận").count() == 1
    page.click("text=Đăng xuất")

    _log_in(server, page, "lead")
    page.click("text=Ký xác nhận")
    page.click("main .list a")
    page.click("text=Ký xác nhận các mũi đã chọn")
    page.wait_for_url("**/days")
    assert page.locator("text=Không có mũi nào chờ ký.").count() == 1
    _wait_for_the_new_pass(page, person)
    assert page.get_attribute("#code", "data-status") == "partial"
    assert _colour_of_the_frame(page) == (0xFF, 0xD4, 0x00)
    verdict = _judged(verifier, page)
    assert verdict.outcome is Outcome.ACCEPTED
    assert (verdict.claims.name, verdict.claims.doses, verdict.claims.series) == (NAME, 1, 2)
    assert verdict.claims.status.value == "partial"


def test_no_page_is_wider_than_the_screen_and_every_button_is_large(server, page):
    _log_in(server, page)
    for path in (
        "/",
        "/people/new",
        "/people?q=nguyen",
        "/people?q=zzz",
        "/people/1",
        "/people/1/doses/new",
        "/doses/1",
        "/doses/1/strike",
    ):
        page.goto(server + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        small = page.evaluate("""[...document
            .querySelectorAll('main .button, main input:not([type=hidden]), main select')]
            .filter(one => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 56)
            .map(one => one.outerHTML)""")
        assert small == []


def test_type_is_served_from_here_and_never_below_15_pixels(server, page):
    _log_in(server, page)
    page.goto(server + "/people/1")
    loaded = page.evaluate("""document.fonts.ready.then(fonts => [...fonts]
        .filter(face => face.status === 'loaded').map(face => face.family))""")
    assert set(loaded) == {'"Be Vietnam Pro"'} or set(loaded) == {"Be Vietnam Pro"}
    sizes = page.evaluate("""[...document.querySelectorAll('body *')].filter(one => one.childNodes.length &&
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
        .map(one => parseFloat(getComputedStyle(one).fontSize))""")
    assert min(sizes) >= 15


def test_pages_work_without_javascript(server, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    _log_in(server, page)
    _enter_person(page, "001190099999")
    assert page.inner_text("h1") == NAME
    context.close()


def _log_in(server, page, who="clerk"):
    page.goto(server + "/login")
    page.fill("#email", f"{who}@example.vn")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(server + "/")


def _wait_for_the_new_pass(page, person):
    """Open the person's page until the worker has issued the pass, then the pass."""
    end = time.monotonic() + 30
    while True:
        page.goto(person)
        if page.locator("main .list .chip.partial").count():
            break
        assert time.monotonic() < end, "no pass was issued"
    page.click("main .list a:has(.chip.partial)")
    page.wait_for_url("**/passes/*")


def _enter_person(page, number):
    page.locator("a[href='/people/new']").first.click()
    page.fill("#full_name", NAME)
    for part, value in (("day", "31"), ("month", "01"), ("year", "1990")):
        page.fill(f"#dob_{part}", value)
    page.check("input[value=female]", force=True)
    page.fill("#id_number", number)
    page.click("main .actions button[type=submit]")
    page.wait_for_url("**/people/*")


def _judged(verifier, page):
    """What a scanner says to a photograph of the screen."""
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    return verifier.judge(zxingcpp.read_barcode(picture).text, time.time())


def _colour_of_the_frame(page):
    box = page.locator("#code svg").bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    scroll = page.evaluate("window.scrollY")
    return picture.getpixel((int(box["x"] + box["width"] / 2), int(box["y"] + scroll + box["height"] * 0.012)))
