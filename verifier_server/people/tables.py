"""Tables of people: who they are, the papers they have had, their consent, and what was merged.

A phone is not an identity: relatives share one. A person who was merged into another keeps the row,
so that the merge can be undone; one who was erased keeps it without any personal value.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from verifier_server.tables import Base, RowId


class Person(Base):
    """One person: the name as on the ID card, and the forms of it that are compared and searched."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("birth BETWEEN 19000000 AND 21001231", name="birth_range"),
        CheckConstraint("sex IN ('female', 'male', 'other')", name="sex_known"),
        Index("ix_person_name_birth", "name_folded", "birth"),
        Index("ix_person_plain_birth", "name_plain", "birth"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_folded: Mapped[str] = mapped_column(String(240))
    name_plain: Mapped[str] = mapped_column(String(240))
    # YYYYMMDD, 00 for a month or day that nobody knows.
    birth: Mapped[int]
    sex: Mapped[str] = mapped_column(String(6))
    phone: Mapped[str | None] = mapped_column(String(16), index=True)
    # The present number of `identifiers`. Text: the leading zeros of a CCCD are the province.
    id_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # What the form carried: a second press of the button finds the person of the first.
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    # Counts up with every correction: a form that was opened before another one was saved is refused.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # The person this one turned out to be. No foreign key: SQLite adds one only by copying the table.
    merged_into: Mapped[int | None] = mapped_column(BigInteger, index=True)
    erased_at: Mapped[int | None] = mapped_column(BigInteger)
    # Where the person lives: the code of a ward (5 digits), district (3) or province (2) ...
    unit: Mapped[str | None] = mapped_column(String(5))
    # ... in the list of units of this year (2021 or 2025).
    unit_version: Mapped[int | None]

    identifiers: Mapped[list[PersonIdentifier]] = relationship(order_by="PersonIdentifier.id")


class PersonIdentifier(Base):
    """A number on a paper that a person has or had; `ended_at` says that it is not the present one."""

    __tablename__ = "person_identifier"
    __table_args__ = (CheckConstraint("kind IN ('cccd', 'cmnd', 'passport', 'birth_certificate')", name="kind_known"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(17))
    number: Mapped[str] = mapped_column(String(20), index=True)
    # ISO 3166-1 alpha-2: the same passport number exists in several countries.
    country: Mapped[str] = mapped_column(String(2), default="VN", server_default="VN")
    noted_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PersonConsent(Base):
    """What a person said when asked; the newest answer counts, and none means that nobody asked."""

    __tablename__ = "person_consent"
    __table_args__ = (
        CheckConstraint("how IN ('paper', 'spoken', 'online')", name="how_known"),
        Index("ix_person_consent_person_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given: Mapped[bool]
    how: Mapped[str] = mapped_column(String(6))
    at: Mapped[int] = mapped_column(BigInteger)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    token: Mapped[str | None] = mapped_column(String(43), unique=True)


class PersonMerge(Base):
    """A clerk's decision that two records are one person, with all that is needed to undo it."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    score: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    # Rows that changed hands and what stood there before; emptied when the person is erased.
    moved: Mapped[dict[str, object]] = mapped_column(JSON)
    merged_at: Mapped[int] = mapped_column(BigInteger)
    merged_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[int | None] = mapped_column(BigInteger)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class NotTheSame(Base):
    """A clerk's decision that two records are two people: the pair is not shown as a possible duplicate again."""

    __tablename__ = "person_apart"

    # The lower number first.
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    decided_at: Mapped[int] = mapped_column(BigInteger)
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
