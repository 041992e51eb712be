"""Daily caps on issuing: for one account, one site, and the whole register; with an alarm before and at each.

A cap is the answer to sold access (FIELD: one account, 50,000 passes). It is counted from the rows of the day, so
no counter can be wrong or set back. The alarm is raised by the pass that reaches the mark, in its transaction: it
cannot be lost with the request that is refused after it.

The account's own row is locked while its passes of the day are counted, so that many requests at one moment do not
pass together. Site and register are counted without a lock, which would make all workers wait for each other: they
may be passed by what is under way at one moment. The command line is never refused; it alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, select

from verifier_server.alarms.raising import Occasion, raise_once
from verifier_server.checks import VIETNAM, today_at
from verifier_server.errors import NotIssuable
from verifier_server.passes.tables import IssuedPass
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, ScalarSelect
    from sqlalchemy.orm import Session

NEAR = 0.8
COMMAND_LINE = 0

_ROW = IssuedPass.__table__.c
_TODAY = _ROW.issued_at >= bindparam("midnight")


def _rows(condition: ColumnElement[bool], limit: str) -> ScalarSelect[int]:
    # Never more rows are read than the cap has: an index of the account (site) and the time leads to them.
    rows = select(_ROW.id).where(condition, _TODAY).limit(bindparam(limit))
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


# From the day's first row to the newest: two look-ups, and not half a million rows for each pass.
_REGISTER = (
    select(_ROW.id).where(_TODAY).order_by(_ROW.issued_at, _ROW.id).limit(1).scalar_subquery().label("first"),
    select(func.max(_ROW.id)).scalar_subquery().label("newest"),
)
_OF_SITE = _rows(_ROW.site_id == bindparam("site"), "most_of_site").label("site")
_COUNTS = {
    False: select(_rows(_ROW.issued_by.is_(None), "most_of_account").label("account"), _OF_SITE, *_REGISTER),
    True: select(
        _rows(_ROW.issued_by == bindparam("account"), "most_of_account").label("account"), _OF_SITE, *_REGISTER
    ),
}
"""What the day has of an account (False: of the command line), a site and the register, in one statement."""
_LOCKED = (
    select(Account.__table__.c.id).where(Account.__table__.c.id == bindparam("account")).with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Caps:
    """How many passes may be issued in a day (Vietnam's), by one account, at one site, and in the whole register."""

    account: int = 2_000
    site: int = 5_000
    register: int = 500_000


class Scope(NamedTuple):
    """What is counted: an account, a site, or the register."""

    kind: str
    id: int


class Budget:
    """What may still be issued in one transaction; begins with what the day has already."""

    def __init__(
        self, session: Session, caps: Caps, requests: Iterable[tuple[int | None, int | None]], now: int
    ) -> None:
        """Count the day for everybody who asks.

        :param requests: account and site of each request; None: the command line, no site.
        """
        self._session, self._caps, self._now = session, caps, now
        self._midnight = int(datetime.combine(today_at(now), datetime.min.time(), VIETNAM).timestamp())
        self._used: dict[Scope, int] = {}
        self._before: dict[Scope, int] = {}
        for account, site in sorted(set(requests), key=str):
            self._count(account, site)

    def take(self, account: int | None, site: int | None) -> None:
        """Take one pass out of every budget it belongs to.

        :raises NotIssuable: one of them is used up; the command line is never refused.
        """
        scopes = _scopes(account, site)
        if account is not None:
            for scope in scopes:
                if self._used[scope] >= self._limit(scope):
                    raise _refusal(scope, self._limit(scope))
        for scope in scopes:
            self._used[scope] += 1

    def alarm(self, sites: dict[Scope, int | None], by: int | None) -> None:
        """Raise what was reached in this transaction: at 80 % of a cap, and at the cap."""
        for scope, used in self._used.items():
            limit = self._limit(scope)
            for kind, mark in (("cap_near", _near(limit)), ("cap_reached", limit)):
                if self._before[scope] < used and used >= mark:
                    occasion = Occasion(kind, scope.kind, scope.id, sites.get(scope), used, limit)
                    raise_once(self._session, occasion, by=by, now=self._now)

    def _limit(self, scope: Scope) -> int:
        limit: int = getattr(self._caps, scope.kind)
        return limit

    def _count(self, account: int | None, site: int | None) -> None:
        connection = self._session.connection()
        if account is not None and connection.dialect.name != "sqlite":  # which has one writer anyway
            connection.execute(_LOCKED, {"account": account})
        asked = {"account": account, "site": site, "midnight": self._midnight}
        most = {"most_of_account": self._caps.account + 1, "most_of_site": self._caps.site + 1}
        found = connection.execute(_COUNTS[account is not None], asked | most).one()
        in_register = 0 if found.first is None else found.newest - found.first + 1
        counts = {"account": found.account, "site": found.site, "register": in_register}
        for scope in _scopes(account, site):
            self._used.setdefault(scope, counts[scope.kind])
            self._before.setdefault(scope, counts[scope.kind])


def _scopes(account: int | None, site: int | None) -> list[Scope]:
    found = [Scope("account", account or COMMAND_LINE), Scope("register", 0)]
    return found if site is None else [*found, Scope("site", site)]


def _near(limit: int) -> int:
    return max(1, int(limit * NEAR))


def _refusal(scope: Scope, limit: int) -> NotIssuable:
    what = {"account": "This account has", "site": "This site has", "register": "The register has"}[scope.kind]
    return NotIssuable(
        f"{what} issued {limit} passes today, which is the most for one day. An administrator was told.",
        code="cap_reached",
        scope=scope.kind,
        limit=limit,
    )
