"""Tables of runs of printing: whose cards somebody asked for, and which passes stand on which place of the paper.

No personal value stands here; the finished files do hold names, and end with their run.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId

MAKING, READY, OVER = "making", "ready", "over"


class PrintRun(Base):
    """One order of many papers, from the button to the end of its files."""

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("scope IN ('unit', 'site', 'people')", name="scope_known"),
        CheckConstraint("state IN ('making', 'ready', 'over')", name="state_known"),
        Index("ix_print_run_state", "state", "ends_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    scope: Mapped[str] = mapped_column(String(6))
    unit_version: Mapped[int | None]
    unit: Mapped[str | None] = mapped_column(String(5))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    form: Mapped[str] = mapped_column(String(8))
    layout: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(6))
    # Papers that were asked for, and those whose pass had ended before it was its turn.
    papers: Mapped[int]
    left_out: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    ready_at: Mapped[int | None] = mapped_column(BigInteger)
    # The last second of its files.
    ends_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    job: Mapped[int | None] = mapped_column(BigInteger)
    token: Mapped[str | None] = mapped_column(String(43), unique=True)


class PrintPlace(Base):
    """The pass on one place of a run's paper; gone when the run is over."""

    __tablename__ = "print_place"

    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pass_id: Mapped[int] = mapped_column(ForeignKey("issued_pass.id"), index=True)
