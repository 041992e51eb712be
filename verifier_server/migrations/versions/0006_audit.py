"""The audit: events with their details, the chain over them, and the heads that were given out.

What was in the register before has no events: the audit begins with this migration. An older worker
that still runs records none; the tables only wait.
"""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the six tables and begin a chain; nothing else is changed."""
    _event_and_detail()
    _waiting_and_link()
    _chain_and_head()


def downgrade() -> None:
    """Remove them again, with all that they hold."""
    for table in ("audit_head", "audit_chain", "audit_link", "audit_waiting", "audit_detail"):
        op.drop_table(table)
    op.drop_index(op.f("ix_audit_event_person"), "audit_event")
    op.drop_table("audit_event")


def _event_and_detail() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("site", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_person"), "audit_event", ["person"], unique=False)
    op.create_table(
        "audit_detail",
        sa.Column("event", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_audit_detail")),
    )


def _waiting_and_link() -> None:
    op.create_table(
        "audit_waiting",
        sa.Column("event", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_audit_waiting")),
    )
    op.create_table(
        "audit_link",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("event", name=op.f("uq_audit_link_event")),
    )


def _chain_and_head() -> None:
    chain = op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "audit_head",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_head")),
    )
    name = secrets.token_hex(16)
    first = hashlib.sha256(b"checkpoint-audit/1" + bytes.fromhex(name)).digest()
    op.bulk_insert(chain, [{"id": 1, "chain": name, "seq": 0, "hash": first}])
