"""Tables of the audit: events, their erasable details, the chain over the events, and what waits for it.

None of them refers to another table: the audit must tell the truth even about what is not there any
more. Left out: what the hashes are made of (:mod:`verifier_server.audit.canonical`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class AuditEvent(Base):
    """One change, written in the transaction that makes it, and never changed afterwards.

    ``commitment`` is SHA-256(salt ‖ details): it binds the details without holding them.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[int] = mapped_column(BigInteger)
    # None: the command line, or the software by itself.
    account: Mapped[int | None] = mapped_column(BigInteger)
    site: Mapped[int | None] = mapped_column(BigInteger)
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    # Whose data the details hold; they are erased with this person.
    person: Mapped[int | None] = mapped_column(BigInteger, index=True)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditDetail(Base):
    """What an event's commitment is made of; erased with the person, and the chain stays whole."""

    __tablename__ = "audit_detail"

    event: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    details: Mapped[str] = mapped_column(Text)


class AuditWaiting(Base):
    """An event that is committed and not in the chain yet.

    Written with the event and removed by the sealer, so that an event of a long transaction, which
    commits after events with higher numbers, is not missed.
    """

    __tablename__ = "audit_waiting"

    event: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditLink(Base):
    """One link of the chain, over one event and the link before."""

    __tablename__ = "audit_link"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event: Mapped[int] = mapped_column(BigInteger, unique=True)
    sealed_at: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditChain(Base):
    """The one row that says which chain this is and how far it is sealed; sealers lock it."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # 32 random hexadecimal digits; the first link is over them.
    chain: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """A head that was given out: written to a file or printed."""

    __tablename__ = "audit_head"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    given_at: Mapped[int] = mapped_column(BigInteger)
