"""Revocation in batches, re-issuing after them, and the province of a site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of batches and add the columns that they need; no row is changed."""
    op.add_column("site", sa.Column("province", sa.String(2), nullable=True))
    op.add_column("issued_pass", sa.Column("revoked_batch", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_issued_pass_revoked_batch"), "issued_pass", ["revoked_batch"], unique=False)
    # Passes are chosen by account: without it each look reads the whole table.
    op.create_index(op.f("ix_issued_pass_issued_by"), "issued_pass", ["issued_by"], unique=False)
    _revocation_batch()
    _revocation_batch_pass()
    _reissue_row()


def downgrade() -> None:
    """Remove them again; which passes are revoked stays."""
    for table in ("reissue_row", "revocation_batch_pass", "revocation_batch"):
        op.drop_table(table)
    op.drop_index(op.f("ix_issued_pass_issued_by"), "issued_pass")
    op.drop_index(op.f("ix_issued_pass_revoked_batch"), "issued_pass")
    op.drop_column("issued_pass", "revoked_batch")
    op.drop_column("site", "province")


def _revocation_batch() -> None:
    op.create_table(
        "revocation_batch",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("chosen", sa.String(20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("proposed_passes", sa.Integer(), nullable=False),
        sa.Column("proposed_by", ROW_ID, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("approved_by", ROW_ID, nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("last_pass", sa.BigInteger(), nullable=False),
        sa.Column("passes_done", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("action IN ('revoke', 'unrevoke')", name=op.f("ck_revocation_batch_action_known")),
        sa.CheckConstraint(
            "kind IN ('key', 'pass', 'person', 'site', 'account', 'batch')",
            name=op.f("ck_revocation_batch_kind_known"),
        ),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_revocation_batch_two_people")),
        sa.CheckConstraint(
            "action = 'revoke' OR second_person", name=op.f("ck_revocation_batch_unrevoking_needs_two")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_revocation_batch_proposed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_revocation_batch_approved_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_batch")),
    )


def _revocation_batch_pass() -> None:
    op.create_table(
        "revocation_batch_pass",
        sa.Column("batch_id", ROW_ID, nullable=False),
        sa.Column("pass_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["revocation_batch.id"], name=op.f("fk_revocation_batch_pass_batch_id_revocation_batch")
        ),
        sa.ForeignKeyConstraint(
            ["pass_id"], ["issued_pass.id"], name=op.f("fk_revocation_batch_pass_pass_id_issued_pass")
        ),
        sa.PrimaryKeyConstraint("batch_id", "pass_id", name=op.f("pk_revocation_batch_pass")),
    )
    op.create_index(op.f("ix_revocation_batch_pass_pass_id"), "revocation_batch_pass", ["pass_id"], unique=False)


def _reissue_row() -> None:
    op.create_table(
        "reissue_row",
        sa.Column("batch_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("lost_serial", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("pass_id", ROW_ID, nullable=True),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('issued', 'kept', 'expired', 'refused')", name=op.f("ck_reissue_row_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["revocation_batch.id"], name=op.f("fk_reissue_row_batch_id_revocation_batch")
        ),
        sa.ForeignKeyConstraint(["pass_id"], ["issued_pass.id"], name=op.f("fk_reissue_row_pass_id_issued_pass")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reissue_row_person_id_person")),
        sa.PrimaryKeyConstraint("batch_id", "person_id", "form", name=op.f("pk_reissue_row")),
    )
