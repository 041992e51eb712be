"""Likely pairs: who of the register may be somebody else of it, and how far the look for them is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables; a worker of the version before knows neither."""
    op.create_table(
        "person_likely_pair",
        sa.Column("first_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_person_likely_pair")),
    )
    op.create_index("ix_person_likely_pair_score", "person_likely_pair", ["score", "first_id", "second_id"])
    op.create_index(op.f("ix_person_likely_pair_second_id"), "person_likely_pair", ["second_id"])
    op.create_table(
        "person_pair_search",
        sa.Column("name", sa.String(8), nullable=False),
        sa.Column("last_person", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_person_pair_search")),
    )


def downgrade() -> None:
    """Remove them again; they are found anew."""
    for table in ("person_pair_search", "person_likely_pair"):
        op.drop_table(table)
