"""The list of likely pairs that clerks work through: what was decided, merged or erased is not on it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import aliased, selectinload

from verifier_server.people.duplicate_tables import LikelyPair
from verifier_server.people.tables import NotTheSame, Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SHOWN = 20


class LikelyPeople(NamedTuple):
    """One pair with both records."""

    pair: LikelyPair
    first: Person
    second: Person


_ONE, _OTHER = aliased(Person), aliased(Person)


def likely_pairs(session: Session, *, page: int = 1) -> list[LikelyPeople]:
    """Return a page of the pairs that wait for a decision, the likeliest first."""
    wanted = (
        select(LikelyPair, _ONE, _OTHER)
        .where(*_waits())
        .options(selectinload(_ONE.identifiers), selectinload(_OTHER.identifiers))
        .order_by(LikelyPair.score.desc(), LikelyPair.first_id, LikelyPair.second_id)
        .limit(SHOWN)
        .offset((page - 1) * SHOWN)
    )
    return [LikelyPeople(*row) for row in session.execute(wanted)]


def count_of_pairs(session: Session) -> int:
    """Return how many pairs wait."""
    return session.scalar(select(func.count()).select_from(LikelyPair).where(*_waits())) or 0


def forget_pairs(session: Session, person_id: int) -> None:
    """Remove every pair of a person who is erased."""
    session.execute(delete(LikelyPair).where((LikelyPair.first_id == person_id) | (LikelyPair.second_id == person_id)))


def _waits() -> list[ColumnElement[bool]]:
    told = exists().where(NotTheSame.first_id == LikelyPair.first_id, NotTheSame.second_id == LikelyPair.second_id)
    stand = [one.is_(None) for person in (_ONE, _OTHER) for one in (person.merged_into, person.erased_at)]
    return [_ONE.id == LikelyPair.first_id, _OTHER.id == LikelyPair.second_id, *stand, ~told]
