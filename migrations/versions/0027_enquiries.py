"""Questions of panellists to the facilitators, whose answers the whole panel reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("panellist_id", sa.String(32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_enquiry"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_enquiry_study_id_study", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panellist_id"], ["panellist.id"], name="fk_enquiry_panellist_id_panellist", ondelete="SET NULL"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_enquiry_study_id", "enquiry", ["study_id"])
    op.create_index("ix_enquiry_panellist_id", "enquiry", ["panellist_id"])
    op.create_table(
        "enquiries_seen",
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("panellist_id", name="pk_enquiries_seen"),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name="fk_enquiries_seen_panellist_id_panellist",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("enquiries_seen")
    op.drop_table("enquiry")
