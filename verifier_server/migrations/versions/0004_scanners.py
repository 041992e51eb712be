"""Scanners, their last receipts, and the codes that they are enrolled with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables; nothing else is changed."""
    _scanner()
    _enrolment_code()


def downgrade() -> None:
    """Remove them again: the scanners go on judging, and have to be enrolled anew."""
    op.drop_table("enrolment_code")
    op.drop_index(op.f("ix_scanner_post"), "scanner")
    op.drop_table("scanner")


def _scanner() -> None:
    op.create_table(
        "scanner",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("receipt_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("keys_signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signers", sa.Text(), nullable=True),
        sa.CheckConstraint("(receipt IS NULL) = (receipt_at IS NULL)", name=op.f("ck_scanner_receipt_whole")),
        sa.CheckConstraint("(receipt IS NULL) = (received_at IS NULL)", name=op.f("ck_scanner_receipt_received")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scanner")),
        sa.UniqueConstraint("device", name=op.f("uq_scanner_device")),
    )
    op.create_index(op.f("ix_scanner_post"), "scanner", ["post"], unique=False)


def _enrolment_code() -> None:
    op.create_table(
        "enrolment_code",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("server", sa.String(200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ROW_ID, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_enrolment_code_made_by_account")),
        sa.ForeignKeyConstraint(["used_by"], ["scanner.id"], name=op.f("fk_enrolment_code_used_by_scanner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_enrolment_code_token_hash")),
    )
