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

from sqlalchemy import func, select

from verifier_server.alarms.raising import Occasion, raise_once
from verifier_server.checks import VIETNAM, today_at
from verifier_server.errors import NotIssuable
from verifier_server.passes.tables import IssuedPass
from verifier_server.staff.tables import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

NEAR = 0.8
COMMAND_LINE = 0


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
            for scope in _scopes(account, site):
                if scope not in self._used:
                    self._used[scope] = self._before[scope] = self._counted(scope)

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

    def _counted(self, scope: Scope) -> int:
        if scope.kind == "register":
            return self._in_the_register()
        if scope.kind == "site":
            return self._rows(IssuedPass.site_id == scope.id, self._caps.site)
        if scope.id == COMMAND_LINE:
            return self._rows(IssuedPass.issued_by.is_(None), self._caps.account)
        self._session.execute(select(Account.id).where(Account.id == scope.id).with_for_update(key_share=True))
        return self._rows(IssuedPass.issued_by == scope.id, self._caps.account)

    def _rows(self, condition: ColumnElement[bool], limit: int) -> int:
        # Never more rows are read than the cap has: an index of the account (site) and the time leads to them.
        rows = select(IssuedPass.id).where(condition, IssuedPass.issued_at >= self._midnight).limit(limit + 1)
        return self._session.scalar(select(func.count()).select_from(rows.subquery())) or 0

    def _in_the_register(self) -> int:
        # From the day's first row to the newest: two look-ups, and not half a million rows for each pass.
        first = self._session.scalar(
            select(IssuedPass.id)
            .where(IssuedPass.issued_at >= self._midnight)
            .order_by(IssuedPass.issued_at, IssuedPass.id)
            .limit(1)
        )
        newest = self._session.scalar(select(func.max(IssuedPass.id)))
        return 0 if first is None or newest is None else newest - first + 1


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
