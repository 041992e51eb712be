"""`checkpoint-server approve`: the second person's part in a large revocation or an un-revocation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from keys.store import KeyStore
from verifier_server.commands import say
from verifier_server.commands.deciding import add_by, prove_who
from verifier_server.commands.revocation_words import (
    Progress,
    key_sentence,
    revoke_key,
    row_number,
    show_batch,
    show_preview,
)
from verifier_server.config import load_config
from verifier_server.errors import FieldError
from verifier_server.revocation.batches import approve, waiting, withdraw
from verifier_server.revocation.preview import preview
from verifier_server.revocation.selection import selection_of
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.revocation.work import carry_out
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from verifier_server.config import ServerConfig


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "approve",
        help="approve what another administrator proposed, and carry it out",
        description="Approves a proposed batch as the second person and carries it out; without a number it "
        "lists what waits. Killed at any moment and run again, it goes on where it was.",
    )
    parser.add_argument("number", nargs="?", type=row_number, metavar="N", help="the batch's number")
    add_by(parser, "the administrator who approves; not the one who proposed")
    parser.add_argument("--preview", action="store_true", help="only count what would change")
    parser.add_argument("--withdraw", action="store_true", help="take the proposal back instead")
    parser.add_argument("--revoke-key", action="store_true", help="revoke the batch's key itself, too")
    parser.add_argument("--json", action="store_true", help="the answer as one JSON object (a line for each batch)")
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """List, preview, withdraw, or approve and carry out."""
    if options.number is not None and not (options.by or options.preview):
        options.parser.error("--by is needed, or --preview")
    config = load_config(options.instance)
    storage = Storage(config.database_url)
    try:
        if options.number is None:
            return _list(storage, options)
        return _preview(storage, options) if options.preview else _decide(storage, config, options)
    finally:
        storage.close()


def _list(storage: Storage, options: argparse.Namespace) -> int:
    with storage.reading() as session:
        found = waiting(session)
        for batch in found:
            show_batch(batch, as_json=options.json)
    if not found:
        say("nothing waits for a second person")
    return 0


def _preview(storage: Storage, options: argparse.Namespace) -> int:
    with storage.reading() as session:
        batch = session.get(RevocationBatch, options.number)
        if batch is None:
            raise FieldError("batch", f"There is no batch with the number {options.number}.", code="unknown_batch")
        chosen = selection_of(batch)
        found = preview(session, chosen, batch.action, int(time.time()), ceiling=batch.ceiling)
        show_preview(found, batch.action, as_json=options.json)
    return 0


def _decide(storage: Storage, config: ServerConfig, options: argparse.Namespace) -> int:
    prove_who(config, storage, options)
    now = int(time.time())
    decide = withdraw if options.withdraw else approve
    with storage.writing() as session:
        batch = decide(session, options.number, by=options.by, now=now)
    if not batch.is_withdrawn:
        store, of_key = KeyStore(config.keys_folder), (batch.action, batch.kind) == ("revoke", "key")
        if of_key and options.revoke_key:
            revoke_key(store, batch.chosen, batch.reason, now)
        batch = carry_out(storage, batch.id, now=now, progress=Progress("passes").told)
        if of_key:
            say(key_sentence(store, batch.chosen))
    show_batch(batch, as_json=options.json)
    return 0
