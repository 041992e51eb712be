"""The table of doses.

Left out for now: corrections that supersede, striking, the site's daily sign-off.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from verifier_server.sites.tables import Site
from verifier_server.tables import Base, RowId


class Dose(Base):
    """One injection of one person."""

    __tablename__ = "dose"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 99", name="number_range"),
        CheckConstraint("series BETWEEN 1 AND 99", name="series_range"),
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

    site: Mapped[Site | None] = relationship()
