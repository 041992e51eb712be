"""Tables of the register-wide look for people who were entered twice: what was found, and how far it is."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base


class LikelyPair(Base):
    """Two records that may be one person; the lower number first. Found anew in each round, and then as it is now."""

    __tablename__ = "person_likely_pair"
    __table_args__ = (Index("ix_person_likely_pair_score", "score", "first_id", "second_id"),)

    # No foreign keys: whoever removes a person, also a worker of an older version, need not know of pairs.
    first_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    second_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    found_at: Mapped[int] = mapped_column(BigInteger)


class PairSearch(Base):
    """How far a round has come; the one row is named ``people``."""

    __tablename__ = "person_pair_search"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    # Everybody up to this number was looked at in the round.
    last_person: Mapped[int] = mapped_column(BigInteger)
    begun_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
