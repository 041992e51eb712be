"""Dumps of a register on PostgreSQL, by its own programs `pg_dump` and `pg_restore`.

The dump is of the very snapshot that the manifest was counted in. A restore is one transaction: what was there goes
and what was saved comes, or nothing has changed. A password goes to the programs by their environment, never as an
argument, which every account of the machine could read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo
from sqlalchemy import inspect, text

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from verifier_server.storage import Storage

_DEBIAN = Path("/usr/lib/postgresql")
_WITHOUT_OWNERS = ("--no-owner", "--no-privileges")


def snapshot_of(connection: Connection) -> str:
    """Give the snapshot of a transaction a name that other sessions can read it by, as long as it lasts."""
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def dump(storage: Storage, snapshot: str, target: Path) -> None:
    """Write one snapshot as a dump of the custom format.

    :raises ServerError: pg_dump is not installed, too old for the server, or has failed.
    """
    arguments, environment = _address(storage)
    made = [_program("pg_dump"), "--format=custom", *_WITHOUT_OWNERS, f"--snapshot={snapshot}", f"--file={target}"]
    done = subprocess.run([*made, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _failed("pg_dump", done.stderr)


def refuse_if_in_use(storage: Storage) -> None:
    """Refuse when anybody else is connected to the database."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with storage.engine.connect() as connection:
        count = connection.execute(others).scalar_one()
    if count:
        raise ServerError(
            f"The database is in use by {count} other connections: stop the server and every other command first.",
            code="database_in_use",
        )


def put_in_place(storage: Storage, dumped: Path) -> None:
    """Replace every table of the database by those of a dump, in one transaction.

    :raises ServerError: a program is not installed, or one of them has failed; then nothing has changed.
    """
    arguments, environment = _address(storage)
    restoring = [_program("pg_restore"), *_WITHOUT_OWNERS, "--file=-", dumped]
    typing = [_program("psql"), "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", *arguments]
    with (
        subprocess.Popen(restoring, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as source,
        subprocess.Popen(typing, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as target,
    ):
        broken = not _piped(source, target, f"BEGIN;\n{_emptying(storage)}\n")
        said = target.communicate()[1].decode(errors="replace")
        complaint = source.stderr.read().decode(errors="replace") if source.stderr else ""
    if source.returncode and not broken:
        raise _failed("pg_restore", complaint)
    if target.returncode or broken:
        raise _failed("psql", said)
    with storage.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _piped(source: subprocess.Popen[bytes], target: subprocess.Popen[bytes], first: str) -> bool:
    """Send the script on, and COMMIT only behind a whole one; False: psql did not want to hear more."""
    assert source.stdout is not None  # noqa: S101  a pipe
    assert target.stdin is not None  # noqa: S101  a pipe
    try:
        target.stdin.write(first.encode())
        shutil.copyfileobj(source.stdout, target.stdin, 1 << 20)
        if source.wait() == 0:
            target.stdin.write(b"\nCOMMIT;\n")
        target.stdin.flush()
    except BrokenPipeError:
        source.kill()
        return False
    return True


def _emptying(storage: Storage) -> str:
    with storage.engine.connect() as connection:
        quoted = connection.dialect.identifier_preparer.quote
        names = [quoted(name) for name in inspect(connection).get_table_names()]
    return f"DROP TABLE {', '.join(names)} CASCADE;" if names else ""


def _address(storage: Storage) -> tuple[list[str], dict[str, str]]:
    given = storage.engine.dialect.create_connect_args(storage.engine.url)[1]
    password = given.pop("password", None)
    named = {name: value for name, value in given.items() if name != "context"}
    environment = {**os.environ, "PGAPPNAME": "checkpoint-server"}
    if password:
        environment["PGPASSWORD"] = str(password)
    return [f"--dbname={make_conninfo(**named)}"], environment


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
        found = str(versions[-1]) if versions else None
    if found is None:
        raise ServerError(
            f"{name} is not installed, and a backup of PostgreSQL needs it: apt-get install postgresql-client.",
            code="no_program",
        )
    return found


def _failed(program: str, said: str) -> ServerError:
    lines = [line for line in said.strip().splitlines() if "error" in line.lower()] or said.strip().splitlines()
    return ServerError(f"{program} has failed: {lines[0] if lines else 'it said nothing'}", code="program_failed")
