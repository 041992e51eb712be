"""Pictures of the server's pages, taken in Chromium from the real server on sample data.

`python -m tools.screens_server [FOLDER]` writes docs/screens/server/WIDTHxHEIGHT-LANGUAGE-PAGE.png.
The people, keys and passwords are made for the occasion and thrown away.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic, time

from playwright.sync_api import Browser, Page, sync_playwright

from tools import (
    sample_channel,
    sample_keys,
    sample_revocations,
    sample_scanners,
    screens_book,
    screens_imports,
    screens_people,
    screens_staff,
)

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens" / "server"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SIZES = ((390, 844), (1280, 800))
LANGUAGES = ("vi", "en")
CLERK, LEAD, ADMINISTRATOR = "clerk", "lead", "admin"
PEOPLE = {"none": "Lê Thị Hòa", "begun": "Trần Văn Dũng", "complete": "Nguyễn Thị Hoàng Phương Thảo"}
ADMINISTRATION = {
    "admin": "/admin",
    "trust": "/trust",
    "minutes": "/trust/minutes/6",
    "revocations": "/revocations",
    "revocation-waiting": "/revocations/4",
    "revocation-half-way": "/revocations/3",
    "revocation-done": "/revocations/1",
    "revocation-new": "/revocations/new?kind=site",
}
PATIENCE = 30.0


def main(folder: Path = FOLDER) -> list[Path]:
    """Take all pictures; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with _server() as (url, passwords, instance), sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tours = [partial(_tour, browser, url, folder, size, language) for size in SIZES for language in LANGUAGES]
        visit = screens_book.Visit()
        for begin in tours:
            with begin() as tour:
                taken += tour.take_clerks_pages(passwords[CLERK])
            with begin() as tour:
                taken += tour.take_imports(passwords[CLERK])
            with begin() as tour:
                taken += tour.take_book(visit, passwords[CLERK])
            with begin() as tour:
                taken += tour.take_records(passwords[CLERK])
            with begin() as tour:
                taken += tour.take_a_day(passwords[LEAD])
            with begin() as tour:
                taken += tour.take_keys("keys", passwords[ADMINISTRATOR])
            with begin() as tour:
                taken += tour.take_scanners(passwords[ADMINISTRATOR])
            with begin() as tour:
                taken += tour.take_administration(passwords[ADMINISTRATOR])
            with begin() as tour:
                taken += tour.take_staff(passwords[ADMINISTRATOR])
        sample_keys.lose_the_travel_key(instance / "keys", int(time()))
        for begin in tours:
            with begin() as tour:
                taken += tour.take_keys("keys-alarm", passwords[ADMINISTRATOR])
        sample_channel.make_demonstration(instance, int(time()))
        for begin in tours:
            with begin() as tour:
                taken += tour.take_the_demonstration(passwords[ADMINISTRATOR])
        browser.close()
    return taken


@contextlib.contextmanager
def _tour(browser: Browser, url: str, folder: Path, size: tuple[int, int], language: str) -> Iterator[_Tour]:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    tour = _Tour(context.new_page(), url, folder, f"{width}x{height}-{language}")
    tour.speak(language)
    yield tour
    context.close()


