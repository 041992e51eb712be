"""Debian's Chromium for tests of pages, without a window: the fixtures, and what every page is looked at for."""

from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
OVERFLOWING = """[...document.querySelectorAll('body *')]
    .filter(one => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 200))"""
# What reaches out of the window, except what is there for screen readers only.
WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1 && one.className !== 'hidden')
    .map(one => one.outerHTML.slice(0, 120))"""


# Of a module, not of the session: playwright's loop would stand in the way of tests that have a loop of their own.
@pytest.fixture(scope="module")
def playwright():
    """Playwright's own process."""
    found = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with found.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright):
    """A browser."""
    browser = launched(playwright)
    yield browser
    browser.close()


def launched(playwright, *flags):
    """A browser with some more flags."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])


def log_in(page, url, name, password):
    """Log an account of the staff in by the page's own form."""
    page.goto(f"{url}/login")
    page.fill("#email", f"{name}@example.vn")
    page.fill("#password", password)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/")
