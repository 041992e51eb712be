"""`checkpoint-server retention`: what each rule deletes; with `--dry-run` only how much it would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from verifier_server.checks import today_at
from verifier_server.commands import answer
from verifier_server.config import database_url, load_settings
from verifier_server.jobs.kinds import all_duties
from verifier_server.retention.rules import RULES, due, follow
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "retention",
        help="delete what need not be kept any longer",
        description="Follows every rule of retention once; the server's worker does it every hour.",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Follow the rules, a line for each."""
    all_duties()  # the parts whose workers they are register rules of their own
    storage, now = Storage(database_url(options.instance, load_settings(options.instance))), int(time.time())
    verb = "would be deleted" if options.dry_run else "deleted"
    for rule in RULES:
        if options.dry_run:
            with storage.reading() as session:
                count = due(session, rule, now)
        else:
            count = follow(storage, rule, now)
        answer(f"{rule.name}: {count} {verb}; kept for {rule.days(today_at(now))} days: {rule.why}")
    storage.close()
    return 0
