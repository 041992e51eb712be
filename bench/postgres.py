"""A real PostgreSQL for the benchmarks, with fsync on: without it, as in the tests, it would flatter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.verifier_server import postgres


@contextmanager
def running() -> Iterator[str]:
    """Start a server, give its URL without the database's name, and stop it."""
    if postgres.programs() is None:
        raise SystemExit("bench.server: PostgreSQL is not installed: apt-get install postgresql")
    with postgres.running(durable=True) as url:
        yield url
