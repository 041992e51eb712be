"""Staff: six roles, the second factor's counter and recovery codes, wrong attempts.

Nothing is taken away: whoever was an administrator is a key administrator too, and a worker of the version before goes
on asking for the role `administrator`, which the newer ones do not know any more. `clerk` keeps its name: a clerk of a
health department; whoever works at one site is given the narrower role on the page of accounts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAMES = ("vaccinator", "site_lead", "clerk", "key_administrator", "auditor", "ministry")
_BOTH = ("administrator", "key_administrator")
_role = sa.table("role", sa.column("id"), sa.column("name"))
_held = sa.table("account_role", sa.column("account_id"), sa.column("role_id"))


def upgrade() -> None:
    """Make the tables and the column, enter the roles that are missing, and give administrators theirs."""
    op.add_column("account", sa.Column("tf_last_counter", sa.BigInteger(), nullable=True))
    _recovery_code()
    _login_attempts()
    _roles(op.get_bind())


def downgrade() -> None:
    """Take all of it away again; who has an authenticator enrols anew after the next upgrade."""
    connection = op.get_bind()
    new = set(_NAMES) - {"clerk"}
    held = sa.select(_role.c.id).where(_role.c.name.in_(new))
    connection.execute(_held.delete().where(_held.c.role_id.in_(held)))
    connection.execute(_role.delete().where(_role.c.name.in_(new)))
    op.drop_table("login_attempts")
    op.drop_table("recovery_code")
    op.drop_column("account", "tf_last_counter")


def _roles(connection: sa.Connection) -> None:
    there = set(connection.scalars(sa.select(_role.c.name)))
    for name in _NAMES:
        if name not in there:
            connection.execute(_role.insert().values(name=name))
    old, new = (connection.scalar(sa.select(_role.c.id).where(_role.c.name == name)) for name in _BOTH)
    if old is not None:
        givers = sa.select(_held.c.account_id, sa.literal(new, sa.BigInteger())).where(_held.c.role_id == old)
        connection.execute(_held.insert().from_select(["account_id", "role_id"], givers))


def _recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("account_id", ROW_ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(48), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempts")),
    )
    op.create_index(op.f("ix_login_attempts_last_at"), "login_attempts", ["last_at"], unique=False)
