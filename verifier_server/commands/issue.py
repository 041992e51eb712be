"""`checkpoint-server issue`: passes in bulk from a file of records."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.bulk.run import BulkJob, Office, run_bulk
from verifier_server.commands import say
from verifier_server.config import load_config
from verifier_server.passes.claims import FORMS
from verifier_server.passes.opening import open_desk
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from verifier_server.config import ServerConfig


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "issue",
        help="issue passes in bulk from a CSV file",
        description="Enters every row of a CSV file into the register and issues a pass for it. "
        "Killed at any moment and run again, it goes on where it was.",
    )
    parser.add_argument("--in", dest="source", type=Path, required=True, metavar="RECORDS.csv")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="gets results.csv (one row for each input row) and the pictures",
    )
    parser.add_argument("--form", choices=FORMS, default="domestic")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that draw (default: 1)")
    parser.add_argument("--image", choices=("png", "svg", "none"), default="png")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Issue, and say how it went; 1 when a row was refused."""
    config = load_config(options.instance)
    progress = _Progress()
    job = BulkJob(options.source, options.out, options.form, options.image, max(1, options.workers), progress.told)
    totals = run_bulk(job, office(config))
    say(f"{totals.issued} issued, {totals.refused} refused; see {options.out / 'results.csv'}")
    return 1 if totals.refused else 0


def office(config: ServerConfig) -> Office:
    """Return what a run works with, outside of the web application."""
    storage = Storage(config.database_url)
    return Office(storage, open_desk(config, storage), time.time)


class _Progress:
    """A line now and then: how many rows are done, and how fast."""

    def __init__(self) -> None:
        self._begun = self._told = time.monotonic()
        self._first: int | None = None

    def told(self, records: int) -> None:
        """Say how far it is, at most once a second; the first call says where it begins."""
        now = time.monotonic()
        if self._first is None:
            self._begun, self._first = now, records
            if records:
                say(f"going on after {records} rows that were done before")
        elif now - self._told >= 1:
            self._told = now
            say(f"{records} rows done, {(records - self._first) / (now - self._begun):.0f} a second")
