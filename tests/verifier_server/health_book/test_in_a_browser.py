"""A citizen's way in a real Chromium: log-in, coloured code, no network, paper, a report and its answer; axe, zoom."""

import io
import re
import time
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from keys.store import KeyStore
from keys.trustlist import trust_data
from tests.browsing import WIDE, launched
from vaccine_pass.status import Status
from vaccine_pass.verdict import Outcome
from vaccine_pass.verify import Verifier
from verifier_server import create_app
from verifier_server.config import load_config
from verifier_server.drawing import code_png
from verifier_server.passes.tables import IssuedPass
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.storage import Storage

from ..builders import a_person, a_recorded_dose, a_vaccinated_person
from ..serving import a_channel, an_instance, running

PASSWORD = "a long test password"
SERIOUS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))"""

NOTHING_KEPT = """async () => {
    while ((await caches.keys()).length) await new Promise(done => setTimeout(done, 20));
}"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """An instance with a family of two, a clerk, and a published trust channel."""
    folder, now = an_instance(tmp_path_factory.mktemp("book") / "instance", "outbox_page = true"), int(time.time())
    a_channel(folder, now)
    app = create_app(load_config(folder, {}))
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    with app.app_context(), storage.writing() as session:
        site = add_site(session, "Trạm A", now=now)
        add_account(session, email="clerk@example.vn", role="clerk", password=PASSWORD, now=now, site_id=site.id)
        a_vaccinated_person(session)
        child = a_person(session, name="Nguyễn Văn Bé", birth="01/06/2015", id_number="")
        a_recorded_dose(session, child, number=1)
        # A phone gets three codes in a quarter of an hour: the fourth visit is another family's.
        other = a_person(session, name="Trần Thị Xa", phone="0987654321", id_number="001190000099")
        a_recorded_dose(session, other, number=1)
    storage.close()
    return folder


@pytest.fixture(scope="module")
def server(instance):
    """`checkpoint-server run` on a free port."""
    with running(instance) as url:
        yield url


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


def log_in(page, server, phone="0912345678"):
    page.goto(server + "/book/login")
    page.fill("#phone", phone)
    page.click("main button[type=submit]")
    page.wait_for_url("**/book/code")
    outbox = page.context.new_page()
    outbox.goto(server + "/outbox")
    code = re.search(r"\b\d{6}\b", outbox.inner_text("main li >> nth=0"))[0]
    outbox.close()
    page.fill("#code", code)
    page.click("main button[type=submit]")
    page.wait_for_url("**/book")


def seen(page):
    """What a scanner reads off the screen, in which colour."""
    page.evaluate("document.fonts.ready")
    box = page.locator("#code svg").bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    text = zxingcpp.read_barcode(picture).text
    scroll = page.evaluate("window.scrollY")
    return text, picture.getpixel((int(box["x"] + box["width"] / 2), int(box["y"] + scroll + box["height"] * 0.012)))


def test_from_log_in_to_a_coloured_code_that_stays_without_a_network(server, instance, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, server)
    page.click("text=Nguyễn Thị Hoàng Phương Thảo")
    page.click("text=Lấy mã QR")
    page.wait_for_selector("#code")
    text, colour = seen(page)
    assert colour == (0x0B, 0x6B, 0x3A)
    verifier = Verifier(trust_data(KeyStore(instance / "keys").signers(), signed_at=None))
    verdict = verifier.judge(text, time.time())
    assert (verdict.outcome, verdict.claims.doses, verdict.claims.status) == (Outcome.ACCEPTED, 2, Status.COMPLETE)
    page.wait_for_selector("html[data-kept]", state="attached")
    page.wait_for_selector("[data-awake]:visible")

    context.set_offline(True)
    page.reload()
    assert seen(page) == (text, colour)
    page.click("text=Cả gia đình")
    assert "Nguyễn Văn Bé" in page.inner_text("main")
    context.set_offline(False)

    page.goto(server + "/book/people/1")
    page.click("[data-bright]")
    assert page.evaluate("document.body.classList.contains('bright')")
    assert zxingcpp.read_barcode(Image.open(io.BytesIO(page.screenshot()))).text == text
    page.click("[data-bright]")
    for label, codes in (("Trang A4 (PDF)", 1), ("Thẻ bỏ ví (PDF)", 2)):
        with page.expect_download() as held:
            page.click(f"text={label}")
        sheets = pypdfium2.PdfDocument(held.value.path())
        read = [code.text for one in sheets for code in zxingcpp.read_barcodes(one.render(scale=4).to_pil())]
        assert read == [text] * codes

    page.goto(server + "/book")
    page.click("text=Đăng xuất >> nth=0")
    page.wait_for_url("**/book/login")
    page.evaluate(NOTHING_KEPT)
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(server + "/book/people/1")
    assert faults == []
    context.close()


def test_a_report_with_a_picture_is_answered_and_the_citizen_sees_it(server, chromium, tmp_path):
    Image.new("RGB", (800, 600), "white").save(tmp_path / "paper.jpg")
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    log_in(page, server)
    page.click("text=Nguyễn Văn Bé")
    page.click("text=Có chỗ sai?")
    page.check("input[value=missing]", force=True)
    page.fill("#text", "Thiếu mũi thứ hai, tiêm ngày 20/07.")
    page.set_input_files("#picture", tmp_path / "paper.jpg")
    page.click("main button[type=submit]")
    page.wait_for_url("**/book/people/2*")
    assert "Chờ cán bộ trả lời." in page.inner_text("#reports")

    office = chromium.new_context().new_page()
    office.goto(server + "/login")
    office.fill("#email", "clerk@example.vn")
    office.fill("#password", PASSWORD)
    office.click("main button[type=submit]")
    office.click("text=Người dân báo sai")
    office.click("text=Thiếu mũi tiêm")
    shown = (
        "async () => { const it = document.querySelector('img.evidence'); await it.decode(); return it.naturalWidth; }"
    )
    assert office.evaluate(shown) == 800
    office.check("input[value=corrected]", force=True)
    office.fill("#answer", "Đã ghi mũi thứ hai.")
    office.click("text=Gửi câu trả lời")
    office.wait_for_url("**/corrections")
    office.context.close()

    page.reload()
    assert "Đã ghi mũi thứ hai." in page.inner_text("#reports")
    context.close()


def test_axe_finds_nothing_serious_and_nothing_breaks_at_twice_the_size(server, chromium, axe):
    # Half the width at twice the pixels is what a browser makes of 200 %.
    context = chromium.new_context(viewport={"width": 195, "height": 422}, device_scale_factor=2)
    page = context.new_page()
    found = {}

    def look():
        # The page's policy forbids scripts of others; a debugger's evaluation is not the page's.
        page.evaluate(axe + "; undefined")
        found[page.url] = page.evaluate(SERIOUS)
        wide = page.evaluate(WIDE)
        assert wide == [], page.url

    for path in ("/book/login", "/try", "/outbox"):
        page.goto(server + path)
        look()
    log_in(page, server)
    look()
    for path in ("/book/people/1", "/book/people/1/travel", "/book/people/2", "/book/people/1/wrong"):
        page.goto(server + path)
        look()
    page.goto(server + "/language/en?next=/book/people/1")
    look()
    assert {address: faults for address, faults in found.items() if faults} == {}
    context.close()


def test_all_of_it_works_without_javascript_and_by_keyboard(server, chromium, instance, tmp_path):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, server, "0987654321")
    page.locator("main a >> nth=0").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/people/3")
    page.locator("text=Lấy mã QR").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#code[data-status=partial]")
    card = tmp_path / "card.png"
    card.write_bytes(page.locator("#code").screenshot())
    page.goto(server + "/try")
    page.set_input_files("#picture", card)
    page.click("main button[type=submit]")
    assert page.get_attribute("[data-verdict]", "data-verdict") == "accepted"
    assert "Trần Thị Xa" in page.inner_text(".verdict.partial")
    context.close()


def test_the_live_camera_sees_a_card(server, playwright, instance, tmp_path):
    storage = Storage(f"sqlite:///{instance / 'register.sqlite'}")
    with storage.reading() as session:
        text = session.get_one(IssuedPass, 1).text
    storage.close()
    drawn = Image.open(io.BytesIO(code_png(text, status=Status.COMPLETE, doses=2, series=2))).convert("RGB")
    drawn.thumbnail((700, 700))
    frame = Image.new("RGB", (1280, 720), "#888")
    frame.paste(drawn, ((1280 - drawn.width) // 2, (720 - drawn.height) // 2))
    frame.save(tmp_path / "card.mjpeg", "JPEG", quality=90)
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'card.mjpeg'}",
    ]
    browser = launched(playwright, *camera)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(server + "/try")
    page.click("[data-camera]")
    page.wait_for_selector("[data-verdict=accepted]", timeout=20_000)
    assert "Phương Thảo" in page.inner_text(".verdict.complete")
    browser.close()
