"""Making a backup while the server works: one snapshot, its facts, one file, read again when it is written."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine

from verifier_server.backup import archive, postgres, sqlite
from verifier_server.backup.manifest import (
    DATA_NAMES,
    Manifest,
    audit_of,
    mark_of,
    open_blocks_of,
    revision_of,
    rows_of,
)
from verifier_server.config import SECRET_FILE, SERIALS_FILE
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from verifier_server.config import ServerConfig
    from verifier_server.storage import Storage


def make_backup(config: ServerConfig, storage: Storage, out: Path, now: int) -> Manifest:
    """Write a backup of the register to a new file; returns what it says about itself.

    :param now: Unix seconds.
    :raises ServerError: there is such a file, the database is not prepared or damaged, the disk is full, or
        PostgreSQL's programs are missing. No file is left behind.
    """
    if out.exists():
        raise ServerError(f"{out} exists already: no backup is overwritten; name another file.", code="exists")
    with archive.beside(out) as folder:
        data = folder / DATA_NAMES[storage.engine.dialect.name]
        manifest = (_of_sqlite if storage.is_sqlite else _of_postgres)(config, storage, data, now)
        archive.write(out, manifest, data)
    archive.read(out)
    return manifest


def marks(config: ServerConfig) -> dict[str, str]:
    """What tells whether two machines have the same secrets."""
    return {
        SECRET_FILE: mark_of(config.secret, SECRET_FILE),
        SERIALS_FILE: mark_of(config.serial_secret, SERIALS_FILE),
    }


def _of_sqlite(config: ServerConfig, storage: Storage, data: Path, now: int) -> Manifest:
    sqlite.copy_out(storage, data)
    # Not by a Storage, which would turn the one file into three.
    copy = create_engine(f"sqlite:///{data}", poolclass=NullPool)
    with copy.connect() as connection:
        return _facts(config, connection, now)


def _of_postgres(config: ServerConfig, storage: Storage, data: Path, now: int) -> Manifest:
    with storage.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = postgres.snapshot_of(connection)
        manifest = _facts(config, connection, now)
        postgres.dump(storage, snapshot, data)
    return manifest


def _facts(config: ServerConfig, connection: Connection, now: int) -> Manifest:
    revision = revision_of(connection)
    if revision is None:
        raise ServerError(
            "The database is not prepared: there is nothing to back up. Run `checkpoint-server init-db` first.",
            code="database_not_ready",
        )
    return Manifest(
        made_at=now,
        program=version("checkpoint-qr"),
        database=connection.dialect.name,
        revision=revision,
        rows=rows_of(connection),
        audit=audit_of(connection),
        blocks=open_blocks_of(connection),
        secrets=marks(config),
    )
