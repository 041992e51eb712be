"""Row 8 of FIELD.md's table: congestion on the first days (the portal overloaded; later 5 M a day).

Many systems send at once to the real server with two workers, on SQLite and on PostgreSQL, and one of the workers is
killed in the middle. Since nobody gains by being first, a client does what the manual says: it sends the same request
with the same key until there is an answer. How many a second it takes is measured by ``bench/server.py``.
"""

import http.client
import http.cookiejar
import json
import os
import re
import shutil
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.verifier_server import postgres
from tests.verifier_server.serving import served
from verifier_server import cli as server_cli
from verifier_server.audit.tables import AuditEvent
from verifier_server.config import load_config
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.storage import Storage

from .province import called, write_settings

PEOPLE, AT_ONCE = 60, 8
PATIENCE = 60
GOING_AWAY = (ConnectionError, http.client.HTTPException, TimeoutError, urllib.error.URLError)


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request, prepared, tmp_path, monkeypatch):
    """A prepared server, on each database."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    folder = tmp_path / "instance"
    shutil.copytree(prepared / "instance", folder, symlinks=True)
    many = {"api_rate": "100000 per minute", "api_token_rate": "100000 per minute"}
    if request.param == "sqlite":
        write_settings(folder, **many)
        yield folder
        return
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.running() as url:
        write_settings(folder, database_url=f"{url}/postgres", **many)
        called(server_cli.main, "--instance", folder, "init-db")
        yield folder


class Sender:
    """Another system that sends until there is an answer, each thing under a key of its own."""

    def __init__(self, address, token):
        self._place, self._token = urllib.parse.urlsplit(address).netloc, token
        self.again = 0

    def send(self, path, body, key):
        """Post until there is an answer; gives it, with the key's first one if it comes again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                status, answer = self._post(path, body, key)
                if status not in {409, 429, 503}:
                    return status, answer
            except GOING_AWAY:
                pass
            self.again += 1
            assert time.monotonic() < deadline, "no answer"

    def _post(self, path, body, key):
        connection = http.client.HTTPConnection(self._place, timeout=20)
        try:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), {**headers, "Idempotency-Key": key})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class Phone:
    """A citizen's phone, on the network."""

    def __init__(self, address):
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def open(self, path, **fields):
        """Open a page, or send a form to it; the page's own token goes along."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        asked = urllib.request.Request(self._address + path, data, {"Referer": self._address})
        with self._opener.open(asked, timeout=20) as answer:
            return answer.read().decode()

    def send(self, path, **fields):
        """Fill in and send the form of the page at this path."""
        (token, *_) = re.findall(r'name="csrf_token" value="([^"]+)"', self.open(path))
        return self.open(path, csrf_token=token, **fields)

    def log_in(self, number):
        """Log in with the code that came."""
        self.send("/book/login", phone=number)
        code = re.search(r"\b\d{6}\b", self.open("/outbox").partition("<main")[2])[0]
        return self.send("/book/code", code=code)


def workers_of(server):
    """The processes that answer; the one for long jobs is none of them."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"multiprocessing" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_row_8_nothing_is_lost_or_doubled_when_all_come_at_once_and_a_worker_is_killed(instance):
    scopes = ("--scope", "people:write", "--scope", "passes:issue")
    token = called(server_cli.main, "--instance", instance, "api-token", "add", "--name", "Cổng", *scopes).strip()
    with served(instance) as (address, server):
        sender, phone = Sender(address, token), Phone(address)
        sender.send("/api/v1/people", a_person(0), "the-citizen-herself")
        sender.send("/api/v1/people/1/passes", {"form": "domestic"}, "the-citizens-pass")
        assert 'data-status="none"' in phone.log_in(a_person(0)["phone"]) + phone.open("/book/people/1")

        done, seen, killed, over = [], [], threading.Event(), threading.Event()

        def citizen():
            while not over.is_set():
                try:
                    seen.append((killed.is_set(), 'data-status="none"' in phone.open("/book/people/1")))
                except GOING_AWAY:
                    assert killed.is_set()

        def registered(number):
            if len(done) > PEOPLE // 3 and not killed.is_set():
                killed.set()
                os.kill(workers_of(server)[0], signal.SIGKILL)
            status, person = sender.send("/api/v1/people", a_person(number), f"person-{number:06d}")
            assert status in {200, 201}
            path = f"/api/v1/people/{person['id']}/passes"
            answers = [sender.send(path, {"form": "domestic"}, f"pass-{number:06d}") for _ in range(1 + number % 2)]
            assert all(answer == answers[0] for answer in answers)
            done.append((person["id"], answers[0][1]["serial"]))

        with ThreadPoolExecutor(AT_ONCE + 1) as threads:
            watched = threads.submit(citizen)
            waits = [threads.submit(registered, number) for number in range(1, PEOPLE + 1)]
            try:
                for one in waits:
                    one.result()
            finally:
                over.set()
            watched.result()
        assert killed.is_set()
        assert len({person for person, _serial in done}) == len({serial for _person, serial in done}) == PEOPLE
        assert {good for _when, good in seen} == {True}
        assert {when for when, _good in seen} == {False, True}  # before the worker was killed, and after
        again = [sender.send("/api/v1/people", a_person(number), f"person-{number:06d}") for number in range(1, 4)]
        assert {answer["id"] for _status, answer in again} <= {person for person, _serial in done}

    # Nothing is half there: what the signer signed is in the register, and every change is an event.
    command = (server_cli.main, "--instance", instance)
    assert called(*command, "reconcile")
    called(*command, "audit", "seal")
    assert "no differences" in called(*command, "audit", "verify")
    assert events(instance) == {"person_added": PEOPLE + 1, "pass_issued": PEOPLE + 1}


def a_person(number):
    letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:03d}").capitalize()
    ids = {"id_number": f"{1_086_000_000 + number:012d}", "phone": f"09130{number:05d}"}
    return {
        "name": f"Trần Văn {letters}",
        "birth": f"1984-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "sex": "male",
        **ids,
    }


def events(instance):
    """How many events there are of people who came in and of passes, and as many rows."""
    config = load_config(instance, {})
    storage = Storage(config.database_url)
    with storage.reading() as session:
        of_kind = select(AuditEvent.kind, func.count()).group_by(AuditEvent.kind)
        found = dict(session.execute(of_kind.where(AuditEvent.kind.in_(["person_added", "pass_issued"]))).all())
        rows = [session.scalar(select(func.count()).select_from(table)) for table in (Person, IssuedPass)]
    storage.close()
    assert rows == [found["person_added"], found["pass_issued"]]
    return found
