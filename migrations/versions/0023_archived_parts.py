"""Released documents and ethics results that came in an archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived_part",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", "name", name="pk_archived_part"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_archived_part_study_id_study", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("archived_part")
