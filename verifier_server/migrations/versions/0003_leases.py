"""Leases of serial blocks are kept outside of the database too: whose a block is, and when it was burnt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; blocks from before have no holder until they are entered in the lease book."""
    op.add_column("serial_block", sa.Column("holder", sa.String(32), nullable=True))
    op.add_column("serial_block", sa.Column("burnt_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Remove them again, unless a block is burnt: an older version would hand out its numbers."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM serial_block WHERE burnt_at IS NOT NULL")).scalar():
        raise RuntimeError("a block is burnt: an older version would hand out its numbers a second time")
    op.drop_column("serial_block", "burnt_at")
    op.drop_column("serial_block", "holder")
