"""`checkpoint-server work`, and the worker that `run` starts."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ..postgres import free_port


def checkpoint_server(instance, *arguments):
    return [sys.executable, "-m", "verifier_server.cli", "--instance", str(instance), *arguments]


@pytest.fixture
def prepared(tmp_path):
    made = subprocess.run(checkpoint_server(tmp_path / "i", "init-db"), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return tmp_path / "i"


def waiting(instance):
    with closing(sqlite3.connect(instance / "register.sqlite", timeout=10)) as connection:
        return connection.execute("SELECT count(*) FROM audit_waiting").fetchone()[0]


def until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)  # another process's state: looked at again and again
    pytest.fail("it did not happen within 30 s")


def add_a_site(instance):
    subprocess.run(
        checkpoint_server(instance, "site", "--name", "Trạm mẫu", "--province", "01"), check=True, capture_output=True
    )


@contextmanager
def serving(instance, *options):
    command = checkpoint_server(instance, "run", "--workers", "1", "--port", str(free_port()), *options)
    server = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield server
    finally:
        if server.poll() is None:
            server.terminate()
        server.wait(30)


def workers_of(instance):
    found = subprocess.run(["pgrep", "-f", "spawn_main"], capture_output=True, text=True, check=False)
    return {pid for pid in found.stdout.split() if _is_of(pid, instance)}


def _is_of(pid, instance):
    try:
        return any(str(instance) in str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_once_does_what_waits_and_ends(prepared):
    add_a_site(prepared)
    assert waiting(prepared)
    done = subprocess.run(checkpoint_server(prepared, "work", "--once"), capture_output=True, text=True, check=True)
    assert done.stderr.endswith("0 jobs done\n")
    assert waiting(prepared) == 0


def test_run_starts_a_worker_that_ends_with_it(prepared):
    add_a_site(prepared)
    with serving(prepared):
        until(lambda: waiting(prepared) == 0)
        assert workers_of(prepared)
    until(lambda: not workers_of(prepared))


def test_the_worker_of_a_killed_server_ends_too(prepared):
    add_a_site(prepared)
    with serving(prepared) as server:
        until(lambda: waiting(prepared) == 0)
        os.killpg(server.pid, 0)
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not workers_of(prepared))
        os.killpg(server.pid, signal.SIGTERM)  # gunicorn's own worker sees it by itself, but later


def test_run_without_a_worker_leaves_what_waits(prepared):
    add_a_site(prepared)
    with serving(prepared, "--no-worker"):
        assert not workers_of(prepared)
        assert waiting(prepared)
