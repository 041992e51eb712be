"""The register's rows held against their events: a row that was changed, removed or put in without an event shows.

People, doses, passes, accounts and tokens, each in the order of their numbers beside their events in the same order,
in flat memory and in one snapshot. Whoever may write to the database can change a row, and not write the event that
would go with it: that would stand in the chain with an account and a time. Left out: values that no event tells (a
person's paper and consent, a pass's text and what replaced it, passwords), and rows older than the audit, which are
counted only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select, type_coerce

from verifier_server.api.tables import ApiToken
from verifier_server.audit.findings import Count, Difference, Finding
from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.audit.telling import Happened, Told, tell
from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.staff.tables import Account, Role, account_role

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from verifier_server.storage import Storage

PIECE = 2000
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Subject:
    """One table: what the audit calls it, its rows in order, their values by the names of `telling`, and their age."""

    name: str
    rows: Select[Any]
    values: Callable[[Row[Any]], Values]
    made_at: str


def verify_rows(storage: Storage, count: Count) -> Iterator[Finding]:
    """Yield each row that its events tell otherwise, of one moment; ``count`` grows meanwhile."""
    with storage.reading() as session:
        if not storage.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield from differing_rows(session, count)


def differing_rows(session: Session, count: Count) -> Iterator[Finding]:
    """The same in the caller's transaction, table by table."""
    began = session.scalar(select(AuditEvent.at).order_by(AuditEvent.id).limit(1))
    for subject in (*_SUBJECTS, _accounts(session)):
        yield from _compared(session, subject, began, count)


def _compared(session: Session, subject: _Subject, began: int | None, count: Count) -> Iterator[Finding]:
    events = _told(session, subject.name)
    waiting = next(events, None)
    for row in _rows(session, subject):
        while waiting and waiting[0] < row.id:
            yield from _without_row(subject, *waiting)
            waiting = next(events, None)
        if waiting and waiting[0] == row.id:
            yield from _against(subject, row, *waiting)
            waiting = next(events, None)
            count.rows += 1
        elif began is None or not isinstance(made := getattr(row, subject.made_at), int) or made < began:
            count.older += 1
        else:
            detail = f"{subject.name} {row.id} has no event: it was put in by hand"
            yield Finding(Difference.ROW_WITHOUT_EVENT, None, None, detail)
    while waiting:
        yield from _without_row(subject, *waiting)
        waiting = next(events, None)


def _rows(session: Session, subject: _Subject) -> Iterator[Row[Any]]:
    try:
        yield from session.execute(subject.rows.execution_options(yield_per=PIECE))
    except (TypeError, ValueError) as problem:  # SQLite stores any type in any column
        raise ServerError(
            f"A row of {subject.name} holds a value of the wrong type: it was changed by hand.",
            code="audit_unreadable",
        ) from problem


def _without_row(subject: _Subject, number: int, told: Told, last: int) -> Iterator[Finding]:
    if not told.gone:
        detail = f"{subject.name} {number} is not there, and no event removes it (its last event is {last})"
        yield Finding(Difference.ROW_GONE, None, last, detail)


def _against(subject: _Subject, row: Row[Any], number: int, told: Told, last: int) -> Iterator[Finding]:
    if told.gone:
        detail = f"{subject.name} {number} is there, and event {last} removed it: it was put in by hand"
        yield Finding(Difference.ROW_DIFFERS, None, last, detail)
        return
    values = subject.values(row)
    differ = sorted(name for name, value in told.values.items() if name in values and values[name] != value)
    if differ:
        detail = f"{subject.name} {number}: {', '.join(differ)} not as its events say (the last is {last})"
        yield Finding(Difference.ROW_DIFFERS, None, last, detail)


def _told(session: Session, name: str) -> Iterator[tuple[int, Told, int]]:
    """The number of each row that has events, what they say together, and the last one's number."""
    for number, happened in groupby(_events(session, name), key=lambda pair: pair[0]):
        told, last = Told(), 0
        for _, one in happened:
            tell(told, one)
            last = one.event
        yield number, told, last


