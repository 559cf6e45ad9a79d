"""Requests for a new personal link, which link stops when another is first entered, and practice answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("personal_link", sa.Column("replaced_by", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "lost_link",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lost_link"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "practice_answer",
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column("statement", sa.String(10), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("panellist_id", "statement", name="pk_practice_answer"),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name="fk_practice_answer_panellist_id_panellist",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("said BETWEEN 1 AND 99", name=op.f("ck_practice_answer_said")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("practice_answer")
    op.drop_table("lost_link")
    op.drop_column("personal_link", "replaced_by")
