"""Doses: what was recorded before counts as signed off when it was recorded; the indexes of the new columns.

Apart from 0012, whose locks would keep readers out for as long as this takes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012b"
down_revision = "0012"
branch_labels = None
depends_on = None

_WAITING = sa.text("signed_off_at IS NULL")


def upgrade() -> None:
    """Sign off what is there, and make the indexes; readers go on meanwhile."""
    op.execute("UPDATE dose SET signed_off_at = recorded_at, signed_off_by = recorded_by")
    op.create_index(
        "ix_dose_waiting",
        "dose",
        ["site_id", "given_on"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(op.f("ix_dose_sign_off"), "dose", ["sign_off"], unique=False)


def downgrade() -> None:
    """Remove the indexes."""
    op.drop_index(op.f("ix_dose_sign_off"), "dose")
    op.drop_index("ix_dose_waiting", "dose")
