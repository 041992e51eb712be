"""`checkpoint-server backup`: one file with the whole register, made while the server works.

It holds people's data and no secret: neither the server's nor a signing key's (docs/operations.md names them).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.backup.making import make_backup
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "backup",
        help="save the register into one file",
        description="Saves the register into one file, while the server works. No secret and no key is in it.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the new file; none is overwritten")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the backup, and say what is in it and what is not."""
    config = load_config(options.instance)
    storage = Storage(config.database_url)
    try:
        made = make_backup(config, storage, options.out, int(time.time()))
    finally:
        storage.close()
    link = f", the audit up to link {made.audit['seq']}" if made.audit else ""
    answer(f"{options.out}: {sum(made.rows.values())} rows of {len(made.rows)} tables{link}; written and read again")
    say(
        "not in it: secret.key, serials.key, the lease book, server.toml, keys/ and channel/. It holds people's data: "
        "encrypt it before it leaves this machine"
    )
    return 0
