"""How long pages were in view, coarse, beside the progress of a panellist."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participation", sa.Column("page_seconds", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("participation", "page_seconds")
