"""Runs of printing, and who got no pass after a sign-off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a worker of the version before knows none of them, and counts what is refused as before."""
    _run()
    _place()
    _refusal()


def downgrade() -> None:
    """Remove them again."""
    for table in ("sign_off_refusal", "print_place", "print_run"):
        op.drop_table(table)


def _run() -> None:
    op.create_table(
        "print_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("scope", sa.String(6), nullable=False),
        sa.Column("unit_version", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(5), nullable=True),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("layout", sa.String(4), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ROW_ID, nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("job", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint("scope IN ('unit', 'site', 'people')", name=op.f("ck_print_run_scope_known")),
        sa.CheckConstraint("state IN ('making', 'ready', 'over')", name=op.f("ck_print_run_state_known")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_print_run_site_id_site")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_print_run_made_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint("token", name=op.f("uq_print_run_token")),
    )
    op.create_index("ix_print_run_state", "print_run", ["state", "ends_at"])
    op.create_index(op.f("ix_print_run_made_by"), "print_run", ["made_by"])


def _place() -> None:
    op.create_table(
        "print_place",
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("pass_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["print_run.id"], name=op.f("fk_print_place_run_id_print_run")),
        sa.ForeignKeyConstraint(["pass_id"], ["issued_pass.id"], name=op.f("fk_print_place_pass_id_issued_pass")),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_print_place")),
    )
    op.create_index(op.f("ix_print_place_pass_id"), "print_place", ["pass_id"])


def _refusal() -> None:
    op.create_table(
        "sign_off_refusal",
        sa.Column("sign_off", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sign_off"], ["sign_off.id"], name=op.f("fk_sign_off_refusal_sign_off_sign_off")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_off_refusal_person_id_person")),
        sa.PrimaryKeyConstraint("sign_off", "person_id", "form", name=op.f("pk_sign_off_refusal")),
    )
    op.create_index(op.f("ix_sign_off_refusal_person_id"), "sign_off_refusal", ["person_id"])
