"""The sealer: it chains committed events, in pieces, each of which is one transaction.

Killed at any moment, it has sealed a piece or has not. Sealers take turns: the chain's one row is
locked (on SQLite a writer is alone anyway). It sees only what is committed, and what is committed
late waits in a table of its own, so no number that is missing in between needs to be waited for.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

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
    """Seal all that waits; returns how many links this call has added.

    :param clock: Unix seconds.
    :param progress: told after each piece how many links were added so far.
    """
    done = 0
    while added := seal_piece(storage, int(clock())):
        done += added
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
    done = 0
    while not stop.is_set() and (added := seal_piece(storage, int(clock()))):
        done += added
    return done


def seal_piece(storage: Storage, now: int) -> int:
    """Seal at most `PIECE` events in one transaction; returns how many.

    :raises ServerError: the chain's row is gone.
    """
    with storage.writing() as session:
        chain = locked_chain(session)
        waiting = _waiting(session)
        if not waiting:
            return 0
        links = _links(chain, waiting, now)
        session.execute(insert(AuditLink), links)
        session.execute(delete(AuditWaiting).where(AuditWaiting.event.in_([one.event for one in waiting])))
        chain.seq, chain.hash = links[-1]["seq"], links[-1]["hash"]
        return len(links)


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


def _waiting(session: Session) -> Sequence[EventFacts]:
    # An event that has a link already waits only when somebody put it there; `audit verify` names it.
    found = session.execute(
        select(*FACTS)
        .join(AuditWaiting, AuditWaiting.event == AuditEvent.id)
        .outerjoin(AuditLink, AuditLink.event == AuditEvent.id)
        .where(AuditLink.seq.is_(None))
        .order_by(AuditEvent.id)
        .limit(PIECE)
    )
    return [EventFacts(*row) for row in found]


def _links(chain: AuditChain, waiting: Sequence[EventFacts], now: int) -> list[dict[str, object]]:
    links = []
    seq, previous = chain.seq, chain.hash
    for facts in waiting:
        seq += 1
        made = link_hash(previous, seq, now, facts)
        links.append({"seq": seq, "event": facts.event, "sealed_at": now, "previous": previous, "hash": made})
        previous = made
    return links
