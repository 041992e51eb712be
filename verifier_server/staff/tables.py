"""Tables of staff accounts and their roles, in the form that Flask-Security expects; recovery codes and attempts."""

from __future__ import annotations

from flask_security import RoleMixin, UserMixin
from sqlalchemy import BigInteger, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from verifier_server.sites.tables import Site
from verifier_server.tables import Base, RowId

account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What an account may do."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Account(Base, UserMixin):
    """One member of staff. ``password`` holds an argon2 hash."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # Stands in the session in place of the id; a new one ends every session of the account.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    # Who gave the role or reset the second factor; None: the command line. And when a second person confirmed it.
    role_by: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[int | None] = mapped_column(BigInteger)
    # What to ask for: "authenticator", or "start" for the code that a second person has handed over.
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    # The authenticator's secret, encrypted (second_factor).
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    # The half minute of the newest code that was used: none is right twice.
    tf_last_counter: Mapped[int | None] = mapped_column(BigInteger)

    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")
    site: Mapped[Site | None] = relationship()


class RecoveryCode(Base):
    """One recovery code of an account, as a hash; used once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class LoginAttempts(Base):
    """Attempts of one account, second factor or address that were not right; ``key`` holds a keyed hash."""

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(String(48), primary_key=True)
    attempts: Mapped[int]
    last_at: Mapped[int] = mapped_column(BigInteger, index=True)
    # Until this second, no further attempt is tried.
    free_at: Mapped[int] = mapped_column(BigInteger)
