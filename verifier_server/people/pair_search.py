"""The round through everybody: a piece of it at a time, remembered, so that a worker that is killed loses one piece.

A round begins when the one before is 24 times as long ago as it took, so that a worker spends a small part of its time
on it: some minutes after the last one in a small register, a day after in a large one. A piece puts what is found about
its people in place of what was found about them before: a pair that is none any more goes. Several workers share a
round; what two of them do at one moment is done once. Left out: the list that clerks work through
(:mod:`verifier_server.people.pair_list`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from verifier_server.people.duplicate_tables import LikelyPair, PairSearch
from verifier_server.people.pair_finding import pairs_of, standing_after

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.people.pair_finding import Pair
    from verifier_server.storage import Storage

PIECE = 500
SHORTEST_SECONDS, LONGEST_SECONDS = 600, 86_400
"""Between the beginnings of two rounds."""
_REST = 24
_NAME = "people"


def search_a_piece(storage: Storage, now: int, *, piece: int = PIECE) -> int:
    """Look at the next people of the round; returns how many, and 0 when no round is due."""
    with storage.reading() as session:
        known = session.get(PairSearch, _NAME)
        if known is not None and not _is_due(known, now):
            return 0
        before = _place(known)
        people = standing_after(session, before[0], piece)
        found = pairs_of(session, people)
    last = people[-1] if len(people) == piece else None
    storage.transaction(lambda session: _noted(session, before, last, found, now))
    return len(people)


def round_of(session: Session) -> PairSearch | None:
    """Return how far the round is; None before the first one."""
    return session.get(PairSearch, _NAME)


def _is_due(known: PairSearch, now: int) -> bool:
    if known.ended_at is None:
        return True
    rest = _REST * (known.ended_at - known.begun_at)
    return now - known.begun_at >= min(LONGEST_SECONDS, max(SHORTEST_SECONDS, rest))


def _place(known: PairSearch | None) -> tuple[int, int | None]:
    """Return the last person who was looked at, and the beginning of the round; (0, None) for a new round."""
    return (0, None) if known is None or known.ended_at is not None else (known.last_person, known.begun_at)


def _noted(session: Session, before: tuple[int, int | None], last: int | None, found: list[Pair], now: int) -> None:
    known = session.get(PairSearch, _NAME, with_for_update=True, populate_existing=True)
    if _place(known) != before:
        return  # another worker has done this piece
    if known is None:
        known = PairSearch(name=_NAME, last_person=0, begun_at=now)
        session.add(known)
    elif before[1] is None:
        known.begun_at, known.ended_at, known.last_person = now, None, 0
    of_piece = LikelyPair.first_id > before[0]
    if last is None:
        known.ended_at = now
    else:
        known.last_person, of_piece = last, of_piece & (LikelyPair.first_id <= last)
    session.execute(delete(LikelyPair).where(of_piece))
    if found:
        session.execute(insert(LikelyPair), [_row(one, now) for one in found])
    session.flush()


def _row(pair: Pair, now: int) -> dict[str, object]:
    reasons = [reason.value for reason in pair.reasons]
    ids = {"first_id": pair.first, "second_id": pair.second}
    return {**ids, "score": pair.score, "reasons": reasons, "found_at": now}
