"""Copies of a register on SQLite: taken while it is in use, and put in its place when it is not.

SQLite's online backup reads one snapshot; in WAL mode writers go on meanwhile. A restored file is made ready beside
its place and renamed: before that nothing has changed, and the former file is kept beside it.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from keys.files import sync_folder
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from verifier_server.storage import Storage


def path_of_url(address: URL) -> Path:
    """Return the database's file.

    :raises ServerError: it is in memory only.
    """
    if not address.database or address.database == ":memory:":
        raise ServerError("A database in memory cannot be backed up or restored.", code="bad_database_url")
    return Path(address.database)


def copy_out(storage: Storage, target: Path) -> None:
    """Copy one snapshot of the database into a new file, and look it through.

    :raises ServerError: the database is damaged, or the disk is full.
    """
    try:
        raw = storage.engine.raw_connection()
        try:
            with closing(sqlite3.connect(target, isolation_level=None)) as copy:
                raw.driver_connection.backup(copy)  # type: ignore[union-attr]
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
                _look_through(copy)
        finally:
            raw.close()
    except sqlite3.DatabaseError as problem:
        raise ServerError(f"The database cannot be copied: {problem}.", code="database_damaged") from problem


def _look_through(copy: sqlite3.Connection) -> None:
    found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise ServerError(
            f"The database is damaged ({found.splitlines()[0]}): no backup was made of it. Keep its files as they are, "
            "and restore the newest backup into another place.",
            code="database_damaged",
        )


def check(copy: Path) -> None:
    """Refuse a copy that is no whole database."""
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
            _look_through(opened)
    except sqlite3.DatabaseError as problem:
        raise ServerError(f"The backup holds no whole database: {problem}.", code="bad_backup") from problem


def refuse_if_in_use(path: Path) -> None:
    """Refuse when any other program has the database open; a damaged file has nobody to ask."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as alone:
            alone.execute("PRAGMA locking_mode = EXCLUSIVE")
            alone.execute("BEGIN IMMEDIATE")
            alone.execute("ROLLBACK")
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem) or "busy" in str(problem):
            raise ServerError(
                f"{path} is in use: stop the server and every other command first.", code="database_in_use"
            ) from problem
    except sqlite3.DatabaseError:
        return  # not a database any more


def put_in_place(ready: Path, path: Path) -> Path | None:
    """Rename a database that is ready to its place; returns where the former one is kept, if there was one."""
    kept = None
    log = path.with_name(f"{path.name}-wal")
    if path.exists():
        kept = path.with_name(f"{path.name}.replaced-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        kept.hardlink_to(path)
    if log.exists():  # a former log beside another database would be read as its own
        log.rename(f"{kept}-wal") if kept else log.unlink()
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    ready.replace(path)
    sync_folder(path.parent)
    return kept
