"""`checkpoint-server reconcile`: the signer's own log against the register, each difference named.

Exit code 0 when there is none, 1 when there is one. It reads only, and goes on while passes are
issued. With `--json` one object a line, the last one with the counts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from keys.store import KeyStore
from verifier_server.commands import answer
from verifier_server.config import load_config
from verifier_server.passes.reconcile import Count, reconcile
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from verifier_server.passes.reconcile import Difference


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "reconcile",
        help="hold the signer's log against the register",
        description="Names each difference between what was signed and what was issued.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line; the last one has the counts")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare everything; 1 when something differs."""
    config = load_config(options.instance)
    kids = frozenset(entry.kid.hex() for entry in KeyStore(config.keys_folder).signers())
    storage = Storage(config.database_url)
    count, differences = Count(), 0
    for difference in reconcile(storage, config.serial_secret, kids, count):
        differences += 1
        answer(_line(difference, as_json=options.json))
    storage.close()
    answer(_end(count, differences, as_json=options.json))
    return 1 if differences else 0


def _line(difference: Difference, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(difference.document())
    return f"{difference.kind.value:<18} serial {difference.serial:08x}: {difference.detail}"


def _end(count: Count, differences: int, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"passes": count.passes, "log_lines": count.log_lines, "differences": differences})
    return f"{count.passes} passes and {count.log_lines} lines of the log compared: {differences or 'no'} differences"
