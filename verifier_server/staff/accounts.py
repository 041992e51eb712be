"""Accounts of staff: making one, and a password that nobody chose.

Passwords are generated and told once; :mod:`verifier_server.staff.own_password` changes one in the browser.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask_security.utils import hash_password
from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.staff.permissions import OF_A_SITE, ROLES, approves
from verifier_server.staff.tables import Account, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

SHORTEST_PASSWORD = 12
AT_SET_UP = 2
OF_SYSTEMS = "@systems.invalid"
"""How the address ends of an account that another system's token acts as; nobody logs in with it."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
# No letters or digits that a person takes for each other.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Return a password of four groups, about 79 bits, that can be read out on a telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def add_account(
    session: Session,
    *,
    email: str,
    role: str,
    password: str,
    now: int,
    site_id: int | None = None,
    by: int | None = None,
) -> Account:
    """Make an account; inside of an application context, which knows how to hash.

    :param by: the account that asks; None: the command line.
    :raises FieldError: the address or role is wrong, the address is taken, the password is short, a site is missing.
    """
    address = checked_email(email)
    check_role(role, site_id)
    if len(password) < SHORTEST_PASSWORD:
        raise FieldError(
            "password", f"The password needs at least {SHORTEST_PASSWORD} characters.", code="short_password"
        )
    if account_of(session, address):
        raise FieldError("email", "There is an account with this address already.", code="email_taken")
    account = Account(
        email=address,
        password=hash_password(password),
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        site_id=site_id,
        created_at=now,
        roles=[role_named(session, role)],
        role_by=by,
        confirmed_at=confirmed_at_once(session, [role], by=by, now=now),
    )
    session.add(account)
    session.flush()
    details = {"email": address, "role": role, "site": site_id}
    record(session, Happening(Kind.ACCOUNT_ADDED, "account", account.id, account=by, details=details), at=now)
    return account


def confirmed_at_once(session: Session, roles: Iterable[str], *, by: int | None, now: int) -> int | None:
    """Return ``now`` for the first two approving accounts, which the set-up makes at the command line; else None."""
    if by is not None or not approves(roles):
        return None
    confirmed = session.scalars(select(Account).where(Account.active, Account.confirmed_at.is_not(None)))
    first_two = sum(approves(role.name for role in one.roles) for one in confirmed) < AT_SET_UP
    return now if first_two else None


def check_role(role: str, site_id: int | None) -> None:
    """Refuse a role that is not known, and one of a site without a site.

    :raises FieldError: says which.
    """
    if role not in ROLES:
        raise FieldError("role", f"The role must be one of {', '.join(ROLES)}.", code="bad_role")
    if role in OF_A_SITE and site_id is None:
        raise FieldError("site", f"A {role} acts for one site: name it.", code="site_needed")


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case; whether it receives mail does not matter here."""
    address = (text or "").strip().lower()
    if not (_EMAIL.fullmatch(address) and address.isascii()):
        raise FieldError("email", "This is not an e-mail address.", code="bad_email")
    return address


def account_of(session: Session, email: str) -> Account | None:
    """Return the account with this address, if there is one."""
    return session.scalar(select(Account).where(Account.email == email))


def all_accounts(session: Session) -> Sequence[Account]:
    """Every account, of people and of other systems, by address."""
    return session.scalars(select(Account).order_by(Account.email)).all()


def set_active(session: Session, account: Account, *, active: bool, now: int, by: int | None) -> None:
    """Open or close an account; closing also ends its sessions at once.

    :param by: the account that asks; None: the command line.
    """
    account.active = active
    account.fs_uniquifier = secrets.token_hex(32)
    kind = Kind.ACCOUNT_OPENED if active else Kind.ACCOUNT_CLOSED
    record(session, Happening(kind, "account", account.id, account=by), at=now)


def add_roles(session: Session) -> None:
    """Make sure that every role has its row."""
    for name in ROLES:
        role_named(session, name)


def role_named(session: Session, name: str) -> Role:
    """Return the row of a role, made when it is missing."""
    role = session.scalar(select(Role).where(Role.name == name))
    if role is None:
        role = Role(name=name)
        session.add(role)
        session.flush()
    return role
