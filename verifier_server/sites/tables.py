"""The table of vaccination sites.

Left out for now: units with their versions (district, ward) and stock.
"""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId


class Site(Base):
    """A vaccination site."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    # The name in its comparable form (`names.folded`): one site is not entered twice.
    name_folded: Mapped[str] = mapped_column(String(240), unique=True)
    open: Mapped[bool] = mapped_column(default=True)
    # The province's code of two digits in the list of units of 2021; None: nobody has said it yet.
    province: Mapped[str | None] = mapped_column(String(2))
