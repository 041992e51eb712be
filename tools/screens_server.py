"""Pictures of the server's pages, taken in Chromium from the real server on sample data.

`python -m tools.screens_server [FOLDER [TOUR…]]` writes docs/screens/server/WIDTHxHEIGHT-LANGUAGE-PAGE.png, all of
them or only those of the tours named. The people, keys and passwords are made for the occasion and thrown away.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic, time

from playwright.sync_api import sync_playwright

from tools import (
    sample_alarms,
    sample_channel,
    sample_keys,
    sample_pairs,
    sample_revocations,
    sample_scanners,
    screens_administration,
    screens_book,
    screens_imports,
    screens_people,
    screens_prints,
    screens_register,
    screens_staff,
)
from tools.screens_tour import ADMINISTRATOR, AUDITOR, CLERK, LEAD, Tour, tour

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens" / "server"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=vi"]
SIZES = ((390, 844), (1280, 800))
LANGUAGES = ("vi", "en")
PATIENCE = 120.0
Take = Callable[[Tour], None]


def _imports(on: Tour) -> None:
    on.log_in(CLERK)
    screens_imports.take(on.page, on.url, on.photograph)


def _records(on: Tour) -> None:
    on.log_in(CLERK)
    screens_people.take(on.page, on.url, on.photograph)


def _staff(on: Tour) -> None:
    on.log_in(ADMINISTRATOR)
    screens_staff.take(on.page, on.url, on.photograph)


def _book() -> Take:
    visit = screens_book.Visit()

    def take(on: Tour) -> None:
        visit.take(on.page, on.url, on.photograph)
        on.log_in(CLERK)
        screens_book.take_clerks_side(on.page, on.url, on.photograph)

    return take


TOURS: dict[str, Take] = {
    "clerk": screens_register.take_clerks_pages,
    "imports": _imports,
    "book": _book(),
    "records": _records,
    "prints": screens_prints.take,
    "day": screens_register.take_a_day,
    "keys": screens_administration.take_keys,
    "scanners": screens_administration.take_scanners,
    "administration": screens_administration.take_pages,
    "tokens": screens_administration.take_tokens,
    "audit": screens_administration.take_audit,
    "staff": _staff,
}
# What is on the pages after these is no everyday picture any more: they come last.
ALARM, DEMONSTRATION, WAIT = "keys-alarm", "demonstration", "wait"


def main(folder: Path = FOLDER, chosen: tuple[str, ...] = ()) -> list[Path]:
    """Take the pictures of the tours that are chosen, or of all of them; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with _server() as (url, passwords, instance), sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def take(pictures: Take) -> None:
            for size in SIZES:
                for language in LANGUAGES:
                    with tour(browser, url, folder, size, language, passwords) as on:
                        pictures(on)
                        taken.extend(on.taken)

        for name, pictures in TOURS.items():
            if not chosen or name in chosen:
                take(pictures)
        if not chosen or ALARM in chosen:
            sample_keys.lose_the_travel_key(instance / "keys", int(time()))
            take(lambda on: screens_administration.take_keys(on, ALARM))
        if not chosen or DEMONSTRATION in chosen:
            sample_channel.make_demonstration(instance, int(time()))
            take(screens_administration.take_the_demonstration)
        if not chosen or WAIT in chosen:
            take(lambda on: screens_staff.take_the_wait(on.page, on.url, on.photograph))
        browser.close()
    return taken


@contextlib.contextmanager
def _server() -> Iterator[tuple[str, Mapping[str, str], Path]]:
    """Run the server on sample data; gives its address, the passwords of the roles, and its instance folder."""
    with tempfile.TemporaryDirectory() as temporary:
        instance = Path(temporary) / "instance"
        # From the folder above, so that the pages' commands name no other folder than the usual ones.
        program = [sys.executable, "-m", "verifier_server.cli", "--instance", instance.name]
        passwords = _prepared(instance, program)
        port = _free_port()
        running = subprocess.Popen([*program, "run", "--port", str(port)], stderr=subprocess.DEVNULL, cwd=temporary)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(url)
            yield url, passwords, instance
        finally:
            running.terminate()
            running.wait(timeout=20)


def _prepared(instance: Path, program: list[str]) -> Mapping[str, str]:
    """Fill an instance folder; returns the passwords of its accounts."""

    def told(*command: str) -> str:
        done = subprocess.run([*program, *command], check=True, capture_output=True, text=True, cwd=instance.parent)
        return done.stdout.strip()

    instance.mkdir(mode=0o700)
    sample_keys.make(instance / "keys", int(time()))
    sample_channel.make(instance, int(time()))
    told("sample")
    sample_scanners.make(instance, int(time()))
    sample_revocations.make(instance, int(time()))
    sample_alarms.make(instance, int(time()))
    sample_pairs.make(instance, int(time()))
    auditor = told("add-staff", "--email", f"{AUDITOR}@example.vn", "--role", "auditor")
    told("audit", "seal")
    files = {CLERK: "clerk", LEAD: "lead", ADMINISTRATOR: "administrator"}
    held = {who: (instance / "sample" / f"{file}-password.txt").read_text().strip() for who, file in files.items()}
    return {**held, AUDITOR: auditor}


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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, tuple(sys.argv[2:]))
