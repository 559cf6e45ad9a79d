"""What panellists say of arguments: useful, or having changed a mind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "argument_mark",
        sa.Column(
            "panellist_id", sa.String(32), sa.ForeignKey("panellist.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "argument_id", sa.String(32), sa.ForeignKey("argument.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("kind", sa.String(7), primary_key=True),
        sa.Column("round_id", sa.String(16), sa.ForeignKey("round.id", ondelete="CASCADE"), nullable=False),
        sa.CheckConstraint("kind IN ('useful', 'changed')", name="kind"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_argument_mark_round_id", "argument_mark", ["round_id"])


def downgrade() -> None:
    op.drop_index("ix_argument_mark_round_id", "argument_mark")
    op.drop_table("argument_mark")
