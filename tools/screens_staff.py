"""Pictures of the pages of accounts and of the second factor, each with an account made for the occasion."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from passlib.totp import TOTP

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def take(page: Page, url: str, photograph: Callable[[str], None]) -> None:
    """Photograph what an administrator sees, and then what the new account's owner sees.

    :param page: logged in as an administrator.
    """
    page.goto(f"{url}/staff")
    photograph("accounts")
    _made(page, url, f"thuy.{int(time()) % 10000}@example.vn", "key_administrator")
    photograph("account-made")
    page.goto(f"{url}/staff")
    _send(page, "main a:has-text('thuy') >> nth=-1")
    photograph("account-waiting")
    owner = f"lan.{int(time()) % 10000}@example.vn"
    password = _made(page, url, owner, "auditor")
    _log_in(page, url, owner, password)
    page.goto(f"{url}/second-factor/enrol")
    photograph("enrol")
    key = page.locator("code.command.long").text_content() or ""
    page.fill("#code", TOTP(key=key.replace(" ", "")).generate().token)
    _send(page, "main form button[type=submit]")
    photograph("recovery-codes")
    page.goto(f"{url}/second-factor/own")
    photograph("own-account")
    page.goto(f"{url}/second-factor/password")
    photograph("own-password")
    _log_in(page, url, owner, password)
    page.goto(f"{url}/second-factor")
    photograph("second-code")


def take_the_wait(page: Page, url: str, photograph: Callable[[str], None]) -> None:
    """Photograph what somebody sees who tries too often; afterwards nobody of this address may log in for a while."""
    page.goto(f"{url}/login")
    while page.locator("#password").count():
        page.fill("#email", "nobody@example.vn")
        page.fill("#password", "a guess")
        _send(page, "main button[type=submit]")
    photograph("locked-out")


def _made(page: Page, url: str, email: str, role: str) -> str:
    page.goto(f"{url}/staff")
    page.fill("#email", email)
    page.select_option("#role", role)
    _send(page, "main form[action='/staff'] button[type=submit]")
    return (page.locator("p.password").text_content() or "").strip()


def _log_in(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/second-factor/own")
    _send(page, "form[action='/logout'] button")
    page.goto(f"{url}/login")
    page.fill("#email", email)
    page.fill("#password", password)
    _send(page, "main button[type=submit]")


def _send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.click(button)
