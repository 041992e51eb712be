"""The journal of bulk issuing: how far a file has come, and what became of each of its rows.

A row's outcome is committed together with its dose and its pass. So after a crash the journal
and the register agree, and the result file can be written from it again, byte for byte.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class BulkRun(Base):
    """One file in one form of pass. Running the same bytes again continues, or repeats, the same run."""

    __tablename__ = "bulk_run"
    __table_args__ = (UniqueConstraint("file_sha256", "form"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[int] = mapped_column(BigInteger)
    # Records whose outcome is in the journal: where to go on after a crash.
    records_done: Mapped[int]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)


class BulkRow(Base):
    """What became of one row: a pass, or a refusal with the column and a sentence."""

    __tablename__ = "bulk_row"

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("issued_pass.id"))
    column: Mapped[str | None] = mapped_column(String(40))
    problem: Mapped[str | None] = mapped_column(String(300))
