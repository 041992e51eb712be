"""A real PostgreSQL for the benchmarks, with fsync on: the tests' own, which is fast and forgetful, would flatter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine

from tests.verifier_server import postgres


@contextmanager
def running() -> Iterator[str]:
    """Start a server, give its URL without the database's name, and stop it."""
    if postgres.programs() is None:
        raise SystemExit("bench.server: PostgreSQL is not installed: apt-get install postgresql")
    with postgres.running() as url:
        engine = create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = on")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            # The command line of the start says off, and wins; what it wins over is asked for here.
            on = connection.exec_driver_sql("SHOW fsync").scalar() == "on"
        engine.dispose()
        if not on:
            raise SystemExit("bench.server: PostgreSQL runs with fsync off")
        yield url
