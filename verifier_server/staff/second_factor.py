"""The second factor: codes of an authenticator application (TOTP, RFC 6238) and recovery codes, each of them once.

The secret is encrypted with a key derived from the server's secret (passlib's wallet), so that a copy of the database
makes no codes. Recovery codes have 79 bits and are kept as hashes. Left out: pages, and how often one may try.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import delete, func, select, update

from verifier_server.staff.accounts import new_password
from verifier_server.staff.permissions import Permission, permissions_of
from verifier_server.staff.tables import Account, RecoveryCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from keys.secret import Secret

ISSUER = "Checkpoint QR"
METHOD = "authenticator"
START = "start"
RECOVERY_CODES = 8
# A code of the half minute before and after is right too: a phone's clock may be that wrong.
WINDOW = 30

ASKED_FOR = frozenset(
    {
        Permission.PASSES_ISSUE,
        Permission.REVOCATIONS_PROPOSE,
        Permission.REVOCATIONS_APPROVE,
        Permission.SCANNERS_WRITE,
        Permission.SITES_WRITE,
        Permission.ACCOUNTS_WRITE,
    }
)
"""Whoever has one of these issues, approves or administers, and does nothing without a second factor."""


def is_required(account: Account) -> bool:
    """Whether the account's role cannot be without a second factor."""
    return bool(permissions_of(role.name for role in account.roles) & ASKED_FOR)


def is_asked(account: Account) -> bool:
    """Whether there is something to ask the account for: an authenticator's code, or its start code."""
    return account.tf_primary_method is not None or account.tf_totp_secret is not None


def has_authenticator(account: Account) -> bool:
    """Whether the account has enrolled an authenticator."""
    return account.tf_totp_secret is not None


class SecondFactor:
    """The codes of one server's accounts.

    :param secret: the server's secret; with another one, every account enrols anew.
    """

    def __init__(self, secret: Secret) -> None:
        key = hmac.digest(secret.unsafe_reveal(), b"second factor", "sha256").hex()
        self._totp = TOTP.using(issuer=ISSUER, secrets={"1": key})

    def new_secret(self) -> str:
        """A new authenticator's secret, encrypted."""
        made: str = self._totp.new().to_json(encrypt=True)
        return made

    def address(self, secret: str, email: str) -> str:
        """What the authenticator reads from a QR code: ``otpauth://totp/…``."""
        said: str = self._totp.from_source(secret).to_uri(email)
        return said

    def typed(self, secret: str) -> str:
        """The same to type: base 32 in groups of four."""
        said: str = self._totp.from_source(secret).pretty_key(sep=" ")
        return said

    def counter(self, secret: str, code: str, now: int, last: int | None = None) -> int | None:
        """The half minute that the code is of; None when it is wrong, or not newer than ``last``."""
        try:
            return int(self._totp.verify(code, secret, time=now, window=WINDOW, last_counter=last).counter)
        except TokenError:
            return None

    def enrol(self, session: Session, account_id: int, secret: str, code: str, now: int) -> list[str] | None:
        """Keep a new authenticator that has shown a right code; returns new recovery codes, None for a wrong code."""
        counter = self.counter(secret, code, now)
        if counter is None:
            return None
        account = session.get_one(Account, account_id, with_for_update=True)
        account.tf_primary_method, account.tf_totp_secret, account.tf_last_counter = METHOD, secret, counter
        return new_recovery_codes(session, account_id)

    def passes(self, session: Session, account_id: int, code: str, now: int) -> bool:
        """Whether a code is the account's, and use it up: digits are the authenticator's, all else a recovery code."""
        plain = "".join(code.split())
        if session.scalar(select(Account.tf_primary_method).where(Account.id == account_id)) == START:
            return _is_start_code(session, account_id, plain)
        if not (plain.isascii() and plain.isdigit()):
            return _use_recovery_code(session, account_id, plain, now)
        account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
        if account.tf_totp_secret is None:
            return False
        counter = self.counter(account.tf_totp_secret, plain, now, account.tf_last_counter)
        if counter is not None:
            account.tf_last_counter = counter
        return counter is not None


def new_recovery_codes(session: Session, account_id: int) -> list[str]:
    """Make a new set, told once; the ones before work no longer."""
    codes = [new_password() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(code)) for code in codes)
    return codes


def new_start_code(session: Session, account: Account) -> str:
    """Make the code that the first log-in needs besides the password; enrolling an authenticator ends it."""
    code = new_password()
    account.tf_primary_method = START
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.add(RecoveryCode(account_id=account.id, code_hash=_hash(code)))
    return code


def codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes still work."""
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def reset(session: Session, account: Account) -> None:
    """Take the second factor from an account, and end its sessions: the next log-in enrols a new one."""
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    account.fs_uniquifier = secrets.token_hex(32)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _is_start_code(session: Session, account_id: int, code: str) -> bool:
    meant = RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _hash(code)
    return session.scalar(select(RecoveryCode.id).where(*meant)) is not None


def _use_recovery_code(session: Session, account_id: int, code: str, now: int) -> bool:
    # One statement: of two requests with one code, one changes the row.
    meant = RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _hash(code)
    used = session.execute(update(RecoveryCode).where(*meant, RecoveryCode.used_at.is_(None)).values(used_at=now))
    return used.rowcount == 1


def _hash(code: str) -> str:
    return sha256(code.replace("-", "").lower().encode()).hexdigest()
