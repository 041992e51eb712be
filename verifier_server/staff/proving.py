"""Who sits at the command line: whoever decides there proves the account by its own password, as at the log-in.

The one place for it: a second factor at the command line is asked for here. Left out: asking
(:mod:`verifier_server.commands.deciding`), and what the account may do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_security.utils import verify_password

from verifier_server.app import create_app
from verifier_server.errors import FieldError
from verifier_server.staff.accounts import account_of, checked_email
from verifier_server.staff.lockout import Attempts

if TYPE_CHECKING:
    from verifier_server.config import ServerConfig
    from verifier_server.storage import Storage

HERE = "the command line"
"""Stands for the address of a request: wrong attempts from here count together, whatever the account."""


def prove(config: ServerConfig, storage: Storage, email: str, password: str, now: int) -> None:
    """Refuse whoever does not know the account's password; wrong attempts count with those of the log-in page.

    :param now: Unix seconds.
    :raises FieldError: ``wrong_password`` (also where there is no such account), or ``too_many_attempts``.
    """
    address = checked_email(email)
    attempts = Attempts(storage, config.secret)
    subjects = attempts.account(address), attempts.address(HERE)
    if wait := attempts.begin(subjects, now):
        raise FieldError(
            "by", f"Too many wrong attempts: nothing was done; wait {wait} seconds.", code="too_many_attempts"
        )
    if not _is_right(config, storage, address, password):
        raise FieldError(
            "by", "There is no open account with this address and password; nothing was done.", code="wrong_password"
        )
    attempts.right(*subjects)


def _is_right(config: ServerConfig, storage: Storage, address: str, password: str) -> bool:
    with storage.reading() as session:
        account = account_of(session, address)
        known = account.password if account is not None and account.active else None
    if known is None:
        return False
    with create_app(config).app_context():  # which knows how passwords are hashed
        return bool(verify_password(password, known))
