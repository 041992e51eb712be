"""Tables of scanners and of the codes that they are enrolled with.

A code's token is kept as its hash: whoever copies the database can enrol nothing. It is 32 random
bytes, so that a plain hash is enough. No officer and no pass is named here.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class Scanner(Base):
    """One enrolled device at its post, with its last receipt.

    What stands in the receipt was verified with the device's key when it came in; the columns of it
    are for looking at, the receipt itself is what the keys' commands verify again.
    """

    __tablename__ = "scanner"
    __table_args__ = (
        CheckConstraint("(receipt IS NULL) = (receipt_at IS NULL)", name="receipt_whole"),
        CheckConstraint("(receipt IS NULL) = (received_at IS NULL)", name="receipt_received"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    # The first 8 bytes of the key's thumbprint (RFC 9679), in hexadecimal.
    device: Mapped[str] = mapped_column(String(16), unique=True)
    post: Mapped[str] = mapped_column(String(40), index=True)
    # The device's public key as a JSON Web Key (RFC 7517).
    key: Mapped[str] = mapped_column(String(300))
    enrolled_at: Mapped[int] = mapped_column(BigInteger)
    withdrawn_at: Mapped[int | None] = mapped_column(BigInteger)
    # Some kilobytes each, read only where it is exported.
    receipt: Mapped[str | None] = mapped_column(Text, deferred=True)
    # When the device made it, by its own time, and when it came in, by ours.
    receipt_at: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[int | None] = mapped_column(BigInteger)
    # When the signers' keys that it holds were signed by their holders, and which these are.
    keys_signed_at: Mapped[int | None] = mapped_column(BigInteger)
    signers: Mapped[str | None] = mapped_column(Text)


class EnrolmentCode(Base):
    """A code for one device of a post: it works once, and for a limited time."""

    __tablename__ = "enrolment_code"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    post: Mapped[str] = mapped_column(String(40))
    # The address that stands in the code.
    server: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[int] = mapped_column(BigInteger)
    # The scanner that was enrolled with it; the same device may ask again when the answer got lost.
    used_by: Mapped[int | None] = mapped_column(ForeignKey("scanner.id"))
