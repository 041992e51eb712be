"""Tables of the health book: one-time codes, sessions, messages that wait to be sent, and reminders."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class CitizenCode(Base):
    """A one-time code that was asked for; also for a phone that nobody has, so that nobody can tell."""

    __tablename__ = "citizen_code"
    __table_args__ = (Index("ix_citizen_code_phone_made", "phone_hash", "made_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    # Keyed hashes: of the phone, and of the code together with the phone and `nonce`.
    phone_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(32))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[int] = mapped_column(BigInteger, index=True)
    # Attempts that were begun, right or wrong.
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class CitizenSession(Base):
    """A phone that is logged in. The cookie's token is kept as a hash; ending the row ends the session."""

    __tablename__ = "citizen_session"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(String(16), index=True)
    made_at: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)


class OutgoingMessage(Base):
    """A message to a phone, committed together with its cause, and sent afterwards; then its text is removed."""

    __tablename__ = "outgoing_message"
    __table_args__ = (Index("ix_outgoing_message_sent_at", "sent_at", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    phone: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[int] = mapped_column(BigInteger)
    # After this second nobody needs it any more.
    until: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[int | None] = mapped_column(BigInteger)


class PassReminder(Base):
    """A pass whose holder was told that it will expire: told once."""

    __tablename__ = "pass_reminder"

    # No foreign key: a pass may be removed by retention, and a reminder with it or after it.
    pass_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    told_at: Mapped[int] = mapped_column(BigInteger)
