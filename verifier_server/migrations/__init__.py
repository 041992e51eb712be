"""The register's schema through time, by Alembic. Use :func:`upgrade`, not the `alembic` command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from verifier_server.storage import Storage

_FOLDER = Path(__file__).parent


def upgrade(storage: Storage) -> None:
    """Bring the database to this version's schema; an up-to-date one stays as it is."""
    config = _config()
    with storage.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(storage: Storage) -> bool:
    """Whether the database has this version's schema."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with storage.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def revisions() -> frozenset[str]:
    """Return every version of the schema that this program knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
