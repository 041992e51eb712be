"""Tokens of other systems: making one, finding one by what a request carries, ending one.

Each token acts as an account of its own that nobody can log in with, so that the register, the audit, caps and
"revoke what this account has issued" hold for other systems as they do for people. What a token is good for are
its scopes alone: its account has no role. The token itself is shown once.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from verifier_server.api.scopes import Scope
from verifier_server.api.tables import ApiToken
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import one_line
from verifier_server.errors import FieldError
from verifier_server.sites.tables import Site
from verifier_server.staff.accounts import OF_SYSTEMS
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

LONGEST_NAME = 80
USUAL_DAYS = 90
MOST_DAYS = 366
DAY = 86_400
_PREFIX = "cqr_"
_HOUR = 3600
_WRITTEN_SO = select(ApiToken).where(ApiToken.token_hash == bindparam("hash"))


def add_token(
    session: Session,
    *,
    name: str,
    scopes: Iterable[str],
    days: int,
    now: int,
    site_id: int | None = None,
    by: int | None = None,
    form_token: str | None = None,
) -> tuple[ApiToken, str | None]:
    """Make a token; returns its row and the token itself, or None when this form has made it before.

    :param days: how long it works.
    :param by: the account that asks; None: the command line, which makes none that proposes revocations, because a
        proposal is somebody's.
    :raises FieldError: the name, a scope, the days or the site is wrong.
    """
    if form_token and (known := session.scalar(select(ApiToken).where(ApiToken.form_token == form_token))):
        return known, None
    clean, chosen = one_line("name", name, longest=LONGEST_NAME), checked_scopes(scopes)
    _check(session, chosen, days, site_id, by)
    text = _PREFIX + secrets.token_urlsafe(32)
    account = _account(session, now, site_id, by)
    token = ApiToken(
        name=clean,
        token_hash=_hashed(text),
        scopes=chosen,
        account_id=account.id,
        site_id=site_id,
        made_at=now,
        made_by=by,
        expires_at=now + days * DAY,
        form_token=form_token,
    )
    session.add(token)
    session.flush()
    details = {"name": clean, "scopes": chosen, "expires_at": token.expires_at, "account": account.id}
    record(
        session,
        Happening(Kind.API_TOKEN_ADDED, "api_token", token.id, account=by, site=site_id, details=details),
        at=now,
    )
    return token, text


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """Return the scopes in the order of the table.

    :raises FieldError: none, or one that is not known.
    """
    wanted = set(scopes)
    if not wanted or wanted - set(Scope):
        raise FieldError("scopes", f"Choose one or more of {', '.join(Scope)}.", code="bad_scopes")
    return [scope.value for scope in Scope if scope in wanted]


def end_token(session: Session, token: ApiToken, *, now: int, by: int | None) -> None:
    """End a token at once; one that is over already stays as it is."""
    if token.ended_at is not None:
        return
    token.ended_at = now
    record(session, Happening(Kind.API_TOKEN_ENDED, "api_token", token.id, account=by, site=token.site_id), at=now)


def token_of(session: Session, text: str, now: int) -> ApiToken | None:
    """Return the token that works now and is written like this, if there is one."""
    found = session.scalar(_WRITTEN_SO, {"hash": _hashed(text)})
    return found if found is not None and works(found, now) else None


def works(token: ApiToken, now: int) -> bool:
    """Whether a token is neither ended nor expired."""
    return token.ended_at is None and now < token.expires_at


def is_used_again(token: ApiToken, now: int) -> bool:
    """Whether the time of use that the row holds is older than an hour."""
    return token.used_at is None or now - token.used_at >= _HOUR


def all_tokens(session: Session) -> Sequence[ApiToken]:
    """Every token, the newest first."""
    return session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).all()


def _check(session: Session, scopes: list[str], days: int, site_id: int | None, by: int | None) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise FieldError(
            "days", f"This must be from 1 to {MOST_DAYS}.", code="number_out_of_range", least=1, most=MOST_DAYS
        )
    if by is None and Scope.REVOCATIONS_PROPOSE in scopes:
        raise FieldError(
            "scopes",
            "A token that proposes revocations is made on the page, by the administrator in whose name it proposes.",
            code="proposes_for_nobody",
        )
    if site_id is not None and session.get(Site, site_id) is None:
        raise FieldError("site", "There is no such site.", code="unknown_site")


def _account(session: Session, now: int, site_id: int | None, by: int | None) -> Account:
    account = Account(
        email=f"api-{secrets.token_hex(8)}{OF_SYSTEMS}",
        password="!",  # no hash: no password is right  # noqa: S106
        active=False,
        fs_uniquifier=secrets.token_hex(32),
        site_id=site_id,
        created_at=now,
        role_by=by,
    )
    session.add(account)
    session.flush()
    return account


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
