"""The table of jobs. What a job has done stands in the rows of its own part; here is only how far it says it is."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class Job(Base):
    """One piece of long work, from the page that asked for it to its end."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'stopped')", name="state_known"),
        Index("ix_job_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    # JSON: what the kind needs to know, and no personal data.
    params: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    done: Mapped[int]
    total: Mapped[int | None]
    # One sentence, when it failed.
    problem: Mapped[str | None] = mapped_column(String(300))
    made_at: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    # A worker that is not heard of any more loses the job to another one.
    worker: Mapped[str | None] = mapped_column(String(32))
    heard_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    # What the form carried: a second press of the button finds the job of the first.
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
