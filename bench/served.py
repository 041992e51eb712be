"""The real server for `bench.server`: an instance with keys and people, gunicorn on free ports, a bare page beside it.

Everything lies in a folder that is thrown away. The passphrases of the keys are as expensive as in earnest.
"""

from __future__ import annotations

import csv
import hashlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import insert, select

from keys import ceremony
from keys.store import KeyStore
from verifier_server import create_app
from verifier_server.api.tokens import add_token
from verifier_server.bulk.run import BulkJob, run_bulk
from verifier_server.commands import init_db
from verifier_server.commands.issue import office
from verifier_server.commands.run import _Server
from verifier_server.config import ServerConfig, load_config
from verifier_server.health_book.sessions import COOKIE
from verifier_server.health_book.tables import CitizenSession
from verifier_server.people.tables import Person
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.storage import Storage
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

SITE = "Trạm y tế phường Mẫu"
PASSWORD = "a-password-of-the-bench"  # noqa: S105  of an instance that is thrown away
SETTINGS = """second_factor = false
api_rate = "1000000 per second"
api_token_rate = "1000000 per second"
account_day_cap = 1000000
site_day_cap = 1000000
"""
SCOPES = ("passes:read", "passes:issue")
_PATIENCE = 60.0


@dataclass(frozen=True)
class Instance:
    """A prepared instance folder on one database, with so many people of one dose of JANSSEN and a travel pass."""

    folder: Path
    database_url: str
    people: int
    token: str = ""

    @property
    def config(self) -> ServerConfig:
        """The settings and secrets."""
        return load_config(self.folder, {})


def prepare(folder: Path, database_url: str, people: int) -> Instance:
    """Make the instance, its keys, its staff and its people."""
    folder.mkdir(mode=0o700)
    (folder / "server.toml").write_text(f'{SETTINGS}database_url = "{database_url}"\n', encoding="utf-8")
    init_db.run(folder)
    ceremony.init(KeyStore(folder / "keys"), int(time.time()) - 60)
    app = create_app(Instance(folder, database_url, people).config)
    with app.app_context(), services().storage.writing() as session:
        now = services().now()
        site = add_site(session, SITE, now=now)
        for role in ("vaccinator",):
            add_account(session, email=f"{role}@example.vn", role=role, password=PASSWORD, now=now, site_id=site.id)
        _row, token = add_token(session, name="bench", scopes=SCOPES, days=1, now=now, site_id=site.id)
    instance = Instance(folder, database_url, people, token or "")
    people_file = write_people(folder / "people.csv", people)
    run_bulk(BulkJob(people_file, folder / "out", "travel", "none"), office(instance.config))
    _log_citizens_in(instance)
    return instance


def citizen_cookie(number: str) -> str:
    """The cookie of the citizen with this number in the register, who is logged in to the health book."""
    return f"{COOKIE}=session-of-{number}"


def _log_citizens_in(instance: Instance) -> None:
    # Each by the phone in the register; as if the code of a message had been entered.
    now, storage = int(time.time()), Storage(instance.database_url)
    with storage.writing() as session:
        sessions = [
            {"token_hash": _hash(f"session-of-{number}"), "phone": phone, "made_at": now, "ends_at": now + 86_400}
            for number, phone in session.execute(select(Person.id, Person.phone))
        ]
        session.execute(insert(CitizenSession), sessions)
    storage.close()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def write_people(path: Path, count: int, first: int = 0) -> Path:
    """Write a file of so many different people with one dose each; the path again."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("full_name", "dob", "gender", "phone", "id_number", "vaccine", "dose_number", "dose_date",
                       "lot", "site"))  # fmt: skip
        rows.writerows(
            (f"Trần Văn {_letters(n)}", f"{n % 28 + 1:02}/0{n % 9 + 1}/{1940 + n % 60}", "nam", f"09{n % 10**8:08d}",
             f"001{n:09d}", "JANSSEN", "1", "01/07/2021", "FF1234", SITE)
            for n in range(first, first + count)
        )  # fmt: skip
    return path


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()


@contextmanager
def served(program: str, instance: Instance, workers: int = 2, threads: int = 1) -> Iterator[int]:
    """A gunicorn with `checkpoint-server run`'s options over the server or the bare page; its port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "bench.served",
        program,
        str(instance.folder),
        str(port),
        str(workers),
        str(threads),
    ]
    # The log goes to a file: a pipe that nobody reads would stop the server when it is full.
    with (instance.folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            _wait(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Visitor:
    """Somebody logged in: the cookie and the form's token that a load sends along."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    @classmethod
    def logged_in(cls, port: int, role: str) -> Visitor:
        """Log in by the page's own form."""
        visitor = cls(port)
        visitor._open("/login")
        visitor._open("/login", {"email": f"{role}@example.vn", "password": PASSWORD, "csrf_token": visitor.token})
        visitor._open("/")
        return visitor

    @property
    def headers(self) -> Mapping[str, str]:
        """What each request says besides its path."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}

    def form(self, **fields: str) -> str:
        """A form's body with its token."""
        return urllib.parse.urlencode({"csrf_token": self.token, **fields}, safe="{}/")

    def _open(self, path: str, form: Mapping[str, str] | None = None) -> None:
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, dict(self.headers))
        try:
            answer = urllib.request.build_opener(_Stay).open(request, timeout=30)
        except urllib.error.HTTPError as stayed:
            answer = stayed
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
        self.token = found[1] if found else self.token


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        """A log-in leads to the start page; the cookie is what matters."""


def bare() -> Flask:
    """A page that does nothing: what gunicorn and Flask alone cost."""
    app = Flask("bare")
    app.add_url_rule("/healthz", "bare", lambda: "ok")
    return app


class _Served(_Server):
    program = "server"

    def load(self) -> Flask:
        return super().load() if self.program == "server" else bare()


def main(program: str, folder: str, port: str, workers: str, threads: str) -> None:
    """Serve until a signal ends it."""
    config = replace(load_config(Path(folder)), workers=int(workers))
    server = _Served(config, bind=f"127.0.0.1:{port}", threads=int(threads))
    server.program = program
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
