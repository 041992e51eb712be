"""Pictures of the health book: log-in, a family, its codes, a report, and a card that is tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

PHONE = "0900000001"
COMPLETE, NONE = "Nguyễn Thị Hoà", "Lê Thị Hòa"
_REPORT = "Thiếu mũi nhắc lại ngày 12/10, tiêm tại Trạm y tế phường Mẫu. Ảnh là giấy xác nhận."


def press(page: Page, chosen: str) -> None:
    """Press a link and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(chosen).first.click()


class Visit:
    """Visits of one phone: it logs in once, because a phone gets few codes; later visits bring its cookie."""

    def __init__(self) -> None:
        self._cookies: list = []

    def take(self, page: Page, url: str, photograph: Callable[[str], None]) -> None:
        """Photograph a citizen's way."""
        page.goto(f"{url}/book/login")
        photograph("book-log-in")
        if self._cookies:
            page.context.add_cookies(self._cookies)
        else:
            self._log_in(page, url, photograph)
        page.goto(f"{url}/book")
        photograph("book-family")
        for person, screen in ((NONE, "book-pass-none"), (COMPLETE, "book-pass-complete")):
            page.goto(f"{url}/book")
            press(page, f"main a:has-text('{person}')")
            self._issue(page)
            photograph(screen)
        self._report(page, photograph)
        self._try(page, url, photograph)

    def _log_in(self, page: Page, url: str, photograph: Callable[[str], None]) -> None:
        page.fill("#phone", PHONE)
        page.click("main button[type=submit]")
        page.wait_for_url("**/book/code")
        photograph("book-code")
        page.goto(f"{url}/outbox")
        photograph("book-outbox")
        found = re.search(r"\b\d{6}\b", page.inner_text("main li >> nth=0"))
        page.goto(f"{url}/book/code")
        page.fill("#code", found[0] if found else "")
        page.click("main button[type=submit]")
        page.wait_for_url("**/book")
        self._cookies = [one for one in page.context.cookies() if one["name"] == "health_book"]

    @staticmethod
    def _issue(page: Page) -> None:
        button = "form[action$='/passes'] button"
        if page.locator(button).count():
            press(page, button)
            page.wait_for_selector("#code")

    @staticmethod
    def _report(page: Page, photograph: Callable[[str], None]) -> None:
        asked = page.locator("#reports").count() > 0
        with TemporaryDirectory() as folder:
            paper = Path(folder) / "paper.png"
            page.locator("#code").screenshot(path=paper)
            press(page, "a[href$='/wrong']")
            page.check("input[value=missing]", force=True)
            page.fill("#text", _REPORT)
            page.set_input_files("#picture", paper)
            photograph("book-wrong")
            if not asked:
                page.click("main button[type=submit]")
                page.wait_for_selector("#reports")
            else:
                page.go_back()
                page.wait_for_selector("#reports")
        photograph("book-reported")

    @staticmethod
    def _try(page: Page, url: str, photograph: Callable[[str], None]) -> None:
        with TemporaryDirectory() as folder:
            card = Path(folder) / "card.png"
            page.locator("#code").screenshot(path=card)
            page.goto(f"{url}/try")
            photograph("try")
            page.set_input_files("#picture", card)
            page.click("main form button[type=submit]")
            page.wait_for_selector("[data-verdict]")
            photograph("try-verdict")


def take_clerks_side(page: Page, url: str, photograph: Callable[[str], None]) -> None:
    """Photograph the queue of reports, and one of them, as a clerk who is logged in."""
    page.goto(f"{url}/corrections")
    photograph("corrections")
    press(page, "main .list a")
    photograph("correction")
