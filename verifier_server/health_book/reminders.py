"""A reminder before a pass expires: one message for each phone and round, with no name in it.

Somebody else may look at a phone: the message says that a code of the health book expires, on which day, and nothing
more. A pass is told once.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.health_book.messages import queue
from verifier_server.health_book.tables import PassReminder
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.web.display import day_of

if TYPE_CHECKING:
    from verifier_server.storage import Storage

DAY = 86_400
_AT_ONCE = 500
_TEXT = "Ma QR trong So suc khoe dien tu het han ngay {day}. Hay mo So suc khoe de lay ma moi, hoac den tram y te."


def remind(storage: Storage, days: int, now: int) -> int:
    """Queue the reminders that are due; returns how many passes were told."""
    told = 0
    while piece := _piece(storage, days, now):
        told += piece
    return told


def _piece(storage: Storage, days: int, now: int) -> int:
    due = (
        select(IssuedPass.id, IssuedPass.expires_at, Person.phone)
        .join(Person, Person.id == IssuedPass.person_id)
        .where(
            IssuedPass.expires_at > now,
            IssuedPass.expires_at <= now + days * DAY,
            IssuedPass.superseded_by.is_(None),
            IssuedPass.revoked_at.is_(None),
            Person.phone.is_not(None),
            Person.merged_into.is_(None),
            Person.erased_at.is_(None),
            ~select(PassReminder.pass_id).where(PassReminder.pass_id == IssuedPass.id).exists(),
        )
        .order_by(IssuedPass.id)
        .limit(_AT_ONCE)
    )
    with storage.writing() as session:
        # A second worker in the same moment would tell twice: it waits for the first row, or fails on the second.
        rows = session.execute(due.with_for_update(of=IssuedPass)).all()
        session.add_all(PassReminder(pass_id=number, told_at=now) for number, _until, _phone in rows)
        session.flush()
        first: dict[str, int] = defaultdict(lambda: now + days * DAY)
        for _number, until, phone in rows:
            first[phone] = min(first[phone], until)
        for phone, until in first.items():
            queue(session, phone, _TEXT.format(day=day_of(until)), now=now, until=until)
    return len(rows)
