"""The sealer: it chains committed events, in pieces, each of which is one transaction.

Killed at any moment, it has sealed a piece or has not. Sealers take turns: the chain's one row is
locked (on SQLite a writer is alone anyway). It sees only what is committed, and what is committed
late waits in a table of its own, so no number that is missing in between needs to be waited for.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import OperationalError

from verifier_server.audit.canonical import EventFacts, link_hash
from verifier_server.audit.tables import AuditChain, AuditEvent, AuditLink, AuditWaiting
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from verifier_server.storage import Storage

PIECE = 1000
# An event's columns in the order of EventFacts.
FACTS = (
    AuditEvent.id,
    AuditEvent.kind,
    AuditEvent.at,
    AuditEvent.account,
    AuditEvent.site,
    AuditEvent.subject,
    AuditEvent.subject_id,
    AuditEvent.person,
    AuditEvent.commitment,
)


def seal(storage: Storage, clock: Callable[[], float], *, progress: Callable[[int], None] = lambda _links: None) -> int:
    """Seal all that waits now; returns how many links this call has added.

    :param clock: Unix seconds.
    :param progress: told after each piece how many links were added so far.
    """
    done = after = 0
    while (piece := seal_piece(storage, int(clock()), after)).last:
        done, after = done + piece.links, piece.last
        progress(done)
    return done


def seal_for_ever(
    storage: Storage, clock: Callable[[], float], every: float, stop: threading.Event, told: Callable[[str], None]
) -> None:
    """Seal again and again, ``every`` seconds, until ``stop`` is set; ``told`` hears a sentence when there is one.

    A database that is busy or away for a while ends nothing: what waits goes on waiting.
    """
    while not stop.is_set():
        try:
            links = _until_stopped(storage, clock, stop)
        except OperationalError as problem:
            reason = str(problem.orig).strip().split("\n", 1)[0]
            told(f"the database cannot be used ({reason}); trying again in {every:g} seconds")
        else:
            if links:
                told(f"{links} events sealed")
        stop.wait(every)


def _until_stopped(storage: Storage, clock: Callable[[], float], stop: threading.Event) -> int:
    done = after = 0
    while not stop.is_set() and (piece := seal_piece(storage, int(clock()), after)).last:
        done, after = done + piece.links, piece.last
    return done


class Piece(NamedTuple):
    """What one transaction has sealed: how many links, and the last event that it looked at (0: none waited)."""

    links: int
    last: int


def seal_piece(storage: Storage, now: int, after: int = 0) -> Piece:
    """Seal at most `PIECE` events in one transaction.

    :param after: only events with higher numbers. Whoever seals many pieces goes on behind the last one: a
        search from the beginning would go through all that PostgreSQL has deleted and not cleared away yet.
    :raises ServerError: the chain's row is gone.
    """
    with storage.writing() as session:
        chain = locked_chain(session)
        numbers = _waiting(session, after)
        if not numbers:
            return Piece(0, 0)
        links = _links(chain, _unsealed(session, numbers), now)
        if links:
            session.execute(insert(AuditLink), links)
            chain.seq, chain.hash = links[-1]["seq"], links[-1]["hash"]
            sealed = [one["event"] for one in links]
            session.execute(delete(AuditWaiting).where(AuditWaiting.event.in_(sealed)))
        return Piece(len(links), numbers[-1])


def locked_chain(session: Session) -> AuditChain:
    """Return the chain's row, locked until the transaction ends.

    :raises ServerError: it is gone.
    """
    chain = session.get(AuditChain, 1, with_for_update=True, populate_existing=True)
    if chain is None:
        raise ServerError(
            "The row that says how far the audit chain is sealed is gone: the database was changed by hand. "
            "Run `checkpoint-server audit verify`, and restore the backup.",
            code="no_audit_chain",
        )
    return chain


def _waiting(session: Session, after: int) -> Sequence[int]:
    waiting = select(AuditWaiting.event).where(AuditWaiting.event > after)
    return session.scalars(waiting.order_by(AuditWaiting.event).limit(PIECE)).all()


def _unsealed(session: Session, numbers: Sequence[int]) -> list[EventFacts]:
    # An event that has a link already waits only when somebody put it there; `audit verify` names it.
    sealed = set(session.scalars(select(AuditLink.event).where(AuditLink.event.in_(numbers))))
    found = session.execute(select(*FACTS).where(AuditEvent.id.in_(numbers)).order_by(AuditEvent.id))
    return [EventFacts(*row) for row in found if row.id not in sealed]


def _links(chain: AuditChain, waiting: Sequence[EventFacts], now: int) -> list[dict[str, object]]:
    links = []
    seq, previous = chain.seq, chain.hash
    for facts in waiting:
        seq += 1
        made = link_hash(previous, seq, now, facts)
        links.append({"seq": seq, "event": facts.event, "sealed_at": now, "previous": previous, "hash": made})
        previous = made
    return links
