"""`checkpoint-server import`: a file of earlier vaccinations, checked, entered, resumed or undone without a browser."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.commands.deciding import add_by, prove_who
from verifier_server.config import load_config
from verifier_server.errors import ServerError
from verifier_server.imports import runs
from verifier_server.imports import tables as t
from verifier_server.imports.files import Files
from verifier_server.imports.importing import import_file
from verifier_server.imports.rehearsing import rehearse
from verifier_server.imports.report import report
from verifier_server.imports.undoing import undo_import
from verifier_server.staff.accounts import account_of
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from verifier_server.config import ServerConfig
    from verifier_server.imports.tables import ImportRun
    from verifier_server.jobs.kinds import Progress


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "import",
        help="enter earlier vaccinations from a CSV or XLSX file",
        description="Checks every row of a file against the register, then enters it in pieces. Killed at any moment "
        "and run again, it goes on where it was; running it twice changes nothing.",
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="CSV or XLSX, as the template")
    parser.add_argument("--dry-run", action="store_true", help="check only; enter nothing")
    parser.add_argument("--resume", type=int, metavar="N", help="go on with import N")
    parser.add_argument("--undo", type=int, metavar="N", help="take back all that import N has entered")
    parser.add_argument("--report", type=Path, metavar="CSV", help="write what became of each row")
    add_by(parser, "the account that signs off what is entered; without it, the command line")
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Do it, and say how it went; 1 when a row that was to be entered was refused or waits for a clerk."""
    if sum(one is not None for one in (options.file, options.resume, options.undo)) != 1:
        options.parser.error("give FILE, or --resume N, or --undo N")
    config = load_config(options.instance)
    storage = Storage(config.database_url)
    try:
        by = _account(config, storage, options)
        work = _Work(storage, Files(config.instance), by)
        number = work.undone(options.undo) if options.undo is not None else _entered(work, config, options)
        return _end(work, number, options)
    finally:
        storage.close()


class _Work:
    """The steps of an import, each told as it goes on."""

    def __init__(self, storage: Storage, files: Files, by: int | None) -> None:
        self.storage, self._files, self._by = storage, files, by

    def handed_in(self, path: Path, most: int) -> int:
        """Take a file in, or find the import that it is already."""
        try:
            with path.open("rb") as file:
                arrived = self._files.receive(file, most=most)
        except OSError as problem:
            raise ServerError(f"{path} cannot be read: {problem.strerror}.", code="unreadable_file") from problem
        with self.storage.writing() as session:
            run, is_new = runs.hand_in(session, self._files, arrived, path.name, by=self._by, now=_now())
            say(f"import {run.id}: {run.file_name}" + ("" if is_new else f", handed in before, {run.state}"))
            return run.id

    def checked(self, number: int) -> ImportRun:
        """Rehearse it, if that is not done."""
        _told(rehearse(self.storage, self._files, number, _now()), "rows checked")
        run = self.seen(number)
        if run.state == t.FAILED and run.problem:
            raise ServerError(str(run.problem[1]), code=str(run.problem[0]))
        return run

    def imported(self, number: int) -> None:
        """Enter it, behind what is entered."""
        with self.storage.writing() as session:
            runs.begin_import(session, number, by=self._by, now=_now(), job=False)
        _told(import_file(self.storage, self._files, number, _now()), "rows done")

    def undone(self, number: int) -> int:
        """Take it back."""
        with self.storage.writing() as session:
            runs.begin_undo(session, number, by=self._by, now=_now(), job=False)
        _told(undo_import(self.storage, self._files, number, _now()), "steps undone")
        return number

    def seen(self, number: int) -> ImportRun:
        """Return the import as it is now."""
        with self.storage.reading() as session:
            return runs.run_numbered(session, number)


def _entered(work: _Work, config: ServerConfig, options: argparse.Namespace) -> int:
    number = options.resume
    if number is None:
        number = work.handed_in(options.file, config.settings.import_megabytes << 20)
    if work.seen(number).state == t.UNDOING:
        return work.undone(number)
    work.checked(number)
    if not options.dry_run:
        work.imported(number)
    return int(number)


def _end(work: _Work, number: int, options: argparse.Namespace) -> int:
    run = work.seen(number)
    with work.storage.reading() as session:
        counts = Counter(runs.outcomes(session, number) if run.run_at else runs.findings(session, number))
        if options.report is not None:
            with options.report.open("wb") as file:
                file.writelines(report(session, number, bare=True))
    say(f"import {number} is {run.state}: " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
    if options.undo is not None:
        return 0
    return 1 if counts[t.REFUSED] + counts[t.WAITING] + counts[t.DOUBTFUL] else 0


def _account(config: ServerConfig, storage: Storage, options: argparse.Namespace) -> int | None:
    if options.by is None:
        return None
    prove_who(config, storage, options)
    with storage.reading() as session:
        account = account_of(session, options.by)
        return account.id if account else None


def _told(steps: Iterator[Progress], what: str) -> None:
    told = time.monotonic()
    for step in steps:
        if time.monotonic() - told >= 1:
            told = time.monotonic()
            say(f"{step.done}{f' of {step.total}' if step.total else ''} {what}")


def _now() -> int:
    return int(time.time())
