"""A province as its people know it: pages, commands, a worker, the trust channel, and a checkpoint without a network.

Nothing is short-cut but the log-in's second factor, which has tests of its own: staff and citizens press the buttons
of real pages on a real database, administrators call the real commands, and the scanner is the real command in a
process that cannot open a connection.
"""

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from keys import cli as keys_cli
from keys import pkcs8
from tests.conftest import ROOT
from verifier_server import cli as server_cli
from verifier_server import create_app
from verifier_server.config import load_config
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.web.services import services

from .visitor import Visitor

PASSWORD = "a long test password"
SITES = ("Trạm y tế Phù Đổng", "Trạm y tế Ninh Hiệp")
STAFF = {
    "clerk": ("clerk", None),
    "lead": ("site_lead", 0),
    "vaccinator": ("vaccinator", 0),
    "lead2": ("site_lead", 1),
    "ministry": ("ministry", None),
    "auditor": ("auditor", None),
    "admin": ("key_administrator", None),
    "admin2": ("key_administrator", None),
}
SETTINGS = {"second_factor": False, "secure_cookies": False, "outbox_page": True}
# Whatever the scanner does: nothing goes to another address, and nothing is asked of a name server.
NO_NETWORK = """import socket
def _refused(*_arguments, **_more):
    raise SystemExit("the scanner wanted the network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = _refused
"""


def prepare(folder):
    """Make what `make run` makes: secrets, database, keys and the channel of a demonstration; and the staff."""
    instance = folder / "instance"
    called(server_cli.main, "--instance", instance, "init-db")
    called(keys_cli.main, "init", "--demo", "--keys", instance / "keys", "--channel", instance / "channel")
    write_settings(instance)
    app = create_app(load_config(instance, {}))
    with app.app_context():
        now = int(time.time())
        with services().storage.writing() as session:
            sites = [add_site(session, name, now=now).id for name in SITES]
            for name, (role, place) in STAFF.items():
                site = None if place is None else sites[place]
                add_account(
                    session, email=f"{name}@example.vn", role=role, password=PASSWORD, now=now, site_id=site
                ).confirmed_at = now
        services().storage.close()


def write_settings(instance, **settings):
    """Write `server.toml`."""
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in {**SETTINGS, **settings}.items()]
    (instance / "server.toml").write_text("".join(lines))


def called(main, *arguments):
    """Call a command and give what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(one) for one in arguments])
    assert code == 0, (arguments, out.getvalue(), err.getvalue())
    return out.getvalue()


class Province:
    """One server over a folder that was prepared, whose days pass when a journey says so."""

    def __init__(self, folder, **settings):
        self.folder, self.instance = folder, folder / "instance"
        write_settings(self.instance, **settings)
        self.ahead = 0
        self.app = create_app(load_config(self.instance, {}), clock=self.now)
        with self.app.app_context():
            self.storage = services().storage

    def now(self):
        """Unix seconds; so many seconds later as a journey has let pass."""
        return time.time() + self.ahead

    def staff(self, name):
        """Somebody of the staff who has logged in."""
        visitor = Visitor(self.app)
        visitor.open("/login")
        visitor.press("Đăng nhập", email=f"{name}@example.vn", password=PASSWORD)
        assert visitor.path == "/", visitor.words
        return visitor

    def citizen(self, phone):
        """Somebody who has logged in to the health book with the code that came to the phone."""
        visitor = Visitor(self.app)
        visitor.open("/book/login")
        visitor.press("Nhận mã đăng nhập", phone=phone)
        outbox = Visitor(self.app)
        code = re.search(r"\b\d{6}\b", outbox.open("/outbox"))[0]
        visitor.press("Đăng nhập", code=code)
        assert visitor.path == "/book" or visitor.path.startswith("/book/people/"), visitor.words
        return visitor

    def work(self):
        """Do what waits, as the worker beside the pages does."""
        self.server("work", "--once")

    def server(self, *arguments):
        """`checkpoint-server`."""
        return called(server_cli.main, "--instance", self.instance, *arguments)

    def keys(self, verb, *arguments):
        """`checkpoint-keys` in this province's folders."""
        places = ("--keys", self.instance / "keys", "--channel", self.instance / "channel")
        return called(keys_cli.main, verb, *arguments, *(() if verb == "sign" else places))

    def publish(self):
        """What the evening's timer and the holders do: the lists of revoked passes go into the trust channel."""
        lists = self.folder / "lists"
        shutil.rmtree(lists, ignore_errors=True)
        said = json.loads(self.server("revocations", "--out", lists, "--json"))
        for command in said["commands"]:
            _program, verb, *rest = shlex.split(command)
            self.keys(verb, *rest)
            if verb == "propose":
                channel = self.instance / "channel"
                self.keys("sign", "--proposal", channel / "proposal", "--holder", channel / "holder")
                self.keys("publish")

    def update_scanner(self):
        """Carry what is published to the checkpoint on a stick."""
        stick, device = self.folder / "stick", self.folder / "device"
        shutil.rmtree(stick, ignore_errors=True)
        called(keys_cli.main, "export-bundle", "--out", stick, "--channel", self.instance / "channel")
        root = () if device.exists() else ("--root", stick / "metadata" / "1.root.json")
        done = self._scanner("update", "--from", stick, "--trust", device, *root)
        assert done.returncode == 0, done.stdout + done.stderr

    def verdicts(self, *shown):
        """What the checkpoint says of pictures (paths) and texts, in their order; it has no network."""
        texts = self.folder / "shown.txt"
        files = [one for one in shown if isinstance(one, Path)]
        lines = [one for one in shown if not isinstance(one, Path)]
        texts.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        at = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = [*files, texts] if lines else files
        done = self._scanner("verify", "--trust", self.folder / "device", "--at", at, "--json", *asked)
        assert done.returncode in {0, 1}, done.stderr
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _scanner(self, *arguments):
        cut_off = self.folder / "no-network"
        cut_off.mkdir(exist_ok=True)
        (cut_off / "sitecustomize.py").write_text(NO_NETWORK)
        return subprocess.run(
            [sys.executable, "-m", "scanner_app.cli", *map(str, arguments)],
            cwd=self.folder,
            env={"PYTHONPATH": f"{cut_off}{os.pathsep}{ROOT}", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )


@contextlib.contextmanager
def cheap_scrypt():
    """Keys are written at no cost; what it costs is tested in `keys`."""
    before, pkcs8.SCRYPT_COST = pkcs8.SCRYPT_COST, 2
    try:
        yield
    finally:
        pkcs8.SCRYPT_COST = before
