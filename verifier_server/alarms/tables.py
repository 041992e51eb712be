"""The table of alarms: one row for what happened to one scope on one day, however often it is met again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class Alarm(Base):
    """One alarm, and who has looked at it."""

    __tablename__ = "alarm"
    __table_args__ = (
        UniqueConstraint("kind", "scope", "scope_id", "day"),
        CheckConstraint("scope IN ('account', 'site', 'register')", name="scope_known"),
        Index("ix_alarm_acknowledged_at", "acknowledged_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    # cap_near, cap_reached; other parts add theirs.
    kind: Mapped[str] = mapped_column(String(24))
    scope: Mapped[str] = mapped_column(String(8))
    # The account or site; 0: the command line, or the whole register.
    scope_id: Mapped[int] = mapped_column(BigInteger)
    # The site that has to know, where there is one.
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    count: Mapped[int]
    limit: Mapped[int]
    raised_at: Mapped[int] = mapped_column(BigInteger)
    acknowledged_at: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str | None] = mapped_column(String(300))
