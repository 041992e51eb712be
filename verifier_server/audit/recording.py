"""Recording what happens, in the transaction in which it happens: both are committed, or neither.

One call takes one change or thousands; each is one row of three tables, written by three statements
however many there are. Left out: chaining them (:mod:`verifier_server.audit.sealing`), which would make
all workers wait for each other.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert

from verifier_server.audit.canonical import SALT_BYTES, commitment_of, details_text
from verifier_server.audit.tables import AuditDetail, AuditEvent, AuditWaiting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy.orm import Session

    from verifier_server.audit.kinds import Kind

_EVENT, _DETAIL, _WAITING = (table.__table__ for table in (AuditEvent, AuditDetail, AuditWaiting))
_NEW_EVENTS = insert(_EVENT).returning(_EVENT.c.id, sort_by_parameter_order=True)
_NEW_DETAILS, _NEW_WAITING = insert(_DETAIL), insert(_WAITING)


@dataclass(frozen=True, slots=True)
class Happening:
    """One change: to what, by which account (None: the command line), at which site, about which person.

    :ivar subject: the table's name of what was changed, as ``dose``; ``subject_id`` is its row.
    :ivar person: the person in the register whose data ``details`` holds, or None when it holds nobody's.
    :ivar details: what else is to be known, as JSON has it; erased with the person.
    """

    kind: Kind
    subject: str
    subject_id: int
    account: int | None = None
    site: int | None = None
    person: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def record(session: Session, *happenings: Happening, at: int) -> list[int]:
    """Write events into the caller's transaction; returns their numbers in the order given.

    :param at: Unix seconds.
    :raises TypeError: a detail cannot be written as canonical JSON.
    """
    if not happenings:
        return []
    texts = [(os.urandom(SALT_BYTES), details_text(one.details)) for one in happenings]
    events = [_row(one, commitment_of(*text), at) for one, text in zip(happenings, texts, strict=True)]
    connection = session.connection()
    numbers = list(connection.scalars(_NEW_EVENTS, events))
    details = [
        {"event": number, "salt": salt, "details": text} for number, (salt, text) in zip(numbers, texts, strict=True)
    ]
    connection.execute(_NEW_DETAILS, details)
    connection.execute(_NEW_WAITING, [{"event": number} for number in numbers])
    return numbers


def _row(one: Happening, commitment: bytes, at: int) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "at": at,
        "account": one.account,
        "site": one.site,
        "subject": one.subject,
        "subject_id": one.subject_id,
        "person": one.person,
        "commitment": commitment,
    }
