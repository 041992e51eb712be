"""Putting a backup in the place of a lost register: everything is checked first, then all of it comes or nothing.

A restored register is an old one: every serial block that was open when it was saved is burnt, because the former
database may have given numbers of it since; and the audit says in its own chain that a restore happened. Left out:
the secrets, keys and trust channel, which no backup holds (docs/operations.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.backup import archive, postgres, sqlite
from verifier_server.backup.making import marks
from verifier_server.backup.manifest import rows_of
from verifier_server.config import SECRET_FILE, SERIALS_FILE
from verifier_server.errors import ServerError
from verifier_server.leases.lending import after_restore
from verifier_server.migrations import revisions, upgrade
from verifier_server.staff.accounts import add_roles
from verifier_server.storage import Storage, parsed_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verifier_server.backup.manifest import Manifest
    from verifier_server.config import ServerConfig
    from verifier_server.leases.book import LeaseBook

# What `init-db` writes into a register that holds nothing yet.
_OF_AN_EMPTY_ONE = {"alembic_version", "audit_chain", "role", "serial_block"}


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    :ivar burnt: the serial blocks that are ended; ``block`` is the new one.
    :ivar kept: where the former SQLite file is; None when there was none.
    :ivar other_secret: ``secret.key`` is another one than the backup's register had.
    """

    manifest: Manifest
    burnt: tuple[int, ...]
    block: int
    kept: Path | None
    other_secret: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What whoever restores has said.

    :ivar replace: put it in the place of a database that is not empty.
    :ivar highest: the lease book is lost: the highest block that any database has.
    :ivar other_serials: ``serials.key`` is lost for ever: go on with another one.
    """

    replace: bool = False
    highest: int | None = None
    other_serials: bool = False


def restore(config: ServerConfig, book: LeaseBook, source: Path, choices: Choices, now: int) -> Restored:
    """Put a backup into the database that the configuration names.

    :param now: Unix seconds.
    :raises ServerError: the backup is damaged, of a later version or of the other kind of database; the database is
        in use, or not empty; the lease book or ``serials.key`` is not the register's. Nothing is changed then.
    """
    address = parsed_url(config.database_url)
    work = _into_sqlite if address.get_backend_name() == "sqlite" else _into_postgres
    place = sqlite.path_of_url(address) if work is _into_sqlite else config.instance / "restore"
    with archive.beside(place) as folder:
        manifest = archive.read(source, folder)
        _refuse_unfit(config, manifest, address.get_backend_name(), choices)
        _refuse_lost_book(book, manifest, choices)

        def make_ready(storage: Storage) -> tuple[tuple[int, ...], int]:
            return _made_ready(storage, book, manifest, choices, now)

        (burnt, block), kept = work(config, folder / manifest.data_name, manifest, choices, make_ready)
    other = manifest.secrets.get(SECRET_FILE) != marks(config)[SECRET_FILE]
    return Restored(manifest, burnt, block, kept, other)


_Ready = tuple[tuple[int, ...], int]


def _into_sqlite(
    config: ServerConfig,
    data: Path,
    manifest: Manifest,
    choices: Choices,
    make_ready: Callable[[Storage], _Ready],
) -> tuple[_Ready, Path | None]:
    path = sqlite.path_of_url(parsed_url(config.database_url))
    sqlite.refuse_if_in_use(path)
    if path.exists() and not choices.replace:
        _refuse_filled(config.database_url)
    sqlite.check(data)
    storage = Storage(f"sqlite:///{data}")
    try:
        ready = make_ready(storage)
    finally:
        storage.close()
    sqlite.refuse_if_in_use(path)
    return ready, sqlite.put_in_place(data, path)


def _into_postgres(
    config: ServerConfig,
    data: Path,
    manifest: Manifest,
    choices: Choices,
    make_ready: Callable[[Storage], _Ready],
) -> tuple[_Ready, Path | None]:
    if not choices.replace:
        _refuse_filled(config.database_url)
    storage = Storage(config.database_url)
    try:
        postgres.refuse_if_in_use(storage)
        postgres.put_in_place(storage, data)
        return make_ready(storage), None
    finally:
        storage.close()


def _made_ready(storage: Storage, book: LeaseBook, manifest: Manifest, choices: Choices, now: int) -> _Ready:
    _refuse_other_rows(storage, manifest)
    upgrade(storage)
    with storage.writing() as session:
        add_roles(session)
        burnt, block = after_restore(session, book, now, highest=choices.highest)
        details = {
            "made_at": manifest.made_at,
            "link": manifest.audit["seq"] if manifest.audit else 0,
            "burnt": list(burnt),
            "block": block,
        }
        record(session, Happening(Kind.DATABASE_RESTORED, "register", 0, details=details), at=now)
    return burnt, block


def _refuse_unfit(config: ServerConfig, manifest: Manifest, database: str, choices: Choices) -> None:
    wanted = "sqlite" if database == "sqlite" else "postgresql"
    if manifest.database != wanted:
        raise ServerError(
            f"This backup is of {manifest.database}, and the database here is {wanted}: restore it into its own kind.",
            code="other_database",
        )
    if manifest.revision not in revisions():
        raise ServerError(
            f"This backup was made by version {manifest.program} with a newer database ({manifest.revision}): "
            "install that version first.",
            code="newer_backup",
        )
    if manifest.secrets.get(SERIALS_FILE) != marks(config)[SERIALS_FILE] and not choices.other_serials:
        raise ServerError(
            f"{SERIALS_FILE} here is not the register's own: put its copy back first. If it is lost for ever, add "
            "--other-serials: new passes get numbers of a new block.",
            code="other_serials",
        )


def _refuse_lost_book(book: LeaseBook, manifest: Manifest, choices: Choices) -> None:
    known = book.leases()  # damaged: refused here, before anything is changed
    missing = [block for block in manifest.blocks if block not in known]
    if missing and choices.highest is None:
        raise ServerError(
            f"The lease book {book.path} does not know block {', '.join(map(str, missing))}: restore its newest copy "
            "first. If it is lost, add --highest N, the highest block that any database of this issuer has.",
            code="lease_book_lost",
        )


def _refuse_filled(url: str) -> None:
    storage = Storage(url)
    try:
        with storage.engine.connect() as connection:
            rows = rows_of(connection)
    except DatabaseError as problem:
        raise ServerError(
            f"There is a database already that cannot be read ({_said(problem)}): add --replace to put the backup in "
            "its place.",
            code="not_empty",
        ) from problem
    finally:
        storage.close()
    filled = sum(count for name, count in rows.items() if name not in _OF_AN_EMPTY_ONE)
    if filled:
        raise ServerError(
            f"The database here is not empty ({filled} rows): add --replace to put the backup in its place.",
            code="not_empty",
        )


def _said(problem: DatabaseError) -> str:
    return str(problem.orig).strip().split("\n", 1)[0]


def _refuse_other_rows(storage: Storage, manifest: Manifest) -> None:
    with storage.engine.connect() as connection:
        rows = rows_of(connection)
    differing = sorted(name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name))
    if differing:
        raise ServerError(
            f"The restored database has other rows than the backup says, in {', '.join(differing[:5])}: it is not to "
            "be used. Restore another backup.",
            code="rows_differ",
        )
