"""The register's schema through time, by Alembic. Use :func:`upgrade`, not the `alembic` command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from verifier_server.storage import Storage

_FOLDER = Path(__file__).parent
_LOCK_NOT_AVAILABLE = "55P03"

# A change of a table that waits for a long transaction keeps every later reader of it waiting too.
LONGEST_WAIT_MILLISECONDS = 4_000
TRIES = 15


def upgrade(storage: Storage) -> None:
    """Bring the database to this version's schema; one that has it, or a later one's, stays as it is.

    On PostgreSQL each version is a transaction of its own. One that waits for a table for more than some seconds lets
    those behind it go first and tries again.

    :raises ServerError: a table stayed in use (``table_in_use``); what was done is kept, and a further try goes on.
    """
    for _try in range(TRIES):
        try:
            _upgrade(storage)
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        else:
            return
    raise ServerError(
        "A table stayed in use by a long transaction, as a report or pg_dump: end it, then run init-db again.",
        code="table_in_use",
    )


def _upgrade(storage: Storage) -> None:
    config = _config()
    if _is_later(_revision_of(storage)):
        return
    with storage.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(storage: Storage) -> bool:
    """Whether the database has this version's schema."""
    return _revision_of(storage) == _newest()


def works_with(storage: Storage) -> bool:
    """Whether this version can work with the database: it has this version's schema, or a later one's, which only adds.

    So machines of the version before stay at work, and ready, while those of the new one come.
    """
    found = _revision_of(storage)
    return found == _newest() or _is_later(found)


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _revision_of(storage: Storage) -> str | None:
    with storage.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_later(revision: str | None) -> bool:
    # Every earlier one is known here; a later one is not.
    return revision is not None and revision not in revisions()


def revisions() -> frozenset[str]:
    """Return every version of the schema that this program knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["longest_wait"] = LONGEST_WAIT_MILLISECONDS
    return config
