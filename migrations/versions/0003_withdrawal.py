"""A withdrawn brief says why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("brief", sa.Column("withdrawn_because", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("brief") as table:
        table.drop_column("withdrawn_because")
