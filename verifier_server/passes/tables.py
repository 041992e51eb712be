"""Tables of issued passes, of the signer's own log, and of leased serial blocks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId

# The lists of the trust channel go through the revoked passes in the order of their serials.
_OF_REVOKED: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("revoked_at IS NOT NULL"))


class IssuedPass(Base):
    """One artefact: a signed text, what it says, who caused it, and what became of it."""

    __tablename__ = "issued_pass"
    __table_args__ = (
        CheckConstraint("form IN ('domestic', 'travel')", name="form_known"),
        CheckConstraint("status IN ('none', 'partial', 'complete')", name="status_known"),
        Index("ix_issued_pass_person_form", "person_id", "form"),
        # The day of an account, of a site and of the register is counted before each pass (caps).
        Index("ix_issued_pass_account_time", "issued_by", "issued_at"),
        Index("ix_issued_pass_site_time", "site_id", "issued_at"),
        Index("ix_issued_pass_time", "issued_at", "id"),
        Index("ix_issued_pass_revoked_serial", "serial", "expires_at", "kid", **_OF_REVOKED),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str] = mapped_column(String(8))
    # One serial for one artefact, in both forms, never used again.
    serial: Mapped[int] = mapped_column(BigInteger, unique=True)
    certificate_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    kid: Mapped[str] = mapped_column(String(16), index=True)
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(8))
    doses: Mapped[int]
    series: Mapped[int | None]
    # SHA-256 over everything signed except serial and times: the same state needs no new pass.
    state: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("issued_pass.id"))
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
    # What was chosen when it was revoked: key, pass, person, site or account; the batch says why and by whom.
    revoked_why: Mapped[str | None] = mapped_column(String(40))
    # No foreign key: SQLite adds one only by copying the whole table. `revocation_batch_pass` has it.
    revoked_batch: Mapped[int | None] = mapped_column(BigInteger, index=True)


class SignerLog(Base):
    """The signer's own account of what it signed, to be reconciled with the register.

    It refers to no other table: it must tell the truth even about a pass that is not there.
    """

    __tablename__ = "signer_log"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger, unique=True)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    kid: Mapped[str] = mapped_column(String(16))
    signed_at: Mapped[int] = mapped_column(BigInteger)


class SerialBlock(Base):
    """A block of 2**20 serials leased to this database, and the next number that nobody took."""

    __tablename__ = "serial_block"
    __table_args__ = (
        CheckConstraint("block BETWEEN 1 AND 4095", name="block_range"),
        CheckConstraint("next_n BETWEEN 0 AND 1048576", name="next_range"),
    )

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_n: Mapped[int]
    leased_at: Mapped[int] = mapped_column(BigInteger)
    # This database's identity in the lease book; none before the block was entered there.
    holder: Mapped[str | None] = mapped_column(String(32))
    # Set: no number of it is handed out any more.
    burnt_at: Mapped[int | None] = mapped_column(BigInteger)
