"""Pre-registration: the bytes of a locked protocol are kept, and amendments are numbered and chained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBERED = sa.text("number > 0")


def upgrade() -> None:
    op.add_column("study", sa.Column("locked", sa.Text(), nullable=True))
    op.add_column("amendment", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("amendment", sa.Column("hash", sa.String(64), nullable=True))
    op.create_index(
        "uq_amendment_number",
        "amendment",
        ["study_id", "number"],
        unique=True,
        sqlite_where=NUMBERED,
        postgresql_where=NUMBERED,
    )


def downgrade() -> None:
    op.drop_index("uq_amendment_number", "amendment")
    op.drop_column("amendment", "hash")
    op.drop_column("amendment", "number")
    op.drop_column("study", "locked")
