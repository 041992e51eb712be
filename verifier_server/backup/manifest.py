"""What a backup says about itself: which database, which version, how many rows, how far the audit chain went.

Read from the same snapshot as the data, so that a restore can hold the rows against it. Left out: the file around
both (:mod:`verifier_server.backup.archive`).
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from keys.secret import Secret

FORMAT = "checkpoint-backup/1"
DATA_NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one backup.

    :ivar made_at: Unix seconds.
    :ivar program: the version of this program, as ``0.3.0``.
    :ivar database: ``sqlite`` or ``postgresql``; a backup of one cannot go into the other.
    :ivar revision: the version of the schema.
    :ivar rows: for each table, how many rows.
    :ivar audit: the chain's name, and the number and hash (hexadecimal) of its last link; None: no chain.
    :ivar blocks: the serial blocks that were open.
    :ivar secrets: for each secret file, 16 digits that tell whether another one is the same, and nothing about it.
    """

    made_at: int
    program: str
    database: str
    revision: str
    rows: dict[str, int]
    audit: dict[str, Any] | None
    blocks: list[int]
    secrets: dict[str, str]

    def written(self) -> bytes:
        """Return it as its file has it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode() + b"\n"

    @property
    def data_name(self) -> str:
        """The name of the data's file beside it."""
        return DATA_NAMES[self.database]


def parsed(data: bytes) -> Manifest:
    """Read a manifest.

    :raises ServerError: it is none, or one of a later format.
    """
    try:
        document = json.loads(data)
        found = document.pop("format")
        if found != FORMAT:
            raise _no_manifest(f"its format is {str(found)[:40]!r}, and this program reads {FORMAT}")
        made = Manifest(**document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise _no_manifest("its manifest cannot be read") from problem
    types = {"made_at": int, "revision": str, "rows": dict, "blocks": list, "secrets": dict}
    if made.database not in DATA_NAMES or not all(isinstance(getattr(made, n), kind) for n, kind in types.items()):
        raise _no_manifest("its manifest lacks what a restore needs")
    return made


def _no_manifest(why: str) -> ServerError:
    return ServerError(f"This is no backup that can be restored: {why}.", code="bad_backup")


def rows_of(connection: Connection) -> dict[str, int]:
    """Count the rows of every table that the database has, also of tables that this version does not know."""
    quoted = connection.dialect.identifier_preparer.quote
    names = sorted(inspect(connection).get_table_names())
    queries = {name: text(f"SELECT count(*) FROM {quoted(name)}") for name in names}  # noqa: S608  our own tables
    return {name: connection.execute(query).scalar_one() for name, query in queries.items()}


def revision_of(connection: Connection) -> str | None:
    """Return the version of the schema; None: the database was never prepared."""
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def audit_of(connection: Connection) -> dict[str, Any] | None:
    """Return how far the audit chain goes."""
    row = connection.execute(text("SELECT chain, seq, hash FROM audit_chain WHERE id = 1")).one_or_none()
    return {"chain": row.chain, "seq": row.seq, "hash": bytes(row.hash).hex()} if row else None


def open_blocks_of(connection: Connection) -> list[int]:
    """Return the serial blocks that are not burnt."""
    query = text("SELECT block FROM serial_block WHERE burnt_at IS NULL ORDER BY block")
    return list(connection.execute(query).scalars())


def mark_of(secret: Secret, name: str) -> str:
    """Return 16 digits of HMAC-SHA256(secret, format and name): equal for the same secret only."""
    return hmac.digest(secret.unsafe_reveal(), f"{FORMAT} {name}".encode(), "sha256").hex()[:16]
