"""The revoked passes in the order of their serials, for the lists of the trust channel.

Only revoked passes stand in the index, with all that a list needs: without it, each list would read and
sort the whole register. The index by key stays as it is: revoking a key goes through its passes in their
own order, which an index with more columns would not give.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REVOKED = sa.text("revoked_at IS NOT NULL")


def upgrade() -> None:
    """Make the index; no row is changed."""
    op.create_index(
        op.f("ix_issued_pass_revoked_serial"),
        "issued_pass",
        ["serial", "expires_at", "kid"],
        unique=False,
        sqlite_where=_REVOKED,
        postgresql_where=_REVOKED,
    )


def downgrade() -> None:
    """Remove it again."""
    op.drop_index(op.f("ix_issued_pass_revoked_serial"), "issued_pass")
