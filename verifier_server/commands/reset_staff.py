"""`checkpoint-server reset-staff`: a way back in for an account, when no administrator can help on a page.

It makes a new password, takes the second factor and the wait away, and ends the sessions. Who may run it holds the
instance folder, and with it the secrets of all accounts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask_security.utils import hash_password

from verifier_server.app import create_app
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.errors import FieldError
from verifier_server.staff import lockout
from verifier_server.staff.accounts import account_of, checked_email, new_password
from verifier_server.staff.approving import is_waiting, reset_second_factor
from verifier_server.staff.login import attempts
from verifier_server.web.services import services

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "reset-staff",
        help="a new password and second factor for an account",
        description="Makes a new password for an account, printed once, takes its second factor and its wait after "
        "wrong attempts away, and ends its sessions. An account that approves waits for a second person again, "
        "unless fewer than two others are confirmed.",
    )
    parser.add_argument("--email", required=True, help="the account's address")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Reset the account."""
    address, password, now = checked_email(options.email), new_password(), int(time.time())
    app = create_app(load_config(options.instance))
    with app.app_context(), services().storage.writing() as session:
        account = account_of(session, address)
        if account is None:
            raise FieldError("email", f"There is no account {address}.", code="unknown_account")
        account.password = hash_password(password)
        reset_second_factor(session, account, by=None, now=now)
        for subject in (attempts().account(address), attempts().second_factor(account.id)):
            lockout.forget(session, subject)
        waiting = is_waiting(account)
    say(f"reset {address}; the next log-in enrols a new authenticator")
    if waiting:
        say("it may do nothing until an administrator confirms it on the page of accounts")
    say("the new password, shown only now:")
    answer(password)
    return 0
