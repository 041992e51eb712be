"""Back-entry: files of earlier vaccinations, and what became of each of their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables; a worker of the version before knows neither."""
    _run()
    _row()


def downgrade() -> None:
    """Remove them again."""
    for table in ("import_row", "import_run"):
        op.drop_table(table)


def _run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("read_as", sa.String(16), nullable=True),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("new_sites", sa.JSON(), nullable=True),
        sa.Column("rows_checked", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ROW_ID, nullable=True),
        sa.Column("run_at", sa.BigInteger(), nullable=True),
        sa.Column("run_by", ROW_ID, nullable=True),
        sa.Column("imported_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ROW_ID, nullable=True),
        sa.Column("job", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'importing', 'imported', 'undoing', 'undone', 'failed', 'discarded')",
            name=op.f("ck_import_run_state_known"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_import_run_made_by_account")),
        sa.ForeignKeyConstraint(["run_by"], ["account.id"], name=op.f("fk_import_run_run_by_account")),
        sa.ForeignKeyConstraint(["undone_by"], ["account.id"], name=op.f("fk_import_run_undone_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("token", name=op.f("uq_import_run_token")),
    )
    op.create_index(op.f("ix_import_run_file_sha256"), "import_run", ["file_sha256"])


def _row() -> None:
    op.create_table(
        "import_row",
        sa.Column("import_id", ROW_ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("finding", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("new_person", sa.Boolean(), nullable=False),
        sa.Column("dose_id", sa.BigInteger(), nullable=True),
        sa.Column("learned", sa.JSON(), nullable=True),
        sa.Column("learned_version", sa.Integer(), nullable=True),
        sa.Column("held_by", sa.BigInteger(), nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", ROW_ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_row_import_id_import_run")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_row_person_id_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_import_row_decided_by_account")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_outcome", "import_row", ["import_id", "outcome", "row"])
    op.create_index(op.f("ix_import_row_person_id"), "import_row", ["person_id"])
