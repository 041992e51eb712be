"""Tables of the API: the tokens of other systems, and the answers that a retry is given again."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from verifier_server.sites.tables import Site
from verifier_server.staff.tables import Account
from verifier_server.tables import Base, RowId


class ApiToken(Base):
    """One key of one other system; the key itself is shown once and held as a hash."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    # SHA-256 of 256 random bits: nothing to guess, so that no slow hash is needed.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    # Whom the register names for what the token does: an account that nobody can log in with.
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    made_at: Mapped[int] = mapped_column(BigInteger)
    # None: the command line.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    # To the hour: a row is not written with every request.
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    # What the form carried: a second press of the button finds the token of the first.
    form_token: Mapped[str | None] = mapped_column(String(43), unique=True)

    site: Mapped[Site | None] = relationship()
    maker: Mapped[Account | None] = relationship(foreign_keys=[made_by])


class ApiAnswer(Base):
    """The answer to a request with an idempotency key; without one, the request is being answered."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("token_id", "key_hash"), Index("ix_api_answer_begun_at", "begun_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key_hash: Mapped[str] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[int] = mapped_column(BigInteger)
    # Who is at it: one who took over from a worker that died writes another one here.
    holder: Mapped[str] = mapped_column(String(32))
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
