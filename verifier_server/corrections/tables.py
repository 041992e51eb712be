"""The table of what citizens report as wrong."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from verifier_server.people.tables import Person
from verifier_server.tables import Base, RowId


class CorrectionRequest(Base):
    """One report with its evidence, and the answer. The picture is sensitive: only clerks see it."""

    __tablename__ = "correction_request"
    __table_args__ = (
        CheckConstraint("about IN ('name', 'birth', 'dose', 'missing', 'other')", name="about_known"),
        CheckConstraint("outcome IN ('corrected', 'declined')", name="outcome_known"),
        Index("ix_correction_request_answered", "answered_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    # A picture made anew from the pixels of what was sent, as JPEG; removed some time after the answer.
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    has_picture: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[int] = mapped_column(BigInteger)
    # What the form carried: a second press of the button finds the request of the first.
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    outcome: Mapped[str | None] = mapped_column(String(9))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    person: Mapped[Person] = relationship()
