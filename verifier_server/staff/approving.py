"""Two people for every account that may approve or make accounts, so that nobody is the second person too.

Whoever makes such an account, gives such a role, or resets such an account's second factor, has only asked: the account
may do nothing until another administrator confirms it. The one who asks knows the password, the one who confirms hears
the start code, and the first log-in needs both. Only the set-up makes two such accounts alone, at the command line.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import ServerError
from verifier_server.staff import second_factor
from verifier_server.staff.accounts import check_role, confirmed_at_once, role_named
from verifier_server.staff.permissions import approves
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def is_waiting(account: Account) -> bool:
    """Whether the account may do nothing yet, because a second person has not confirmed it."""
    return approves(role.name for role in account.roles) and account.confirmed_at is None


def confirm(session: Session, account: Account, *, by: int, now: int) -> str:
    """Confirm a waiting account as the second person; returns the start code, told once.

    :raises ServerError: it does not wait, or ``by`` asked for it.
    """
    held = session.get_one(Account, account.id, with_for_update=True, populate_existing=True)
    if not is_waiting(held):
        raise ServerError("This account does not wait for anybody.", code="account_not_waiting")
    if by in {held.role_by, held.id}:
        raise ServerError("Another administrator than the one who asked must confirm it.", code="account_same_person")
    second_factor.reset(session, held)
    held.confirmed_at = now
    code = second_factor.new_start_code(session, held)
    record(session, Happening(Kind.ACCOUNT_CONFIRMED, "account", held.id, account=by), at=now)
    return code


def set_role(session: Session, account: Account, role: str, site_id: int | None, *, by: int, now: int) -> None:
    """Give an account another role and site; its sessions end, and an approving one waits for a second person.

    :raises FieldError: the role is unknown, or needs a site.
    """
    check_role(role, site_id)
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    account.roles = [role_named(session, role)]
    account.site_id = site_id
    account.role_by, account.confirmed_at = by, None
    account.fs_uniquifier = secrets.token_hex(32)
    details = {"role": role, "site": site_id}
    record(session, Happening(Kind.ACCOUNT_ROLE_CHANGED, "account", account.id, account=by, details=details), at=now)


def reset_second_factor(session: Session, account: Account, *, by: int | None, now: int) -> None:
    """Take an account's second factor; an approving one waits for a second person again.

    :param by: the account that asks; None: the command line.
    """
    second_factor.reset(session, account)
    account.role_by = by
    account.confirmed_at = None
    session.flush()
    account.confirmed_at = confirmed_at_once(session, (role.name for role in account.roles), by=by, now=now)
    record(session, Happening(Kind.SECOND_FACTOR_RESET, "account", account.id, account=by), at=now)
