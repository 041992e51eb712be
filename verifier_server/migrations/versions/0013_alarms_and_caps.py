"""Alarms, and the way to count what an account, a site and the register have issued today.

The two indexes of one column go: those of two columns begin with the same.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012b"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table and the indexes; a worker of the version before needs none of them."""
    _alarm()
    for name, columns in (
        ("ix_issued_pass_account_time", ["issued_by", "issued_at"]),
        ("ix_issued_pass_site_time", ["site_id", "issued_at"]),
        ("ix_issued_pass_time", ["issued_at", "id"]),
    ):
        op.create_index(name, "issued_pass", columns)
    op.drop_index("ix_issued_pass_issued_by", "issued_pass")
    op.drop_index("ix_issued_pass_site_id", "issued_pass")


def downgrade() -> None:
    """Remove them again."""
    op.create_index("ix_issued_pass_site_id", "issued_pass", ["site_id"])
    op.create_index("ix_issued_pass_issued_by", "issued_pass", ["issued_by"])
    for name in ("ix_issued_pass_time", "ix_issued_pass_site_time", "ix_issued_pass_account_time"):
        op.drop_index(name, "issued_pass")
    op.drop_table("alarm")


def _alarm() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", ROW_ID, nullable=True),
        sa.Column("note", sa.String(300), nullable=True),
        sa.CheckConstraint("scope IN ('account', 'site', 'register')", name=op.f("ck_alarm_scope_known")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_alarm_site_id_site")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["account.id"], name=op.f("fk_alarm_acknowledged_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("kind", "scope", "scope_id", "day", name=op.f("uq_alarm_kind_scope_scope_id_day")),
    )
    op.create_index("ix_alarm_acknowledged_at", "alarm", ["acknowledged_at", "id"])
