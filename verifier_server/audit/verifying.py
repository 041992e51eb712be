"""Holding the whole audit against itself and against the heads that were published: each difference by name.

It reads one snapshot, in pieces of the chain, so that memory stays flat however long the chain is, and
goes on after a difference: a link is held against the link before as it is stored, so that one change
makes one finding. Left out: rows of the register that no event speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from verifier_server.audit.canonical import EventFacts, commitment_of, first_previous, link_hash
from verifier_server.audit.findings import Count, Difference, Finding
from verifier_server.audit.heads import ANY_CHAIN, given_heads
from verifier_server.audit.kinds import Kind
from verifier_server.audit.sealing import FACTS
from verifier_server.audit.tables import AuditChain, AuditDetail, AuditEvent, AuditLink, AuditWaiting
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from keys.audit_heads import Head
    from verifier_server.storage import Storage

ROWS_AT_ONCE = 2000


@dataclass(slots=True)
class _Chain:
    """Where the reading of the chain stands."""

    seq: int
    hash: bytes
    heads: dict[int, list[tuple[str, bytes]]]
    count: Count


def verify(storage: Storage, count: Count, heads: Sequence[tuple[str, Head]] = ()) -> Iterator[Finding]:
    """Yield each difference, the first broken link first; ``count`` grows meanwhile.

    :param heads: heads that were published or kept, each with what it is to be called.
    """
    with storage.reading() as session:
        if not storage.is_sqlite:  # there a reading transaction is one snapshot by itself
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = session.get(AuditChain, 1)
        if row is None or not _is_whole(row):
            yield Finding(
                Difference.END_DIFFERS, None, None, "the row that says how far it is sealed is gone or damaged"
            )
            return
        yield from _other_chains(row.chain, heads)
        count.erasures = _erasures(session)
        chain = _Chain(0, first_previous(row.chain), _heads(session, row, heads), count)
        for link in _in_order(session):
            yield from _link(chain, link)
        yield from _end(chain, row)
        yield from _outside(session, count)


def _is_whole(row: AuditChain) -> bool:
    named = isinstance(row.chain, str) and re.fullmatch("[0-9a-f]{32}", row.chain)
    return bool(named) and type(row.seq) is int and isinstance(row.hash, bytes)


def _other_chains(name: str, heads: Sequence[tuple[str, Head]]) -> Iterator[Finding]:
    for called, head in heads:
        if head.chain not in {name, ANY_CHAIN}:
            detail = f"{called} is of the chain {head.chain}, and this database's chain is {name}"
            yield Finding(Difference.OTHER_CHAIN, None, None, detail)


def _heads(session: Session, row: AuditChain, heads: Sequence[tuple[str, Head]]) -> dict[int, list[tuple[str, bytes]]]:
    by_seq: dict[int, list[tuple[str, bytes]]] = {}
    for called, head in heads:
        if head.chain in {row.chain, ANY_CHAIN}:
            by_seq.setdefault(head.seq, []).append((called, bytes.fromhex(head.hash)))
    for seq, given in given_heads(session).items():
        by_seq.setdefault(seq, []).append(("the head that was given out", given))
    return by_seq


def _erasures(session: Session) -> dict[int, int]:
    newest = (
        select(AuditEvent.person, func.max(AuditEvent.id))
        .where(AuditEvent.kind == Kind.DETAILS_ERASED.value, AuditEvent.person.is_not(None))
        .group_by(AuditEvent.person)
    )
    return {person: event for person, event in session.execute(newest) if person is not None}


def _in_order(session: Session) -> Iterator[Row[Any]]:
    last = 0
    query = (
        select(
            AuditLink.seq,
            AuditLink.event,
            AuditLink.sealed_at,
            AuditLink.previous,
            AuditLink.hash,
            AuditDetail.salt,
            AuditDetail.details,
            *FACTS,
        )
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.event)
        .outerjoin(AuditDetail, AuditDetail.event == AuditLink.event)
        .order_by(AuditLink.seq)
        .limit(ROWS_AT_ONCE)
    )
    while rows := _rows(session, query, last):
        yield from rows
        last = rows[-1].seq


def _rows(session: Session, query: Select[Any], last: int) -> Sequence[Row[Any]]:
    try:
        rows = session.execute(query.where(AuditLink.seq > last)).all()
    except TypeError as problem:  # SQLite stores any type in any column
        raise _of_other_types(last) from problem
    if not all(type(row.seq) is int for row in rows):
        raise _of_other_types(last)
    return rows


def _of_other_types(last: int) -> ServerError:
    return ServerError(
        f"A link after link {last} of the audit chain holds a value of the wrong type: it was changed by hand.",
        code="audit_unreadable",
    )


def _link(chain: _Chain, row: Row[Any]) -> Iterator[Finding]:
    seq, event, sealed_at, previous, stored, salt, details, *fields = row
    facts = EventFacts(*fields)._replace(commitment=_as_bytes(fields[-1]))
    previous, stored = _as_bytes(previous), _as_bytes(stored)
    if seq != chain.seq + 1:
        first = chain.seq + 1
        what = f"link {first} is missing" if seq == first + 1 else f"links {first} to {seq - 1} are missing"
        yield Finding(Difference.LINK_MISSING, first, None, what)
    elif previous != chain.hash:
        detail = f"link {seq} does not hold the hash of link {chain.seq}: one of both was changed or put in"
        yield Finding(Difference.LINK_BEFORE_DIFFERS, seq, event, detail)
    if facts.event is None:
        detail = f"event {event} of link {seq} was removed"
        yield Finding(Difference.EVENT_GONE, seq, event, detail)
    else:
        yield from _event(seq, facts, stored, _made(previous, seq, sealed_at, facts))
        yield from _detail(chain.count, seq, facts, salt, details)
    yield from _against_heads(chain, seq, event, stored)
    chain.seq, chain.hash = seq, stored
    chain.count.links += 1


def _as_bytes(value: object) -> bytes:
    """The value; nothing that any hash has where somebody put a value of another type in."""
    return value if isinstance(value, bytes) else b""


def _made(previous: bytes, seq: int, sealed_at: int, facts: EventFacts) -> bytes | None:
    try:
        return link_hash(previous, seq, sealed_at, facts)
    except TypeError:  # a value that has no JSON was put in by hand
        return None


def _event(seq: int, facts: EventFacts, stored: bytes, made: bytes | None) -> Iterator[Finding]:
    if stored != made:
        detail = (
            f"event {facts.event} ({_named(facts)}) does not give the hash of link {seq}: "
            "the event or the link was changed"
        )
        yield Finding(Difference.EVENT_DIFFERS, seq, facts.event, detail)


def _detail(
    count: Count, seq: int | None, facts: EventFacts, salt: bytes | None, details: str | None
) -> Iterator[Finding]:
    if salt is None or details is None:
        # The newest erasure counts: an event that came after it has its details.
        if facts.person is not None and count.erasures.get(facts.person, 0) > facts.event:
            count.erased += 1
            return
        detail = f"the details of event {facts.event} ({_named(facts)}) are gone, and no erasure is recorded"
        yield Finding(Difference.DETAIL_GONE, seq, facts.event, detail)
    elif not isinstance(details, str) or commitment_of(_as_bytes(salt), details) != facts.commitment:
        detail = f"the details of event {facts.event} ({_named(facts)}) do not fit its commitment: one was changed"
        yield Finding(Difference.DETAIL_DIFFERS, seq, facts.event, detail)


def _against_heads(chain: _Chain, seq: int, event: int, stored: bytes) -> Iterator[Finding]:
    for called, digest in chain.heads.pop(seq, ()):
        if digest != stored:
            detail = (
                f"{called} says {digest.hex()} for link {seq}, and the chain has {stored.hex()}: "
                "the chain was rewritten up to here, or the head is not its own"
            )
            yield Finding(Difference.HEAD_DIFFERS, seq, event, detail)


def _end(chain: _Chain, row: AuditChain) -> Iterator[Finding]:
    chain.count.head = chain.hash.hex() if chain.seq else None
    if row.seq > chain.seq:
        detail = f"the chain ends with link {chain.seq}, and the sealer had come to {row.seq}: its tail was removed"
        yield Finding(Difference.TAIL_MISSING, chain.seq + 1, None, detail)
    elif (row.seq, row.hash) != (chain.seq, chain.hash):
        detail = f"the chain ends with link {chain.seq}, which is not where the sealer stood ({row.seq})"
        yield Finding(Difference.END_DIFFERS, chain.seq or None, None, detail)
    for seq in sorted(seq for seq in chain.heads if seq > chain.seq):
        for called, _ in chain.heads[seq]:
            detail = f"{called} is of link {seq}, and the chain ends with link {chain.seq}: its tail was removed"
            yield Finding(Difference.TAIL_MISSING, chain.seq + 1, None, detail)


def _outside(session: Session, count: Count) -> Iterator[Finding]:
    """Events that are neither in the chain nor waiting, and rows that belong to nothing."""
    sealed = select(AuditLink.event).where(AuditLink.event == AuditEvent.id).exists()
    waits = select(AuditWaiting.event).where(AuditWaiting.event == AuditEvent.id).exists()
    lost = select(AuditEvent.id, AuditEvent.kind).where(~sealed, ~waits).order_by(AuditEvent.id)
    for event, kind in session.execute(lost.execution_options(yield_per=ROWS_AT_ONCE)):
        detail = f"event {event} ({kind}) is in no link and does not wait for one: it was put in, or its link removed"
        yield Finding(Difference.EVENT_OUTSIDE, None, event, detail)
    ofnone = select(AuditDetail.event).where(~select(AuditEvent.id).where(AuditEvent.id == AuditDetail.event).exists())
    for event in session.scalars(ofnone.order_by(AuditDetail.event).execution_options(yield_per=ROWS_AT_ONCE)):
        detail = f"details of event {event} are there, and the event is not: it was removed"
        yield Finding(Difference.DETAIL_WITHOUT_EVENT, None, event, detail)
    yield from _waiting(session, count)


def _waiting(session: Session, count: Count) -> Iterator[Finding]:
    waiting = (
        select(AuditWaiting.event, AuditLink.seq, AuditDetail.salt, AuditDetail.details, *FACTS)
        .outerjoin(AuditEvent, AuditEvent.id == AuditWaiting.event)
        .outerjoin(AuditLink, AuditLink.event == AuditWaiting.event)
        .outerjoin(AuditDetail, AuditDetail.event == AuditWaiting.event)
        .order_by(AuditWaiting.event)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for event, seq, salt, details, *fields in session.execute(waiting):
        if fields[0] is None:
            detail = f"event {event} waits to be sealed and is not there: it was removed"
            yield Finding(Difference.WAITING_WRONG, None, event, detail)
        elif seq is not None:
            detail = f"event {event} waits to be sealed and is in link {seq} already: it was put there by hand"
            yield Finding(Difference.WAITING_WRONG, seq, event, detail)
        else:
            count.waiting += 1
            yield from _detail(count, None, EventFacts(*fields), salt, details)


def _named(facts: EventFacts) -> str:
    return f"{facts.kind}, {facts.subject} {facts.subject_id}"
