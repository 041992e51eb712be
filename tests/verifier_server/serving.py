"""A real trust channel of a demonstration, and the real server over it on a free port."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from keys import ceremony, pkcs8
from keys.channel import documents, first
from keys.channel.place import Channel
from keys.store import KeyStore
from verifier_server.commands import init_db

from .postgres import free_port


def a_channel(instance, now):
    """The demonstration's channel of an instance's signers, published."""
    channel = Channel(instance / "channel")
    signers = documents.signers(KeyStore(instance / "keys").signers())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        files = {documents.SIGNERS: signers, documents.VACCINE_TABLE: documents.vaccines()}
        first.demonstration(channel, ["01"], files, now)
    return channel


def an_instance(folder, *settings):
    """A folder with secrets, an empty register and signing keys, and with some lines of `server.toml`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        init_db.run(folder)
        ceremony.init(KeyStore(folder / "keys"), int(time.time()))
    (folder / "server.toml").write_text("".join(f"{line}\n" for line in ("second_factor = false", *settings)))
    return folder


@contextlib.contextmanager
def running(instance, workers=2):
    """`checkpoint-server run` on a prepared instance; gives its address."""
    with served(instance, workers) as (url, _server):
        yield url


@contextlib.contextmanager
def served(instance, workers=2):
    """The same; gives its address and its process."""
    port, log = free_port(), Path(instance) / "server.log"
    program = [sys.executable, "-m", "verifier_server.cli", "--instance", str(instance), "run", "--port", str(port)]
    # A file: a pipe that nobody reads stops the server when it is full.
    with log.open("w") as lines:
        server = subprocess.Popen([*program, "--workers", str(workers)], stderr=lines)
    try:
        _wait_until_it_answers(server, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0, log.read_text()


def _wait_until_it_answers(server, url, log):
    """Come back when the server answers; fail with its log when it ended or takes too long."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
