"""Databases of older versions, for tests of migrations: on SQLite and on a real PostgreSQL."""

import os
from contextlib import contextmanager

from alembic import command

from verifier_server.migrations import _config
from verifier_server.storage import Storage

from .conftest import administer

DATABASES = ("sqlite", "postgresql")


@contextmanager
def of_version(request, folder, revision):
    """An empty database of a version, on the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'old.sqlite'}"
    else:
        server, name = request.getfixturevalue("postgres_server"), f"m{os.urandom(6).hex()}"
        administer(server, f"CREATE DATABASE {name}")
        request.addfinalizer(lambda: administer(server, f"DROP DATABASE {name} WITH (FORCE)"))
        url = f"{server}/{name}"
    storage = Storage(url)
    migrate(storage, command.upgrade, revision)
    yield storage
    storage.close()


def migrate(storage, move, revision):
    """Move a database to a version: `command.upgrade` or `command.downgrade`."""
    config = _config()
    with storage.engine.connect() as connection:
        config.attributes["connection"] = connection
        move(config, revision)
