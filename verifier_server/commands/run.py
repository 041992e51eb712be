"""`checkpoint-server run`: the server under gunicorn, with as many workers as are asked for.

It refuses to start without secrets or with a database of another version: each in one sentence,
before a worker is made.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication

from verifier_server.commands import say
from verifier_server.commands.work import work_until_stopped
from verifier_server.config import load_config
from verifier_server.errors import ServerError
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import settle
from verifier_server.logs import set_up_logs
from verifier_server.migrations import works_with
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from verifier_server.config import ServerConfig

SECONDS_FOR_A_REQUEST = 30
# A request holds two connections at the most, and a process has 15.
MOST_THREADS = 6
# Where prometheus_client keeps the counts of several processes.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("run", help="run the server", description="Runs the server until it is stopped.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="the port to listen on (default: 8080)")
    parser.add_argument("--workers", type=int, default=2, help="processes that answer (default: 2)")
    parser.add_argument(
        "--threads",
        type=int,
        default=1,
        metavar="N",
        choices=range(1, MOST_THREADS + 1),
        help="requests that each process answers at a time, 1 to 6 (default: 1); passes that are asked for at one "
        "moment then share a transaction",
    )
    parser.add_argument("--no-worker", action="store_true", help="start no worker for long jobs; `work` is one")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check what is needed, then serve until a signal ends it."""
    workers = max(1, options.workers)
    config = replace(load_config(options.instance), workers=workers)
    _refuse_unprepared(config)
    if not (config.published_channel / "metadata").is_dir():
        say(f"no trust channel is published in {config.published_channel} yet: scanners cannot update from here")
    say(f"serving on http://{options.host}:{options.port}/ with {workers} workers")
    server = _Server(config, bind=f"{options.host}:{options.port}", threads=options.threads)
    with nullcontext() if options.no_worker else _worker(config.instance), _counted_together():
        server.run()
    return 0


@contextmanager
def _counted_together() -> Iterator[None]:
    # Each worker counts its requests in a file of this folder, and any of them adds them up for /metrics.
    with TemporaryDirectory(prefix="checkpoint-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield
        finally:
            # The folder goes; whatever this process does next must not count in it.
            os.environ.pop(FOLDER_VARIABLE, None)


@contextmanager
def _worker(instance: Path) -> Iterator[None]:
    # Spawned: it shares no connection and no key with what serves. A daemon: it ends with its parent.
    process = get_context("spawn").Process(target=work_until_stopped, args=(instance,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _refuse_unprepared(config: ServerConfig) -> None:
    storage = Storage(config.database_url)
    ready = works_with(storage)
    if ready:
        with storage.writing() as session:
            # A database from an old copy shows here already, before the first pass.
            settle(session, LeaseBook(config.lease_book), int(time.time()))
    storage.close()
    if not ready:
        raise ServerError(
            "The database is not prepared for this version: run `checkpoint-server init-db` first.",
            code="database_not_ready",
        )


class _Server(BaseApplication):
    """gunicorn without its own command line; every worker makes its own application."""

    def __init__(self, config: ServerConfig, *, bind: str, threads: int = 1) -> None:
        self._config = config
        self._options = {
            "bind": bind,
            "workers": config.workers,
            "threads": threads,  # gunicorn takes its threaded worker when there are several
            "timeout": SECONDS_FOR_A_REQUEST,
            "graceful_timeout": 10,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "worker_tmp_dir": "/dev/shm" if _has_memory_folder() else None,  # noqa: S108  gunicorn's heartbeat
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            if name in self.cfg.settings and value is not None:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application inside of the worker: no connection and no key is shared by a fork."""
        from verifier_server.app import create_app  # noqa: PLC0415  after the fork

        set_up_logs()
        return create_app(self._config)


def _has_memory_folder() -> bool:
    from os import W_OK, access  # noqa: PLC0415

    return access("/dev/shm", W_OK)  # noqa: S108
