"""`checkpoint-server restore`: a backup in the place of a lost register; or only a look at whether it is whole.

Every serial block that was open is burnt, because the lost database may have given numbers of it since.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from keys.entry import iso
from vaccine_pass.serials import FIRST_BLOCK, LAST_BLOCK
from verifier_server.backup import archive
from verifier_server.backup.restoring import Choices, restore
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.leases.book import LeaseBook

if TYPE_CHECKING:
    import argparse

    from verifier_server.backup.manifest import Manifest


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "restore",
        help="put a backup in the place of a lost register",
        description="Puts a backup in the place of a lost register. The server must be stopped.",
    )
    parser.add_argument("--in", dest="source", type=Path, required=True, metavar="FILE", help="the backup")
    parser.add_argument("--check", action="store_true", help="only look whether it is whole, and say what is in it")
    parser.add_argument("--replace", action="store_true", help="even if the database here is not empty")
    parser.add_argument(
        "--highest",
        type=int,
        metavar="N",
        choices=range(FIRST_BLOCK, LAST_BLOCK),
        help="the lease book is lost: the highest block that any database has",
    )
    parser.add_argument(
        "--other-serials", action="store_true", help="serials.key is lost for ever: go on with the one that is here"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Restore, and say what follows from it."""
    if options.check:
        answer(f"whole: {_told(archive.read(options.source))}")
        return 0
    config = load_config(options.instance)
    choices = Choices(options.replace, options.highest, options.other_serials)
    done = restore(config, LeaseBook(config.lease_book), options.source, choices, int(time.time()))
    answer(f"restored: {_told(done.manifest)}")
    answer(f"serial blocks burnt: {', '.join(map(str, done.burnt)) or 'none was open'}; it goes on with {done.block}")
    if done.kept:
        say(f"the former database is kept as {done.kept}: delete it when nobody needs it")
    if done.other_secret:
        say("secret.key is another one: every authenticator has to be reset and enrolled anew")
    say("what was entered since the backup is not in it; run `checkpoint-server audit verify` with the newest head")
    return 0


def _told(manifest: Manifest) -> str:
    link = f", the audit up to link {manifest.audit['seq']}" if manifest.audit else ""
    return (
        f"{manifest.database} of {iso(manifest.made_at)}, version {manifest.program} ({manifest.revision}), "
        f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables{link}"
    )
