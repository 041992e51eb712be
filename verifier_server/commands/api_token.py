"""`checkpoint-server api-token`: makes, lists and ends the tokens of other systems."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys.entry import iso
from vaccine_pass.names import folded
from verifier_server.api.scopes import Scope
from verifier_server.api.tables import ApiToken
from verifier_server.api.tokens import USUAL_DAYS, add_token, all_tokens, end_token, works
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.errors import FieldError
from verifier_server.sites.tables import Site
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.orm import Session

_MOST_NUMBER = 1 << 63


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    top = commands.add_parser(
        "api-token", help="make, list and end tokens of other systems", description="Looks after the API's tokens."
    )
    inner = top.add_subparsers(required=True, metavar="COMMAND")
    add = inner.add_parser("add", help="make a token and print it, this once")
    add.add_argument("--name", required=True, help="which system it is for")
    add.add_argument("--scope", action="append", required=True, metavar="SCOPE", help=f"one of {', '.join(Scope)}")
    add.add_argument("--days", type=int, default=USUAL_DAYS, help="how long it works (default: %(default)s)")
    add.add_argument("--site", metavar="NAME", help="it acts for this site only")
    add.set_defaults(run=make)
    inner.add_parser("list", help="every token").set_defaults(run=show)
    end = inner.add_parser("end", help="end a token at once")
    end.add_argument("number", type=int, metavar="NUMBER")
    end.set_defaults(run=stop)


def make(options: argparse.Namespace) -> int:
    """Make a token; it alone goes to standard output."""
    storage, now = Storage(load_config(options.instance).database_url), int(time.time())
    try:
        with storage.writing() as session:
            site = _site(session, options.site)
            made, text = add_token(
                session, name=options.name, scopes=options.scope, days=options.days, now=now, site_id=site
            )
    finally:
        storage.close()
    say(f"token {made.id} for {made.name}, until {iso(made.expires_at)}; it is not shown again")
    answer(text or "")
    return 0


def show(options: argparse.Namespace) -> int:
    """Print a line for each token, the newest first."""
    storage, now = Storage(load_config(options.instance).database_url), int(time.time())
    with storage.reading() as session:
        for one in all_tokens(session):
            state = "works" if works(one, now) else "ended" if one.ended_at is not None else "expired"
            where = f" at {one.site.name}" if one.site else ""
            answer(f"{one.id}  {state:<7}  {one.name}{where}  until {iso(one.expires_at)}  {' '.join(one.scopes)}")
    storage.close()
    return 0


def stop(options: argparse.Namespace) -> int:
    """End a token; one that is over stays as it is."""
    storage = Storage(load_config(options.instance).database_url)
    try:
        with storage.writing() as session:
            found = session.get(ApiToken, options.number) if 0 < options.number < _MOST_NUMBER else None
            if found is None:
                raise FieldError("number", f"There is no token {options.number}.", code="unknown_token")
            end_token(session, found, now=int(time.time()), by=None)
    finally:
        storage.close()
    answer(f"token {options.number} is ended")
    return 0


def _site(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    found = session.scalar(select(Site.id).where(Site.name_folded == folded(" ".join(name.split()))))
    if found is None:
        raise FieldError("site", f"There is no site named {name!r:.140}.", code="unknown_site")
    return found
