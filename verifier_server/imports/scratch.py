"""A scratch register for a rehearsal: a throw-away SQLite file with the tables that rows are entered into.

Its people have numbers above all real ones, so that both can be looked at together. It is written without
waiting for the disk: after a crash, the rehearsal begins anew.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from verifier_server.doses.tables import Dose, DoseVersion
from verifier_server.people.tables import Person, PersonIdentifier
from verifier_server.sites.tables import Site
from verifier_server.tables import Base

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

_ABOVE_ALL = 1 << 48
_TABLES = [one.__table__ for one in (Site, Person, PersonIdentifier, Dose, DoseVersion)]


@contextmanager
def scratch_register(path: Path) -> Iterator[Scratch]:
    """Make an empty one at a place, and remove it at the end."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    scratch = Scratch(path)
    try:
        yield scratch
    finally:
        scratch.engine.dispose()
        path.unlink(missing_ok=True)


class Scratch:
    """An open scratch register."""

    def __init__(self, path: Path) -> None:
        self.engine = create_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", _hurry)
        Base.metadata.create_all(self.engine, tables=_TABLES)  # type: ignore[arg-type]
        with self.writing() as session:
            nobody = {"name": "–", "name_folded": "", "name_plain": "", "birth": 19_000_000, "sex": "other"}
            # Merged into itself: nothing is ever matched with it.
            session.add(Person(id=_ABOVE_ALL, created_at=0, merged_into=_ABOVE_ALL, **nobody))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is one transaction."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session


def _hurry(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("synchronous = OFF", "journal_mode = MEMORY", "temp_store = MEMORY", "cache_size = -8000"):
        connection.execute(f"PRAGMA {pragma}")
