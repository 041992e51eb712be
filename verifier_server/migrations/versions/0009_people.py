"""People: papers over time, consent, merges, versions of a record; districts and wards.

A worker of the version before goes on entering people with a number and no paper: whoever looks for a number looks in
both places. It shows a merged or erased person as one without doses, until it is replaced.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and tables; what they hold of what is there comes next (0009b)."""
    _columns()
    _identifier()
    _consent()
    _merge()
    _apart()
    _unit()


def downgrade() -> None:
    """Remove them; former numbers, consent and the record of merges go."""
    for table in ("unit", "person_apart", "person_merge", "person_consent", "person_identifier"):
        op.drop_table(table)
    for column in ("unit_version", "unit", "erased_at", "merged_into", "version"):
        op.drop_column("person", column)


def _columns() -> None:
    op.add_column("person", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("person", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("person", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.add_column("person", sa.Column("unit", sa.String(5), nullable=True))
    op.add_column("person", sa.Column("unit_version", sa.Integer(), nullable=True))


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _identifier() -> None:
    table = "person_identifier"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(17), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("country", sa.String(2), nullable=False, server_default="VN"),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("noted_by", ROW_ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('cccd', 'cmnd', 'passport', 'birth_certificate')", name=op.f("ck_person_identifier_kind_known")
        ),
        _refers(table, "person_id", "person"),
        _refers(table, "noted_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_identifier")),
    )
    op.create_index(op.f("ix_person_identifier_person_id"), table, ["person_id"], unique=False)
    op.create_index(op.f("ix_person_identifier_number"), table, ["number"], unique=False)


def _consent() -> None:
    table = "person_consent"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(6), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("noted_by", ROW_ID, nullable=True),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint("how IN ('paper', 'spoken', 'online')", name=op.f("ck_person_consent_how_known")),
        _refers(table, "person_id", "person"),
        _refers(table, "noted_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_consent")),
        sa.UniqueConstraint("token", name=op.f("uq_person_consent_token")),
    )
    op.create_index("ix_person_consent_person_id", table, ["person_id", "id"], unique=False)


def _merge() -> None:
    table = "person_merge"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kept_id", ROW_ID, nullable=False),
        sa.Column("gone_id", ROW_ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_by", ROW_ID, nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ROW_ID, nullable=True),
        _refers(table, "kept_id", "person"),
        _refers(table, "gone_id", "person"),
        _refers(table, "merged_by", "account"),
        _refers(table, "undone_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index(op.f("ix_person_merge_kept_id"), table, ["kept_id"], unique=False)
    op.create_index(op.f("ix_person_merge_gone_id"), table, ["gone_id"], unique=False)


def _apart() -> None:
    table = "person_apart"
    op.create_table(
        table,
        sa.Column("first_id", ROW_ID, nullable=False),
        sa.Column("second_id", ROW_ID, nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", ROW_ID, nullable=False),
        _refers(table, "first_id", "person"),
        _refers(table, "second_id", "person"),
        _refers(table, "decided_by", "account"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_person_apart")),
    )


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(5), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("parent", sa.String(5), nullable=False),
        sa.Column("province", sa.String(2), nullable=False),
        sa.CheckConstraint("kind IN ('district', 'ward')", name=op.f("ck_unit_kind_known")),
        sa.PrimaryKeyConstraint("version", "code", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_parent"), "unit", ["parent"], unique=False)
    op.create_index(op.f("ix_unit_province"), "unit", ["province"], unique=False)
