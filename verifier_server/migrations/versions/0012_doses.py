"""Doses: sign-off of a site's day, versions, and what stood before a correction.

A worker of the version before goes on recording doses and issues passes at once; its doses wait for the site's
sign-off like all others.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and two tables; what is there is signed off next (0012b)."""
    _columns()
    _version()
    _sign_off()


def downgrade() -> None:
    """Remove them; former versions, struck doses and sign-offs go."""
    for table in ("sign_off", "dose_version"):
        op.drop_table(table)
    for column in ("sign_off", "signed_off_by", "signed_off_at", "source", "version"):
        op.drop_column("dose", column)


def _columns() -> None:
    op.add_column("dose", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("dose", sa.Column("source", sa.String(10), nullable=False, server_default="site"))
    for name in ("signed_off_at", "signed_off_by", "sign_off"):
        op.add_column("dose", sa.Column(name, sa.BigInteger(), nullable=True))


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _version() -> None:
    table = "dose_version"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("dose_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("vaccine", sa.String(24), nullable=False),
        sa.Column("series", sa.Integer(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("lot", sa.String(40), nullable=True),
        sa.Column("vaccinator", sa.String(80), nullable=True),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", ROW_ID, nullable=True),
        sa.Column("signed_off_at", sa.BigInteger(), nullable=True),
        sa.Column("signed_off_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", ROW_ID, nullable=True),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint("why IN ('corrected', 'struck', 'renumbered')", name=op.f("ck_dose_version_why_known")),
        _refers(table, "person_id", "person"),
        _refers(table, "site_id", "site"),
        _refers(table, "recorded_by", "account"),
        _refers(table, "ended_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_version")),
        sa.UniqueConstraint("dose_id", "version", name=op.f("uq_dose_version_dose_id_version")),
        sa.UniqueConstraint("token", name=op.f("uq_dose_version_token")),
    )
    op.create_index(op.f("ix_dose_version_person_id"), table, ["person_id"], unique=False)


def _sign_off() -> None:
    table = "sign_off"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("site_id", ROW_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", ROW_ID, nullable=True),
        sa.Column("doses", sa.Integer(), nullable=False),
        sa.Column("last_person", sa.BigInteger(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(43), nullable=True),
        _refers(table, "site_id", "site"),
        _refers(table, "signed_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("token", name=op.f("uq_sign_off_token")),
    )
    op.create_index("ix_sign_off_site_day", table, ["site_id", "day"], unique=False)
