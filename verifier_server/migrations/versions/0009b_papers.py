"""People: each present number becomes a paper, and the indexes of the new columns.

Apart from 0009, whose locks would keep readers out for as long as this takes.
"""

from __future__ import annotations

from alembic import op

revision = "0009b"
down_revision = "0009"
branch_labels = None
depends_on = None

# A number of letters and digits is a passport's; one of digits was let in with 12 or 9 of them only.
_PAPERS = """
INSERT INTO person_identifier (person_id, kind, number, country, noted_at, noted_by)
SELECT id,
    CASE WHEN upper(id_number) <> lower(id_number) THEN 'passport'
         WHEN length(id_number) = 12 THEN 'cccd' ELSE 'cmnd' END,
    id_number, 'VN', created_at, created_by
FROM person WHERE id_number IS NOT NULL
"""


def upgrade() -> None:
    """Note the papers and make the indexes; readers go on meanwhile."""
    op.execute(_PAPERS)
    op.create_index("ix_person_plain_birth", "person", ["name_plain", "birth"], unique=False)
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"], unique=False)


def downgrade() -> None:
    """Remove them; the numbers stay in the rows of people."""
    op.drop_index(op.f("ix_person_merged_into"), "person")
    op.drop_index("ix_person_plain_birth", "person")
    op.execute("DELETE FROM person_identifier")
