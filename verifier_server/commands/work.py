"""`checkpoint-server work`: does the long jobs that pages ask for, and what comes again and again (sealing, alarms)."""

from __future__ import annotations

import signal
import threading
import time
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.config import load_config
from verifier_server.jobs.kinds import Work
from verifier_server.jobs.worker import Worker
from verifier_server.logs import set_up_logs
from verifier_server.passes.opening import open_desk
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from verifier_server.config import ServerConfig


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "work", help="do long jobs and regular duties", description="Works until it is stopped; `run` starts one too."
    )
    parser.add_argument("--once", action="store_true", help="do what waits now, and end")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Work until a signal comes, or once."""
    if not options.once:
        work_until_stopped(options.instance)
        return 0
    work = work_of(load_config(options.instance))
    try:
        say(f"{Worker(work).drain()} jobs done")
    finally:
        work.storage.close()
    return 0


def work_of(config: ServerConfig) -> Work:
    """Put together what a worker needs."""
    storage = Storage(config.database_url)
    return Work(config, storage, open_desk(config, storage), time.time)


def work_until_stopped(instance: Path) -> None:
    """Work until SIGTERM or SIGINT, or until the server that started this process is gone.

    The present piece is finished first.
    """
    set_up_logs()
    stop = threading.Event()
    if parent := parent_process():
        threading.Thread(target=lambda: (parent.join(), stop.set()), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work = work_of(load_config(instance))
    Worker(work).run(stop)
    work.storage.close()
