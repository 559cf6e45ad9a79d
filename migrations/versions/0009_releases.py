"""Briefs are released to named recipients, acknowledged and retracted.

What was released before has a release without recipients: the staff of its study read it, nobody else does until
it is released by name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _community() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(160), nullable=False, unique=True),
    )
    op.create_table(
        "community_member",
        sa.Column(
            "community_id", sa.String(16), sa.ForeignKey("community.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "account_id", sa.String(16), sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
        ),
    )


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("brief_id", sa.String(16), sa.ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("community_id", sa.String(16), sa.ForeignKey("community.id"), nullable=True),
        sa.Column("permitted_use", sa.String(20), nullable=False),
        sa.Column("summary_public", sa.Boolean(), nullable=False),
        sa.Column("released_by", sa.String(40), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_by", sa.String(40), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
    )


def _recipient() -> None:
    op.create_table(
        "recipient",
        sa.Column(
            "brief_id", sa.String(16), sa.ForeignKey("release.brief_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "account_id", sa.String(16), sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("organisation", sa.String(160), nullable=False),
        sa.Column("named_by", sa.String(40), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("retraction_acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_recipient_account_id"), "recipient", ["account_id"])


def upgrade() -> None:
    _community()
    _release()
    _recipient()
    op.execute(
        "INSERT INTO release (brief_id, marking, permitted_use, summary_public, released_by, released_at, "
        "retracted_by) SELECT id, marking, 'awareness', false, '', published_at, '' FROM brief "
        "WHERE state IN ('published', 'withdrawn') AND published_at IS NOT NULL"
    )


def downgrade() -> None:
    for table in ("recipient", "release", "community_member", "community"):
        op.drop_table(table)
