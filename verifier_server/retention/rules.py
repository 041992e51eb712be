"""The rules: which rows go, how long they are kept, and from which day on that holds.

A rule's settings are dated: a longer or shorter time is a further line and not another one, so that it can be said
later what was deleted when, and why. People, doses, passes, the signer's log and the audit have no rule: they go by
an erasure that the law asks for, or not at all. A row that another row refers to stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select

from verifier_server.checks import today_at
from verifier_server.jobs.tables import Job
from verifier_server.scanners.tables import EnrolmentCode
from verifier_server.schema import METADATA
from verifier_server.staff.tables import LoginAttempts, RecoveryCode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from verifier_server.storage import Storage
    from verifier_server.tables import Base

PIECE = 1000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of row.

    :ivar name: what it is called in reports.
    :ivar when: the column with the time that counts, in Unix seconds; a row without one stays.
    :ivar kept: for how many days, each from the day on which that began to hold; in the order of these days.
    :ivar why: the reason, for whoever asks.
    """

    name: str
    table: type[Base]
    when: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    kept: tuple[tuple[date, int], ...]
    why: str

    def days(self, today: date) -> int | None:
        """For how many days such rows are kept now; None: the rule does not hold yet."""
        return next((days for since, days in reversed(self.kept) if since <= today), None)


_BEGINNING = date(2021, 1, 1)
RULES: list[Rule] = [
    Rule(
        "wrong log-ins", LoginAttempts, LoginAttempts.last_at, ((_BEGINNING, 1),), "the limit forgets them after a day"
    ),
    Rule("enrolment codes", EnrolmentCode, EnrolmentCode.expires_at, ((_BEGINNING, 30),), "nobody can use them"),
    Rule("recovery codes", RecoveryCode, RecoveryCode.used_at, ((_BEGINNING, 365),), "each is good for one log-in"),
    Rule("ended jobs", Job, Job.ended_at, ((_BEGINNING, 90),), "what they did stands in the register and the audit"),
]


def register(rule: Rule) -> Rule:
    """Add a rule of another part's table."""
    RULES.append(rule)
    return rule


def due(session: Session, rule: Rule, now: int) -> int:
    """Count the rows that a rule would delete now."""
    condition = _condition(rule, now)
    if condition is None:
        return 0
    return session.scalar(select(func.count()).select_from(rule.table).where(condition)) or 0


def follow(storage: Storage, rule: Rule, now: int) -> int:
    """Delete what a rule deletes, in pieces, each a transaction of its own; returns how many rows."""
    condition, deleted = _condition(rule, now), 0
    if condition is None:
        return 0
    key = rule.table.__table__.primary_key.columns.values()[0]
    while True:
        with storage.writing() as session:
            numbers = list(session.scalars(select(key).where(condition).limit(PIECE)))
            session.execute(delete(rule.table).where(key.in_(numbers)))
        deleted += len(numbers)
        if len(numbers) < PIECE:
            return deleted


def _condition(rule: Rule, now: int) -> ColumnElement[bool] | None:
    days = rule.days(today_at(now))
    if days is None:
        return None
    condition = rule.when < now - days * DAY
    for key in _referring(rule.table.__tablename__):
        condition &= ~exists().where(key.parent == key.column)
    return condition


def _referring(name: str) -> list:
    return [
        key
        for table in METADATA.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == name and table.name != name
    ]
