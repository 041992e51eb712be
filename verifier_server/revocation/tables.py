"""Tables of revocation: the batches, the passes of each, and what became of those who lost one.

A pass itself says whether it is revoked and by which batch; the batch says why and by whom.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class RevocationBatch(Base):
    """One decision about many passes: a proposal, work that goes on, or what was done."""

    __tablename__ = "revocation_batch"
    __table_args__ = (
        CheckConstraint("action IN ('revoke', 'unrevoke')", name="action_known"),
        CheckConstraint("kind IN ('key', 'pass', 'person', 'site', 'account', 'batch')", name="kind_known"),
        # DESIGN: two people. The database holds it too, whatever a program forgets.
        CheckConstraint("approved_by <> proposed_by", name="two_people"),
        CheckConstraint("action = 'revoke' OR second_person", name="unrevoking_needs_two"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    action: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(8))
    # A key id, a serial, or the number of a person, site, account or batch.
    chosen: Mapped[str] = mapped_column(String(20))
    # Issued in this period, in Unix seconds: from `since` on, before `until`.
    since: Mapped[int | None] = mapped_column(BigInteger)
    until: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
    # The newest pass at the time of the proposal: what is approved is what was proposed.
    ceiling: Mapped[int] = mapped_column(BigInteger)
    proposed_passes: Mapped[int]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[int] = mapped_column(BigInteger)
    second_person: Mapped[bool]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[int | None] = mapped_column(BigInteger)
    # Where to go on after a crash: the last pass that was looked at, and how many were changed.
    last_pass: Mapped[int] = mapped_column(BigInteger)
    passes_done: Mapped[int]
    finished_at: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has still to approve it."""
        return self.second_person and self.approved_at is None and self.finished_at is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back before anybody approved it."""
        return self.second_person and self.approved_at is None and self.finished_at is not None

    @property
    def state(self) -> str:
        """``waiting``, ``withdrawn``, ``unfinished`` or ``finished``."""
        if self.is_waiting:
            return "waiting"
        if self.is_withdrawn:
            return "withdrawn"
        return "unfinished" if self.finished_at is None else "finished"


class BatchPass(Base):
    """A pass that a batch has changed."""

    __tablename__ = "revocation_batch_pass"

    batch_id: Mapped[int] = mapped_column(ForeignKey("revocation_batch.id"), primary_key=True)
    pass_id: Mapped[int] = mapped_column(ForeignKey("issued_pass.id"), primary_key=True, index=True)


class ReissueRow(Base):
    """What one person who lost a pass of one form in a batch has got in its place."""

    __tablename__ = "reissue_row"
    __table_args__ = (CheckConstraint("outcome IN ('issued', 'kept', 'expired', 'refused')", name="outcome_known"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("revocation_batch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(8), primary_key=True)
    lost_serial: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(8))
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("issued_pass.id"))
    problem: Mapped[str | None] = mapped_column(String(300))
