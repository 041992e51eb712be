"""The table of districts and wards, which a command fills; provinces are a table of the project's own.

Units carry the version of their list: 2021 (63 provinces with districts) or 2025 (34, without).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base


class Unit(Base):
    """A district or a ward, by its code in the list of one version."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("kind IN ('district', 'ward')", name="kind_known"),)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    # A ward's district in 2021; a district's province, and a ward's in 2025.
    parent: Mapped[str] = mapped_column(String(5), index=True)
    province: Mapped[str] = mapped_column(String(2), index=True)
