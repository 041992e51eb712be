"""Who gave an account its role, and when a second person confirmed it.

Key administrators that are there already were trusted before there was this rule, and stay so: look through the list.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CONFIRM = """
UPDATE account SET confirmed_at = created_at WHERE id IN (
    SELECT account_id FROM account_role JOIN role ON role.id = account_role.role_id
    WHERE role.name IN ('key_administrator', 'ministry'))
"""


def upgrade() -> None:
    """Make both columns; a worker of the version before leaves them empty."""
    op.add_column("account", sa.Column("role_by", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
    op.execute(_CONFIRM)


def downgrade() -> None:
    """Remove them again."""
    op.drop_column("account", "confirmed_at")
    op.drop_column("account", "role_by")
