"""The first version of the register: people, doses, passes, sites, staff, bulk runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    for make in TABLES.values():
        make()


def downgrade() -> None:
    """Remove every table, with all that is in it."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_folded", sa.String(240), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name_folded", name=op.f("uq_site_name_folded")),
    )


def _role() -> None:
    op.create_table(
        "role",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(64), nullable=False),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tf_primary_method", sa.String(64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_account_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )


def _account_role() -> None:
    op.create_table(
        "account_role",
        sa.Column("account_id", ROW_ID, nullable=False),
        sa.Column("role_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_account_role_role_id_role")),
        sa.PrimaryKeyConstraint("account_id", "role_id", name=op.f("pk_account_role")),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_folded", sa.String(240), nullable=False),
        sa.Column("name_plain", sa.String(240), nullable=False),
        sa.Column("birth", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(6), nullable=False),
        sa.Column("phone", sa.String(16), nullable=True),
        sa.Column("id_number", sa.String(20), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", ROW_ID, nullable=True),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint("sex IN ('female', 'male', 'other')", name=op.f("ck_person_sex_known")),
        sa.CheckConstraint("birth BETWEEN 19000000 AND 21001231", name=op.f("ck_person_birth_range")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_person_created_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id_number", name=op.f("uq_person_id_number")),
        sa.UniqueConstraint("token", name=op.f("uq_person_token")),
    )
    op.create_index("ix_person_name_birth", "person", ["name_folded", "birth"], unique=False)
    op.create_index(op.f("ix_person_phone"), "person", ["phone"], unique=False)


def _dose() -> None:
    op.create_table(
        "dose",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("vaccine", sa.String(24), nullable=False),
        sa.Column("series", sa.Integer(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("lot", sa.String(40), nullable=True),
        sa.Column("vaccinator", sa.String(80), nullable=True),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", ROW_ID, nullable=True),
        sa.Column("token", sa.String(43), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 99", name=op.f("ck_dose_number_range")),
        sa.CheckConstraint("series BETWEEN 1 AND 99", name=op.f("ck_dose_series_range")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dose_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_dose_recorded_by_account")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_dose_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_dose_person_id_number")),
        sa.UniqueConstraint("token", name=op.f("uq_dose_token")),
    )
    op.create_index(op.f("ix_dose_site_id"), "dose", ["site_id"], unique=False)


def _issued_pass() -> None:
    op.create_table(
        "issued_pass",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("certificate_id", sa.String(80), nullable=True),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("doses", sa.Integer(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", ROW_ID, nullable=True),
        sa.Column("site_id", ROW_ID, nullable=True),
        sa.Column("superseded_by", ROW_ID, nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_why", sa.String(40), nullable=True),
        sa.CheckConstraint("form IN ('domestic', 'travel')", name=op.f("ck_issued_pass_form_known")),
        sa.CheckConstraint("status IN ('none', 'partial', 'complete')", name=op.f("ck_issued_pass_status_known")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_issued_pass_issued_by_account")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_issued_pass_person_id_person")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_issued_pass_site_id_site")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["issued_pass.id"], name=op.f("fk_issued_pass_superseded_by_issued_pass")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_pass")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_issued_pass_certificate_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_issued_pass_serial")),
    )
    op.create_index(op.f("ix_issued_pass_kid"), "issued_pass", ["kid"], unique=False)
    op.create_index("ix_issued_pass_person_form", "issued_pass", ["person_id", "form"], unique=False)
    op.create_index(op.f("ix_issued_pass_site_id"), "issued_pass", ["site_id"], unique=False)


def _signer_log() -> None:
    op.create_table(
        "signer_log",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signer_log")),
        sa.UniqueConstraint("serial", name=op.f("uq_signer_log_serial")),
    )


def _serial_block() -> None:
    op.create_table(
        "serial_block",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_n", sa.Integer(), nullable=False),
        sa.Column("leased_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("block BETWEEN 1 AND 4095", name=op.f("ck_serial_block_block_range")),
        sa.CheckConstraint("next_n BETWEEN 0 AND 1048576", name=op.f("ck_serial_block_next_range")),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_serial_block")),
    )


def _bulk_run() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("records_done", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
        sa.UniqueConstraint("file_sha256", "form", name=op.f("uq_bulk_run_file_sha256_form")),
    )


def _bulk_row() -> None:
    op.create_table(
        "bulk_row",
        sa.Column("run_id", ROW_ID, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pass_id", ROW_ID, nullable=True),
        sa.Column("column", sa.String(40), nullable=True),
        sa.Column("problem", sa.String(300), nullable=True),
        sa.ForeignKeyConstraint(["pass_id"], ["issued_pass.id"], name=op.f("fk_bulk_row_pass_id_issued_pass")),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_row_run_id_bulk_run")),
        sa.PrimaryKeyConstraint("run_id", "row", name=op.f("pk_bulk_row")),
    )


TABLES = {
    "site": _site,
    "role": _role,
    "account": _account,
    "account_role": _account_role,
    "person": _person,
    "dose": _dose,
    "issued_pass": _issued_pass,
    "signer_log": _signer_log,
    "serial_block": _serial_block,
    "bulk_run": _bulk_run,
    "bulk_row": _bulk_row,
}
