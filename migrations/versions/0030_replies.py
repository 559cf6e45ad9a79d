"""Replies of panellists to arguments, under a label drawn anew for each thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("panellist_id", sa.String(32), nullable=True),
        sa.Column("argument_id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("left_out", sa.String(12), nullable=False),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint(
            "panellist_id", "argument_id", "round_id", name=op.f("uq_reply_panellist_id_argument_id_round_id")
        ),
        _to("reply", "panellist_id", "panellist", "SET NULL"),
        _to("reply", "argument_id", "argument", "CASCADE"),
        _to("reply", "round_id", "round", "CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reply_argument_id", "reply", ["argument_id"])
    op.create_index("ix_reply_round_id", "reply", ["round_id"])
    op.create_table(
        "reply_thread",
        sa.Column("argument_id", sa.String(32), nullable=False),
        sa.Column("secret", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("argument_id", name="pk_reply_thread"),
        _to("reply_thread", "argument_id", "argument", "CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("reply_thread")
    op.drop_table("reply")
