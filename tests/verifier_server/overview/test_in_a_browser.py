"""The administrators' pages in a real browser: on a phone and a desk, by keyboard, without JavaScript, enlarged."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.browsing import OVERFLOWING, log_in

from ...keys.channel.builders import signers_file
from ..approvals.test_pages import REASON, decide, of_key
from ..conftest import PASSWORD
from ..revocation.builders import revoked
from ..signers.test_in_a_browser import COLLIDING, OUTSIDE, SMALLEST

SMALL_PHONE, PHONE, TABLET, DESK = (320, 700), (390, 844), (768, 1024), (1280, 800)
TWICE_AS_LARGE = (640, 400)
"""What a desk's window has room for at 200%."""
SMALL_TARGETS = """[...document.querySelectorAll('main .button, main .sections a, main input, main select')]
    .filter(one => !['hidden', 'radio'].includes(one.type))
    .filter(one => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 56)
    .map(one => one.outerHTML)"""
# WCAG 2.2, success criterion 1.4.3: the contrast of each text with what is behind it, where below 4.5.
CONTRAST = """(() => {
    const parts = text => text.match(/[0-9.]+/g).map(Number);
    const linear = one => one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const solid = colour => colour.length < 4 || colour[3] === 1;
    const behind = one => {
        const colour = one ? parts(getComputedStyle(one).backgroundColor) : [255, 255, 255];
        return solid(colour) ? colour : behind(one.parentElement);
    };
    const ratio = one => {
        const [a, b] = [parts(getComputedStyle(one).color), behind(one)].map(light).sort((a, b) => b - a);
        return (a + 0.05) / (b + 0.05);
    };
    return [...document.querySelectorAll('main *')].filter(one => !one.closest('svg') && one.getClientRects().length
        && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && ratio(one) < 4.5)
        .map(one => [one.textContent.trim().slice(0, 40), ratio(one)]);
})()"""


@pytest.fixture
def country_with_proposal(country):
    """A channel with an open proposal that one of two has signed."""
    country.propose(files={"keys/signers.json": signers_file(b"new")})
    country.sign("keys A")
    return country


@pytest.fixture
def url(app):
    """The server on a free port of this machine."""
    app.config["SESSION_COOKIE_SECURE"] = False
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def opened(chromium, url):
    """Log an administrator in, in a window of some size; nothing may be refused by the pages' own policy."""
    contexts, complaints = [], []

    def logged_in(size=DESK, who="administrator", **more):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, url, who, PASSWORD)
        return page

    yield logged_in
    for context in contexts:
        context.close()
    assert complaints == []


def looks_well(page):
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.evaluate(OVERFLOWING) == [], page.url
    assert page.evaluate(OUTSIDE) == [], page.url
    assert page.evaluate(COLLIDING) == [], page.url
    assert page.evaluate(SMALLEST) >= 15, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url
    assert page.evaluate(CONTRAST) == [], page.url


@pytest.mark.parametrize("size", [SMALL_PHONE, PHONE, TABLET, TWICE_AS_LARGE, DESK], ids=str)
def test_the_trust_channel_fits_every_screen_in_both_languages(opened, url, country_with_proposal, size):
    page = opened(size)
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}?next=/trust")
        looks_well(page)
        assert page.locator("svg.lives:visible").count() == 1
        for path in ("/admin", "/trust/minutes/1"):
            page.goto(url + path)
            looks_well(page)


@pytest.mark.parametrize("size", [SMALL_PHONE, PHONE, TABLET, TWICE_AS_LARGE, DESK], ids=str)
def test_revocations_fit_every_screen_in_both_languages(opened, app, url, town, administrator, size):
    decide(administrator, of_key(town))
    page = opened(size)
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}?next=/revocations")
        looks_well(page)
        for path in ("/revocations/1", "/revocations/new", "/revocations/new?kind=site", "/admin"):
            page.goto(url + path)
            looks_well(page)


@pytest.mark.parametrize("scripted", [True, False], ids=["with-javascript", "without-javascript"])
def test_two_people_revoke_a_keys_passes_from_form_to_bars(opened, url, town, other, register, scripted):
    first = opened(PHONE, java_script_enabled=scripted)
    first.goto(f"{url}/admin")
    first.click(".sections a[href='/revocations']")
    first.click("main a[href$='kind=key']")
    first.select_option("#key", index=1)
    first.fill("#reason", REASON)
    first.click("main form button[type=submit]")
    assert "6" in first.inner_text(".figures")
    first.click("main form button[type=submit]")
    first.wait_for_url("**/revocations/1")
    assert first.locator("form[action$='/approve']").count() == 0
    assert revoked(register) == set()
    second = opened(DESK, who="second", java_script_enabled=scripted)
    second.goto(f"{url}/admin")
    second.click("main a.button[href='/revocations/1']")
    second.click("form[action$='/approve'] button")
    second.wait_for_url("**/revocations/1")
    assert len(revoked(register)) == 6
    assert second.locator(".shares .part").count() == 4


def test_a_revocation_can_be_approved_by_keyboard_alone(opened, url, town, other, administrator, register):
    decide(administrator, of_key(town))
    page = opened(DESK, who="second")
    page.goto(f"{url}/revocations/1")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('form')?.action.endsWith('/approve') ?? false"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector(".standing.finished")
    assert len(revoked(register)) == 6
