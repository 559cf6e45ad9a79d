"""The time zone in which deadlines of a study are set and told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("study", sa.Column("time_zone", sa.String(40), nullable=False, server_default="UTC"))


def downgrade() -> None:
    op.drop_column("study", "time_zone")
