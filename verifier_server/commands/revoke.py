"""`checkpoint-server revoke` and `unrevoke`: previewed, decided by one person or two, then carried out.

Killed at any moment and run again, a batch goes on where it was. Whoever decides proves it with the
account's password.
"""

from __future__ import annotations

import argparse
import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from keys.store import KeyStore
from verifier_server.checks import VIETNAM
from verifier_server.commands import say
from verifier_server.commands.deciding import add_by, prove_who
from verifier_server.commands.revocation_words import (
    Progress,
    key_sentence,
    printed_number,
    revoke_key,
    row_number,
    show_batch,
    show_preview,
)
from verifier_server.config import load_config
from verifier_server.errors import FieldError
from verifier_server.revocation import selection as choosing
from verifier_server.revocation.batches import Wish, propose
from verifier_server.revocation.preview import preview
from verifier_server.revocation.selection import Period
from verifier_server.revocation.work import carry_out
from verifier_server.storage import Storage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.config import ServerConfig
    from verifier_server.revocation.selection import Selection
    from verifier_server.revocation.tables import RevocationBatch


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe both commands."""
    revoke = commands.add_parser(
        "revoke",
        help="revoke passes: of a key, a site, an account, a person, or one",
        description="Revokes passes: scanners refuse them from the next trust list on. More than the setting "
        "two_person_limit (100) in a day is only proposed, and another administrator approves it.",
    )
    _choices(revoke)
    revoke.add_argument("--revoke-key", action="store_true", help="revoke the key itself too, in the key folder")
    unrevoke = commands.add_parser(
        "unrevoke",
        help="take revocations back (always two people)",
        description="Proposes to take revocations back; another administrator approves it.",
    )
    _choices(unrevoke).add_argument(
        "--revoked-batch", dest="batch", type=row_number, metavar="N", help="what this batch has revoked"
    )
    revoke.set_defaults(run=run, action="revoke", batch=None, parser=revoke)
    unrevoke.set_defaults(run=run, action="unrevoke", revoke_key=False, parser=unrevoke)


def run(options: argparse.Namespace) -> int:
    """Preview, propose, or carry out."""
    _refuse_wrong_calls(options)
    config = load_config(options.instance)
    storage = Storage(config.database_url)
    now = int(time.time())
    try:
        with storage.reading() as session:
            chosen = _selection(session, config, options)
            if options.preview:
                show_preview(preview(session, chosen, options.action, now), options.action, as_json=options.json)
                _say_about_the_key(config, options, chosen)
                return 0
        return _decide(storage, config, options, chosen, now)
    finally:
        storage.close()


def _decide(storage: Storage, config: ServerConfig, options: argparse.Namespace, chosen: Selection, now: int) -> int:
    prove_who(config, storage, options)
    wish = Wish(options.action, chosen, options.reason, options.by)
    with storage.writing() as session:
        batch = propose(session, wish, limit=config.settings.two_person_limit, now=now)
    if batch is None:
        say(f"there is nothing left to {options.action}")
    elif not batch.is_waiting:
        if options.revoke_key:
            revoke_key(KeyStore(config.keys_folder), chosen.chosen, batch.reason, now)
        batch = carry_out(storage, batch.id, now=now, progress=Progress("passes").told)
    show_batch(batch, as_json=options.json)
    _say_about_the_key(config, options, chosen, batch)
    return 0


def _say_about_the_key(
    config: ServerConfig, options: argparse.Namespace, chosen: Selection, batch: RevocationBatch | None = None
) -> None:
    if chosen.kind == "key" and options.action == "revoke":
        say(key_sentence(KeyStore(config.keys_folder), chosen.chosen))
        if options.revoke_key and batch is not None and batch.is_waiting:
            say("The key was left as it is: give --revoke-key to the approval.")


def _choices(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--key", metavar="KID|NAME", help="every pass that this key has signed")
    which.add_argument("--pass", dest="serial", type=row_number, metavar="SERIAL", help="one pass")
    which.add_argument(
        "--printed",
        dest="serial",
        type=printed_number,
        metavar="CODE",
        help="one pass, by what is printed below its code",
    )
    which.add_argument("--person", type=row_number, metavar="ID", help="every pass of one person")
    which.add_argument("--site", metavar="NAME", help="what a site has issued, with --from and --to")
    which.add_argument("--account", metavar="EMAIL", help="what an account has issued")
    parser.add_argument("--from", dest="since", type=_day, metavar="DATE", help="issued on this day or later")
    parser.add_argument("--to", dest="until", type=_day, metavar="DATE", help="issued on this day or earlier")
    parser.add_argument("--preview", action="store_true", help="only count what would change")
    parser.add_argument("--json", action="store_true", help="the answer as one JSON object")
    parser.add_argument("--reason", metavar="TEXT", help="why, for the record; name no person")
    add_by(parser, "the administrator who decides this")
    return which


def _refuse_wrong_calls(options: argparse.Namespace) -> None:
    period = options.since or options.until
    if not options.preview and not (options.reason and options.by):
        options.parser.error("--reason and --by are needed, or --preview")
    if options.site and not (options.since and options.until):
        options.parser.error("--site needs --from and --to")
    if period and not (options.site or options.account):
        options.parser.error("--from and --to go with --site or --account")
    if options.revoke_key and not options.key:
        options.parser.error("--revoke-key goes with --key")


def _selection(session: Session, config: ServerConfig, options: argparse.Namespace) -> Selection:
    period = Period(_midnight(options.since), _midnight(options.until and options.until + timedelta(days=1)))
    if options.key:
        return choosing.of_key(session, KeyStore(config.keys_folder), options.key)
    if options.serial is not None:
        return choosing.of_pass(session, options.serial)
    if options.person is not None:
        return choosing.of_person(session, options.person)
    if options.site:
        return choosing.of_site(session, options.site, period)
    if options.account:
        return choosing.of_account(session, options.account, period)
    if options.batch is not None:
        return choosing.of_batch(session, options.batch)
    raise FieldError("selection", "An empty name chooses nothing.", code="empty")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2021-07-30") from None


def _midnight(day: date | None) -> int | None:
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp())
