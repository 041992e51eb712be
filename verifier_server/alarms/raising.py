"""Raising and acknowledging alarms, each in the transaction of what caused it and with its event.

Left out: what is alarming (the parts say so), and sending it anywhere (the pages show it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from verifier_server.alarms.tables import Alarm
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import one_line, today_at
from verifier_server.errors import FieldError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.staff.tables import Account

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is alarming: the kind, the account, site or register that it is about, the figure and its limit."""

    kind: str
    scope: str
    scope_id: int
    site_id: int | None
    count: int
    limit: int


def raise_once(session: Session, occasion: Occasion, *, by: int | None, now: int) -> bool:
    """Raise an alarm unless there is one of this kind, scope and day; returns whether it is new.

    Two workers at one moment make one row: the second meets the unique constraint and writes nothing.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {name: getattr(occasion, name) for name in ("kind", "scope", "scope_id", "site_id", "count", "limit")}
    made = session.execute(
        insert(Alarm.__table__)  # type: ignore[operator]  one of two functions of the same use
        .values(**values, day=today_at(now), raised_at=now)
        .on_conflict_do_nothing()
        .returning(Alarm.__table__.c.id)
    ).scalar_one_or_none()
    if made is None:
        return False
    details = {"kind": occasion.kind, "scope": occasion.scope, "id": occasion.scope_id, "count": occasion.count}
    record(session, Happening(Kind.ALARM_RAISED, "alarm", made, by, occasion.site_id, details=details), at=now)
    return True


def acknowledge(session: Session, number: int, note: str, *, account: Account, now: int) -> Alarm:
    """Note that somebody has looked at an alarm and what came of it; the second press changes nothing.

    :raises FieldError: there is no such alarm, no note, or the alarm is about the one who acknowledges.
    """
    clean = one_line("note", note, longest=LONGEST_NOTE)
    alarm = session.get(Alarm, number, with_for_update=True, populate_existing=True)
    if alarm is None:
        raise FieldError("alarm", "There is no alarm with this number.", code="unknown_alarm")
    if alarm.scope == "account" and alarm.scope_id == account.id:
        raise FieldError("alarm", "This alarm is about your own account: somebody else looks at it.", code="own_alarm")
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by, alarm.note = now, account.id, clean
        session.flush()
        seen = Happening(Kind.ALARM_ACKNOWLEDGED, "alarm", alarm.id, account.id, alarm.site_id, details={"note": clean})
        record(session, seen, at=now)
    return alarm
