"""`checkpoint-server init-db`: makes what the server needs, and leaves alone what is there.

Secrets first, then the schema, then the first serial block, roles and nothing more. Signing keys
are made by `checkpoint-keys init`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.config import SECRET_FILE, SERIALS_FILE, database_url, lease_book_path, load_settings
from verifier_server.errors import ServerError
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import lease_first, settle
from verifier_server.migrations import upgrade
from verifier_server.passes.serials import leased_blocks
from verifier_server.secret_files import make_secret
from verifier_server.staff.accounts import add_roles
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "init-db",
        help="make or migrate the database, and make the secrets",
        description="Makes the secrets and the database, or brings them up to date.",
    )
    parser.set_defaults(run=lambda options: run(options.instance))


def run(instance: Path) -> int:
    """Prepare an instance folder and its database; doing it again changes nothing."""
    if make_secret(instance / SECRET_FILE):
        say(f"made {instance / SECRET_FILE}")
    settings = load_settings(instance)
    storage = Storage(database_url(instance, settings))
    upgrade(storage)
    _prepare_serials(storage, instance / SERIALS_FILE, LeaseBook(lease_book_path(instance, settings)))
    with storage.writing() as session:
        add_roles(session)
    say(f"the database is ready ({storage.engine.dialect.name})")
    storage.close()
    return 0


def _prepare_serials(storage: Storage, path: Path, book: LeaseBook) -> None:
    with storage.writing() as session:
        if leased_blocks(session) and not path.exists():
            raise ServerError(
                f"The database has serial blocks but their secret {path} is gone: restore it from the backup. "
                "A new one would give out serials a second time.",
                code="serial_secret_lost",
            )
        if make_secret(path):
            say(f"made {path}")
        settle(session, book, int(time.time()))
        block = lease_first(session, book, int(time.time()))
    if block is not None:
        say(f"leased block {block} of serials, noted in {book.path}")
