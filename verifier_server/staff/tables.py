"""Tables of staff accounts and their roles, in the form that Flask-Security expects.

The second factor's columns are there from the first version on; it is not asked for yet.
"""

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
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))

    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")
    site: Mapped[Site | None] = relationship()
