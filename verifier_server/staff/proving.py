"""Who sits at the command line: whoever decides there proves the account as at the log-in.

By its own password, and by the code that it is asked for there: its authenticator's, or its start code. Left out:
asking (:mod:`verifier_server.commands.deciding`), enrolling (a page), and what the account may do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_security.utils import verify_password

from verifier_server.errors import FieldError
from verifier_server.staff.accounts import account_of, checked_email
from verifier_server.staff.lockout import Attempts, Subject
from verifier_server.staff.second_factor import SecondFactor, is_asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier_server.config import ServerConfig
    from verifier_server.storage import Storage

HERE = "the command line"
"""Stands for the address of a request: wrong attempts from here count together, whatever the account."""


def prove(
    config: ServerConfig, storage: Storage, email: str, password: str, now: int, ask_code: Callable[[], str]
) -> None:
    """Refuse whoever does not know the account's password; wrong attempts count with those of the log-in pages.

    :param now: Unix seconds.
    :param ask_code: asks for a code of the second factor; called when the password is right and the account has one.
    :raises FieldError: ``wrong_password`` (also where there is no such account), ``wrong_code``, or
        ``too_many_attempts``.
    """
    address = checked_email(email)
    attempts = Attempts(storage, config.secret)
    subjects = attempts.account(address), attempts.address(HERE)
    _begin(attempts, subjects, now)
    if not _is_right(config, storage, address, password):
        raise FieldError(
            "by", "There is no open account with this address and password; nothing was done.", code="wrong_password"
        )
    attempts.right(*subjects)
    _prove_second(config, storage, address, now, ask_code)


def _prove_second(config: ServerConfig, storage: Storage, address: str, now: int, ask_code: Callable[[], str]) -> None:
    with storage.reading() as session:
        account = account_of(session, address)
        number = account.id if account is not None and is_asked(account) else None
    if number is None:
        return
    code, attempts = ask_code(), Attempts(storage, config.secret)
    subjects = attempts.second_factor(number), attempts.address(HERE)
    _begin(attempts, subjects, now)
    with storage.writing() as session:
        is_right = SecondFactor(config.secret).passes(session, number, code, now)
    if not is_right:
        raise FieldError("by", "The code is wrong, or was used already; nothing was done.", code="wrong_code")
    attempts.right(*subjects)


def _begin(attempts: Attempts, subjects: tuple[Subject, Subject], now: int) -> None:
    if wait := attempts.begin(subjects, now):
        raise FieldError(
            "by", f"Too many wrong attempts: nothing was done; wait {wait} seconds.", code="too_many_attempts"
        )


def _is_right(config: ServerConfig, storage: Storage, address: str, password: str) -> bool:
    with storage.reading() as session:
        account = account_of(session, address)
        known = account.password if account is not None and account.active else None
    if known is None:
        return False
    from verifier_server.app import create_app  # noqa: PLC0415  all of the pages; most calls need none

    with create_app(config).app_context():  # which knows how passwords are hashed
        return bool(verify_password(password, known))
