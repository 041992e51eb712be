"""The scanners' page in a real browser: nothing overflows or is too small, with and without JavaScript."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.browsing import OVERFLOWING, log_in

from ..conftest import PASSWORD
from ..signers.test_in_a_browser import DESK, PHONE, SMALL_PHONE, SMALLEST, TABLET
from .builders import a_code, a_scanner

LOW = """[...document.querySelectorAll('main .button, main input:not([type=hidden]), main summary')]
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 56)
    .map(one => one.outerHTML)"""
COLLIDING = """(() => {
    const boxes = [...document.querySelectorAll('svg.ages text')].map(one => one.getBoundingClientRect());
    return boxes.flatMap((p, at) => boxes.slice(at + 1)
        .filter(q => p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom));
})()"""


@pytest.fixture
def url(app, register):
    """A server with scanners in every state, on a free port of this machine."""
    for number, days in enumerate((0, 1, 1, 8, 22, None)):
        a_scanner(register, f"79-CHO-LON-TAM-{number}", days=days)
    a_code(register, "79-" + "CHO-LON-" * 4 + "1")
    app.config["SESSION_COOKIE_SECURE"] = False
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def page(request, chromium, url):
    """An administrator's browser; nothing may be refused by the pages' own policy."""
    (width, height), scripts = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    opened, complaints = context.new_page(), []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    log_in(opened, url, "administrator", PASSWORD)
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("page", [(size, True) for size in (SMALL_PHONE, PHONE, TABLET, DESK)], indirect=True, ids=str)
def test_nothing_overflows_collides_or_is_too_small(page, url):
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}?next=/scanners")
        _is_well_set(page)
        assert page.evaluate(COLLIDING) == []
        _make_a_code(page, "79-CHO-LON-TAM-7")
        _is_well_set(page)


@pytest.mark.parametrize("page", [((195, 422), True), (SMALL_PHONE, True)], indirect=True, ids=str)
def test_at_a_zoom_of_200_percent_no_posts_code_is_broken(page, url):
    page.goto(f"{url}/scanners")
    lines = "[...document.querySelectorAll('main .nowrap')].map(one => one.getClientRects().length)"
    assert set(page.evaluate(lines)) <= {0, 1}
    assert "79-CLT-1" in page.locator("label[for=post] .nowrap").inner_text()
    assert page.evaluate(OVERFLOWING.replace("body *", "main *")) == []


@pytest.mark.parametrize("page", [(PHONE, False)], indirect=True, ids=str)
def test_a_code_is_made_and_a_scanner_withdrawn_without_javascript(page, url):
    page.goto(f"{url}/scanners")
    _make_a_code(page, "79-CLT-1")
    assert page.inner_text("h1") == "Mã ghi danh"
    page.goto(f"{url}/scanners")
    page.locator("form[action$='/withdraw'] button").first.click()
    page.wait_for_url(f"{url}/scanners")
    assert page.locator("form[action$='/withdraw']").count() == 5


@pytest.mark.parametrize("page", [(DESK, True)], indirect=True, ids=str)
def test_the_code_is_printed_and_what_is_for_the_screen_is_not(page, url):
    page.goto(f"{url}/scanners")
    _make_a_code(page, "79-CLT-1")
    page.emulate_media(media="print")
    assert page.locator(".plain-code svg").is_visible()
    for hidden in (".bar", ".sections", ".actions", "details"):
        assert not page.locator(hidden).first.is_visible(), hidden


def _make_a_code(page, post):
    page.fill("#post", post)
    page.click("form[action='/scanners'] button")
    page.wait_for_selector(".plain-code")


def _is_well_set(page):
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(SMALLEST) >= 15
    assert page.evaluate(LOW) == []
