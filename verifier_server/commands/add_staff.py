"""`checkpoint-server add-staff`: an account, with a generated password that is told once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from keys.files import read_private
from verifier_server.app import create_app
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.sites.rules import site_named
from verifier_server.staff.accounts import add_account, new_password
from verifier_server.staff.approving import is_waiting
from verifier_server.staff.permissions import ROLES
from verifier_server.web.services import services

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "add-staff",
        help="add a staff account",
        description="Adds a staff account and prints its generated password once.",
    )
    parser.add_argument("--email", required=True, help="the address to log in with")
    parser.add_argument("--role", required=True, choices=ROLES)
    parser.add_argument("--site", metavar="NAME", help="the site of this person; a vaccinator and a site lead need one")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="a file of mode 0600 with the password, instead of a generated one",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the account."""
    given = options.password_file
    password = read_private(given).decode().strip() if given else new_password()
    app = create_app(load_config(options.instance))
    with app.app_context(), services().storage.writing() as session:
        now = int(time.time())
        site_id = site_named(session, options.site, now=now).id if options.site else None
        account = add_account(
            session, email=options.email, role=options.role, password=password, now=now, site_id=site_id
        )
        waiting = is_waiting(account)
    say(f"added {account.email} ({options.role})")
    if waiting:
        say("it may do nothing until an administrator confirms it on the page of accounts")
    if not given:
        say("the password, shown only now:")
        answer(password)
    return 0
