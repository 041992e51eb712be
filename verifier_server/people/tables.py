"""The table of people.

A phone is not an identity: relatives share one. Several ID numbers over time, merging and
erasing come with the tables that hold them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class Person(Base):
    """One person: the name as on the ID card, and the forms of it that are compared and searched."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("birth BETWEEN 19000000 AND 21001231", name="birth_range"),
        CheckConstraint("sex IN ('female', 'male', 'other')", name="sex_known"),
        Index("ix_person_name_birth", "name_folded", "birth"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_folded: Mapped[str] = mapped_column(String(240))
    name_plain: Mapped[str] = mapped_column(String(240))
    # YYYYMMDD, 00 for a month or day that nobody knows.
    birth: Mapped[int]
    sex: Mapped[str] = mapped_column(String(6))
    phone: Mapped[str | None] = mapped_column(String(16), index=True)
    # Text: the leading zeros of a CCCD are the province.
    id_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # What the form carried: a second press of the button finds the person of the first.
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
