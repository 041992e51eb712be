"""The tables of doses: what stands, what stood before, and the sign-offs of a site's day.

``dose`` holds only what stands. A correction writes the former row into ``dose_version``, a dose that is struck goes
there whole: nothing is lost, and whoever counts doses cannot forget to leave something out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from verifier_server.sites.tables import Site
from verifier_server.tables import Base, RowId

_WAITING: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("signed_off_at IS NULL"))

_FREE = "free number of a dose"

SITE, BACK_ENTRY, API = "site", "back_entry", "api"
"""Where a dose came from: a site's page, a file or form of earlier vaccinations, another system."""


class Dose(Base):
    """One injection of one person."""

    __tablename__ = "dose"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 99", name="number_range"),
        CheckConstraint("series BETWEEN 1 AND 99", name="series_range"),
        Index("ix_dose_waiting", "site_id", "given_on", **_WAITING),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    vaccine: Mapped[str] = mapped_column(String(24))
    # The doses of the whole series, when a mixed or special series was decided; else the product's usual.
    series: Mapped[int | None]
    given_on: Mapped[date]
    lot: Mapped[str | None] = mapped_column(String(40))
    vaccinator: Mapped[str | None] = mapped_column(String(80))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # What the form carried: a second press of the button finds the dose of the first.
    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    # Counted up by every correction: a form that was opened before one is refused.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    source: Mapped[str] = mapped_column(String(10), default=SITE, server_default=SITE)
    # Only a dose that is signed off counts for a pass.
    signed_off_at: Mapped[int | None] = mapped_column(BigInteger)
    signed_off_by: Mapped[int | None] = mapped_column(BigInteger)
    # The sign-off of a day that it was part of. No foreign key: SQLite adds one only by copying the table.
    sign_off: Mapped[int | None] = mapped_column(BigInteger, index=True)

    site: Mapped[Site | None] = relationship()

    @property
    def counts(self) -> bool:
        """Whether a pass may tell this dose."""
        return self.signed_off_at is not None


class DoseVersion(Base):
    """A dose as it stood before a correction, or before it was struck; what came instead is the next version."""

    __tablename__ = "dose_version"
    __table_args__ = (
        UniqueConstraint("dose_id", "version"),
        CheckConstraint("why IN ('corrected', 'struck', 'renumbered')", name="why_known"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    # No foreign key: a struck dose stands here only.
    dose_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    vaccine: Mapped[str] = mapped_column(String(24))
    series: Mapped[int | None]
    given_on: Mapped[date] = mapped_column(Date)
    lot: Mapped[str | None] = mapped_column(String(40))
    vaccinator: Mapped[str | None] = mapped_column(String(80))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    source: Mapped[str] = mapped_column(String(10))
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_off_at: Mapped[int | None] = mapped_column(BigInteger)
    signed_off_by: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int] = mapped_column(BigInteger)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    token: Mapped[str | None] = mapped_column(String(43), unique=True)


class SignOff(Base):
    """One signature of a site under doses of one day, and how far the passes after it are."""

    __tablename__ = "sign_off"
    __table_args__ = (Index("ix_sign_off_site_day", "site_id", "day"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[int] = mapped_column(BigInteger)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    doses: Mapped[int]
    # Where issuing goes on after a crash: people in the order of their numbers.
    last_person: Mapped[int] = mapped_column(BigInteger, default=0)
    passes: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(43), unique=True)


class SignOffRefusal(Base):
    """Somebody whose dose a sign-off made count, and who got no pass of one form; gone when it is tried again."""

    __tablename__ = "sign_off_refusal"

    sign_off: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    form: Mapped[str] = mapped_column(String(8), primary_key=True)
    # The stable code of the error that said why.
    code: Mapped[str] = mapped_column(String(40))
    refused_at: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(Dose, "before_insert")
def _number_of_its_own(_mapper: object, connection: Connection, dose: Dose) -> None:
    """Number a new dose behind all that there are and were.

    SQLite gives the highest number again when its row was struck: then a form of the struck dose would mean the new
    one, and the audit and the history would tell of two doses under one number. PostgreSQL's sequence never goes back.
    """
    session = object_session(dose)
    if dose.id is not None or session is None or connection.dialect.name != "sqlite":
        return
    transaction, free = session.info.get(_FREE, (None, 0))
    if transaction is not session.get_transaction():
        ever = [connection.scalar(select(func.max(column))) or 0 for column in (Dose.id, DoseVersion.dose_id)]
        free = max(ever) + 1
    dose.id = free
    session.info[_FREE] = (session.get_transaction(), free + 1)