def _events(session: Session, name: str) -> Iterator[tuple[int, Happened]]:
    # Only the numbers are sorted: details of millions of events would be sorted on the disk.
    keys = (
        select(AuditEvent.subject_id, AuditEvent.id)
        .where(AuditEvent.subject == name)
        .order_by(AuditEvent.subject_id, AuditEvent.id)
        .execution_options(yield_per=PIECE)
    )
    found = iter(session.execute(keys))
    while piece := list(islice(found, PIECE)):
        events = _read(session, [event for _, event in piece])
        yield from ((number, events[event]) for number, event in piece)


def _read(session: Session, numbers: list[int]) -> dict[int, Happened]:
    query = (
        select(
            AuditEvent.id,
            AuditEvent.kind,
            AuditEvent.at,
            AuditEvent.account,
            AuditEvent.site,
            AuditEvent.person,
            AuditDetail.details,
        )
        .outerjoin(AuditDetail, AuditDetail.event == AuditEvent.id)
        .where(AuditEvent.id.in_(numbers))
    )
    return {row[0]: Happened(*row[:-1], _parsed(row[-1])) for row in session.execute(query)}


def _parsed(text: object) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:  # changed by hand: the verification of the chain says so
        return None
    return found if isinstance(found, dict) else None


def _accounts(session: Session) -> _Subject:
    roles: dict[int, list[str]] = {}
    held = select(account_role.c.account_id, Role.name).join(Role, Role.id == account_role.c.role_id)
    for account, role in session.execute(held):
        roles.setdefault(account, []).append(role)

    def values(row: Row[Any]) -> Values:
        mine = roles.get(row.id, [])
        return {
            "email": row.email,
            "active": row.active,
            "site": row.site_id,
            "confirmed": row.confirmed_at is not None,
            "role": mine[0] if len(mine) == 1 else mine,
        }

    # Accounts of other systems are made with their tokens, have no role and log in nowhere.
    people = Account.id.not_in(select(ApiToken.account_id))
    columns = (Account.id, Account.email, Account.active, Account.site_id, Account.confirmed_at, Account.created_at)
    return _Subject("account", select(*columns).where(people).order_by(Account.id), values, "created_at")


def _dose(row: Row[Any]) -> Values:
    own = ("number", "vaccine", "series", "lot", "vaccinator", "source")
    when = ("recorded_at", "recorded_by", "signed_off_at", "signed_off_by")
    values = {name: getattr(row, name) for name in (*own, *when)}
    return {**values, "given_on": str(row.given_on), "site": row.site_id, "person": row.person_id}


def _pass(row: Row[Any]) -> Values:
    own = ("form", "serial", "kid", "status", "doses", "series", "expires_at", "issued_at", "issued_by", "revoked_at")
    return {**{name: getattr(row, name) for name in own}, "site": row.site_id, "person": row.person_id}


def _person(row: Row[Any]) -> Values:
    own = ("name", "birth", "sex", "phone", "id_number", "merged_into")
    unit = f"{row.unit_version}:{row.unit}" if row.unit else None
    return {**{name: getattr(row, name) for name in own}, "unit": unit, "erased": row.erased_at is not None}


def _token(row: Row[Any]) -> Values:
    own = {name: getattr(row, name) for name in ("name", "scopes", "expires_at")}
    return {**own, "account": row.account_id, "site": row.site_id, "ended": row.ended_at is not None}


def _whole(table: Any, *without: str) -> Select[Any]:
    columns = [column for column in table.__table__.columns if column.name not in without]
    return select(*columns).order_by(table.id)


_SUBJECTS = (
    _Subject("person", _whole(Person, "name_folded", "name_plain"), _person, "created_at"),
    # The day as it is stored: SQLite would stop at one that was changed into no day.
    _Subject(
        "dose",
        _whole(Dose, "given_on").add_columns(type_coerce(Dose.given_on, String).label("given_on")),
        _dose,
        "recorded_at",
    ),
    _Subject("pass", _whole(IssuedPass, "text", "state"), _pass, "issued_at"),
    _Subject("api_token", _whole(ApiToken), _token, "made_at"),
)
