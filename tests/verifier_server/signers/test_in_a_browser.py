"""The page of signing keys in a real browser: nothing overflows, on a phone and on a desk."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.browsing import OVERFLOWING, log_in

from ..conftest import PASSWORD

SMALL_PHONE, PHONE, TABLET, DESK = (320, 700), (390, 844), (768, 1024), (1280, 800)
# What is written in the chart lies inside it.
OUTSIDE = """[...document.querySelectorAll('svg.lives text')].filter(one => {
    const [inner, outer] = [one.getBoundingClientRect(), one.ownerSVGElement.getBoundingClientRect()];
    return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1
        || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1);
}).map(one => one.textContent)"""
# No two texts of the chart lie on each other.
COLLIDING = """(() => {
    const boxes = [...document.querySelectorAll('svg.lives text')]
        .map(one => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width);
    return boxes.flatMap(([a, p], at) => boxes.slice(at + 1)
        .filter(([, q]) => p.left < q.right && q.left < p.right && p.top < q.bottom - 4 && q.top < p.bottom - 4)
        .map(([b]) => `${a} / ${b}`));
})()"""
SMALLEST = """Math.min(...[...document.querySelectorAll('main *, .tabs *')]
    .filter(one => one.getClientRects().length && [...one.childNodes].some(
        node => node.nodeType === 3 && node.textContent.trim()))
    .map(one => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.fixture
def url(app, in_every_state):
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
def page(request, chromium, url):
    """The keys in an administrator's browser; nothing may be refused by the page's own policy."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    opened, complaints = context.new_page(), []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(opened, url, "administrator", PASSWORD)
    opened.click(".tabs a[href='/admin']")
    opened.click(".sections a[href='/keys']")
    opened.wait_for_url(f"{url}/keys")
    opened.evaluate("document.fonts.ready")
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("page", [SMALL_PHONE, PHONE, TABLET, DESK], indirect=True, ids=str)
def test_nothing_overflows_collides_or_is_too_small(page, url):
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}?next=/keys")
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(OVERFLOWING) == []
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(COLLIDING) == []
        assert page.evaluate(SMALLEST) >= 15


@pytest.mark.parametrize("page", [PHONE, DESK], indirect=True, ids=str)
def test_one_chart_is_shown_and_today_crosses_it(page):
    assert page.locator("svg.lives:visible").count() == 1
    chart = page.locator("svg.lives:visible")
    today, outer = chart.locator("line.today").bounding_box(), chart.bounding_box()
    assert outer["x"] < today["x"] < outer["x"] + outer["width"]
    assert today["height"] > 0.8 * outer["height"] - 60


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=str)
def test_each_phase_has_its_own_colour(page):
    colours = page.evaluate("""['pending', 'active', 'planned', 'retired'].map(
        phase => getComputedStyle(document.querySelector(`svg.lives rect.${phase}`)).fill)""")
    assert len(set(colours)) == 4
    assert colours[1] == "rgb(11, 90, 138)"
    assert page.evaluate("getComputedStyle(document.querySelector('svg.lives line.end')).stroke") == "rgb(179, 38, 30)"
