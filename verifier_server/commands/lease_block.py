"""`checkpoint-server lease-block`: one more block of serials for this database, or a new one after a restore."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vaccine_pass.serials import FIRST_BLOCK, LAST_BLOCK
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import after_restore, lease
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "lease-block",
        help="lease one more block of serials to this database",
        description="Leases the next free block of the lease book to this database.",
    )
    parser.add_argument(
        "--after-restore",
        action="store_true",
        help="the database or the book was restored: burn every open block of this database first",
    )
    parser.add_argument(
        "--highest",
        type=int,
        metavar="N",
        choices=range(FIRST_BLOCK, LAST_BLOCK),
        help="with --after-restore and a lost book: the highest block that any database has",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lease, and print the block's number."""
    config = load_config(options.instance)
    storage, book, now = Storage(config.database_url), LeaseBook(config.lease_book), int(time.time())
    with storage.writing() as session:
        if options.after_restore:
            burnt, block = after_restore(session, book, now, highest=options.highest)
            say(f"burnt: {', '.join(map(str, burnt)) or 'no block was open'}")
        else:
            block = lease(session, book, now)
    storage.close()
    answer(f"block {block}, noted in {book.path}")
    return 0