class _Tour:
    """One browser's way through the pages, photographed."""

    def __init__(self, page: Page, url: str, folder: Path, name: str) -> None:
        self._page, self._url, self._folder, self._name = page, url, folder, name
        self._taken: list[Path] = []

    def speak(self, language: str) -> None:
        """Choose the language of the pages."""
        self._go(f"/language/{language}")

    def take_clerks_pages(self, password: str) -> list[Path]:
        """Log in as a clerk; the way from the search to a pass."""
        self._go("/login")
        self._photograph("log-in")
        self._log_in(CLERK, password)
        self._photograph("start")
        self._go("/people?q=nguyen")
        self._photograph("search")
        for state, person in PEOPLE.items():
            self._take_person(state, person)
        return self._taken

    def take_a_day(self, password: str) -> list[Path]:
        """Log in as a site's lead; the days that wait, one of them, and a dose with its corrections."""
        self._go("/login")
        self._log_in(LEAD, password)
        self._go("/days")
        self._photograph("days")
        self._page.locator("main .list a").first.click()
        self._photograph("day")
        self._page.locator("main .sign a").first.click()
        self._photograph("dose-correct")
        self._page.fill("#lot", f"SỬA-{self._name[-2:]}-{self._name[:3]}")
        self._page.fill("#reason", "Đối chiếu sổ tiêm")
        self._send("main form button[type=submit]")
        self._photograph("dose")
        self._page.locator("main a[href$='/strike']").click()
        self._photograph("dose-strike")
        return self._taken

    def take_keys(self, screen: str, password: str) -> list[Path]:
        """Log in as an administrator; the signing keys."""
        self._go("/login")
        self._log_in(ADMINISTRATOR, password)
        self._go("/keys")
        self._photograph(screen)
        return self._taken

    def take_scanners(self, password: str) -> list[Path]:
        """Log in as an administrator; the scanners, and a code for one more."""
        self._go("/login")
        self._log_in(ADMINISTRATOR, password)
        self._go("/scanners")
        self._photograph("scanners")
        self._page.fill("#post", "79-CLT-42")
        self._send("form[action='/scanners'] button")
        self._photograph("scanner-code")
        # Not to be left among the codes of the next picture.
        self._go("/scanners")
        self._send("form[action$='/cancel'] button >> nth=0")
        return self._taken

    def take_administration(self, password: str) -> list[Path]:
        """Log in as an administrator; what is due, the trust channel, and revocations."""
        self._go("/login")
        self._log_in(ADMINISTRATOR, password)
        for screen, path in ADMINISTRATION.items():
            self._go(path)
            self._photograph(screen)
        self._go("/revocations/new?kind=key")
        stolen = self._page.locator("#key option", has_text="domestic").nth(1)
        self._page.select_option("#key", stolen.get_attribute("value"))
        self._page.fill("#reason", "diễn tập")
        self._send("main form button[type=submit]")
        self._photograph("revocation-preview")
        return self._taken

    def take_staff(self, password: str) -> list[Path]:
        """Log in as an administrator; the accounts, and what a new account's owner sees."""
        self._go("/login")
        self._log_in(ADMINISTRATOR, password)
        screens_staff.take(self._page, self._url, self._photograph)
        return self._taken

    def take_book(self, visit: screens_book.Visit, password: str) -> list[Path]:
        """A citizen's phone; then log in as a clerk, who reads what was reported."""
        visit.take(self._page, self._url, self._photograph)
        self._go("/login")
        self._log_in(CLERK, password)
        screens_book.take_clerks_side(self._page, self._url, self._photograph)
        return self._taken

    def take_records(self, password: str) -> list[Path]:
        """Log in as a clerk; a record that is there twice."""
        self._go("/login")
        self._log_in(CLERK, password)
        screens_people.take(self._page, self._url, self._photograph)
        return self._taken

    def take_imports(self, password: str) -> list[Path]:
        """Log in as a clerk; a file of earlier vaccinations, from the upload to the queue."""
        self._go("/login")
        self._log_in(CLERK, password)
        screens_imports.take(self._page, self._url, self._photograph)
        return self._taken

    def take_the_demonstration(self, password: str) -> list[Path]:
        """Log in as an administrator; the trust channel of a demonstration."""
        self._go("/login")
        self._log_in(ADMINISTRATOR, password)
        self._go("/trust")
        self._photograph("trust-demo")
        return self._taken

    def _log_in(self, who: str, password: str) -> None:
        self._page.fill("#email", f"{who}@example.vn")
        self._page.fill("#password", password)
        self._page.click("main button[type=submit]")
        self._page.wait_for_url(self._url + "/")

    def _take_person(self, state: str, person: str) -> None:
        self._go(f"/people?q={person}")
        self._page.locator(f"main a:has-text('{person}')").first.click()
        if state == "begun":
            self._photograph("person")
        here = self._page.url
        self._page.locator("main a[href^='/passes/']").first.click()
        self._photograph(f"pass-{state}")
        if state == "begun":
            self._page.goto(here + "/doses/new")
            self._photograph("record-dose")

    def _go(self, path: str) -> None:
        self._page.goto(self._url + path)

    def _send(self, button: str) -> None:
        """Press a form's button and wait for the page that answers."""
        with self._page.expect_navigation():
            self._page.click(button)

    def _photograph(self, screen: str) -> None:
        self._page.evaluate("document.fonts.ready")
        path = self._folder / f"{self._name}-{screen}.png"
        # A window as high as the page: what is fixed to a window's foot would lie across the middle.
        size = self._page.viewport_size
        height = self._page.evaluate("document.documentElement.scrollHeight")
        self._page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        self._page.screenshot(path=path)
        self._page.set_viewport_size(size)
        self._taken.append(path)


@contextlib.contextmanager
def _server() -> Iterator[tuple[str, dict[str, str], Path]]:
    """Run the server on sample data; gives its address, the passwords of both roles, and its instance folder."""
    with tempfile.TemporaryDirectory() as temporary:
        instance = Path(temporary) / "instance"
        # From the folder above, so that the pages' commands name no other folder than the usual ones.
        program = [sys.executable, "-m", "verifier_server.cli", "--instance", instance.name]
        instance.mkdir(mode=0o700)
        sample_keys.make(instance / "keys", int(time()))
        sample_channel.make(instance, int(time()))
        subprocess.run([*program, "sample"], check=True, capture_output=True, cwd=temporary)
        sample_scanners.make(instance, int(time()))
        sample_revocations.make(instance, int(time()))
        passwords = {
            CLERK: _password(instance, "clerk"),
            LEAD: _password(instance, "lead"),
            ADMINISTRATOR: _password(instance, "administrator"),
        }
        port = _free_port()
        running = subprocess.Popen([*program, "run", "--port", str(port)], stderr=subprocess.DEVNULL, cwd=temporary)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(url)
            yield url, passwords, instance
        finally:
            running.terminate()
            running.wait(timeout=20)


def _password(instance: Path, role: str) -> str:
    return (instance / "sample" / f"{role}-password.txt").read_text().strip()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_it_answers(url: str) -> None:
    end = monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - an address of our own
                return
        except OSError:
            if monotonic() > end:
                raise


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
