"""The way to the database: SQLite in WAL mode beside the program, or PostgreSQL by one setting.

A reader and a writer are asked for by name. On SQLite a writer takes the write lock when it
begins (``BEGIN IMMEDIATE``): a transaction that reads first and writes later would fail with
"database is locked" as soon as another one had committed in between, whatever the time-out.

Left out: the tables (in each part's folder) and their migrations.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sqlalchemy import Connection, Engine

BUSY_MILLISECONDS = 15_000
TRIES_OF_A_LONG_RUN = 20
GAP_SECONDS = 0.12
"""Whoever waits for SQLite's write lock looks every 100 ms (``sqliteDefaultBusyCallback``)."""
_WRITES = "checkpoint_writes"

Result = TypeVar("Result")


class Storage:
    """One database and the two kinds of sessions on it."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._writing_engine = self.engine.execution_options(**{_WRITES: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a single file, with one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    def session(self, *, writing: bool = False) -> Session:
        """Open a session that the caller closes."""
        return Session(self._writing_engine if writing else self.engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session whose work is thrown away at the end."""
        with self.session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is one transaction: committed at the end, or undone by any error."""
        with self.session(writing=True) as session, session.begin():
            yield session

    def let_others_write(self) -> None:
        """Leave SQLite's write lock alone for so long that a page which waits for it finds it free.

        The lock has no queue: whoever takes it again at once, piece after piece, keeps it from all others until their
        time-out. PostgreSQL locks rows, and needs no gap.
        """
        if self.is_sqlite:
            time.sleep(GAP_SECONDS)

    def patiently(self, work: Callable[[], Result]) -> Result:
        """Do some work again as long as SQLite's write lock is another's, some minutes at the most.

        For long runs: one of two that write beside each other may miss its turn for longer than the time-out, which is
        that of a page. Each try waits for the time-out.
        """
        for _ in range(TRIES_OF_A_LONG_RUN - 1):
            try:
                return work()
            except OperationalError as problem:
                if getattr(problem.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                    raise
        return work()

    def transaction(self, work: Callable[[Session], Result]) -> Result:
        """Do some work in one transaction, and once more when another one was faster.

        On PostgreSQL two presses of one button can pass the same look-up together; the second then
        meets a unique constraint, and finds in its second try what the first has written.
        """
        try:
            with self.writing() as session:
                return work(session)
        except IntegrityError:
            with self.writing() as session:
                return work(session)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """Return an engine for a database URL, with this project's habits for each database.

    :raises ServerError: the URL is not one of SQLite or PostgreSQL.
    """
    address = parsed_url(url)
    if address.get_backend_name() == "sqlite":
        _make_private(address.database)
        engine = create_engine(address, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=10)


def parsed_url(url: str) -> URL:
    """Read a database URL; ``postgresql://`` means the driver that is installed, psycopg 3.

    :raises ServerError: it cannot be read, or names a database that this server does not know.
    """
    try:
        address = make_url(url)
    except ArgumentError as problem:
        raise ServerError(
            "The database URL cannot be read; write sqlite:///FILE or postgresql://USER@HOST/NAME.",
            code="bad_database_url",
        ) from problem
    if address.get_backend_name() == "sqlite":
        return address
    if address.get_backend_name() in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    raise ServerError(
        f"The database {address.get_backend_name()!r} is not supported; use SQLite or PostgreSQL.",
        code="bad_database_url",
    )


def _make_private(path: str | None) -> None:
    # SQLite would make the file readable by everybody; its WAL takes over the file's mode.
    if path and path != ":memory:":
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as problem:
            raise ServerError(
                f"The database file {path} cannot be opened: {problem.strerror}.", code="database_file"
            ) from problem


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # sqlite3's own handling of transactions would begin them too late; _begin_sqlite does it.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
