"""A real trust channel of a demonstration, and the real server over it on a free port."""

import contextlib
import subprocess
import sys
import time
import urllib.request

import pytest

from keys import pkcs8
from keys.channel import documents, first
from keys.channel.place import Channel
from keys.store import KeyStore

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


@contextlib.contextmanager
def running(instance, workers=2):
    """`checkpoint-server run` on a prepared instance; gives its address."""
    port = free_port()
    program = [sys.executable, "-m", "verifier_server.cli", "--instance", str(instance), "run", "--port", str(port)]
    server = subprocess.Popen([*program, "--workers", str(workers)], stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(server, url)
        yield url
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0


def wait_until_it_answers(server, url):
    """Come back when the server answers; fail when it ended or takes too long."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except OSError:
            assert server.poll() is None, server.stderr.read()
            assert time.monotonic() < deadline
