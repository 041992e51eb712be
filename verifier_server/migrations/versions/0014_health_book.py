"""The health book: one-time codes, citizens' sessions, messages, reminders, and what citizens report as wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a worker of the version before knows none of them."""
    _code()
    _session()
    _message()
    op.create_table(
        "pass_reminder",
        sa.Column("pass_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pass_id", name=op.f("pk_pass_reminder")),
    )
    _request()


def downgrade() -> None:
    """Remove them again."""
    for table in ("correction_request", "pass_reminder", "outgoing_message", "citizen_session", "citizen_code"):
        op.drop_table(table)


def _code() -> None:
    op.create_table(
        "citizen_code",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("phone_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_code")),
    )
    op.create_index("ix_citizen_code_phone_made", "citizen_code", ["phone_hash", "made_at"])
    op.create_index(op.f("ix_citizen_code_made_at"), "citizen_code", ["made_at"])


def _session() -> None:
    op.create_table(
        "citizen_session",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_citizen_session_token_hash")),
    )
    op.create_index(op.f("ix_citizen_session_phone"), "citizen_session", ["phone"])
    op.create_index(op.f("ix_citizen_session_ends_at"), "citizen_session", ["ends_at"])


def _message() -> None:
    op.create_table(
        "outgoing_message",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
    )
    op.create_index("ix_outgoing_message_sent_at", "outgoing_message", ["sent_at", "id"])


def _request() -> None:
    op.create_table(
        "correction_request",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(43), nullable=True),
        sa.Column("outcome", sa.String(9), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", ROW_ID, nullable=True),
        sa.CheckConstraint(
            "about IN ('name', 'birth', 'dose', 'missing', 'other')", name=op.f("ck_correction_request_about_known")
        ),
        sa.CheckConstraint("outcome IN ('corrected', 'declined')", name=op.f("ck_correction_request_outcome_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_request_person_id_person")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_correction_request_answered_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
        sa.UniqueConstraint("token", name=op.f("uq_correction_request_token")),
    )
    op.create_index("ix_correction_request_answered", "correction_request", ["answered_at", "id"])
    op.create_index(op.f("ix_correction_request_person_id"), "correction_request", ["person_id"])
