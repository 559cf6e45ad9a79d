"""Exercises: practice studies with played colleagues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("study", sa.Column("exercise", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "exercise",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("prepared", sa.String(40), nullable=False),
        sa.Column("trainee", sa.String(16), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exercise"),
        sa.UniqueConstraint("study_id", name="uq_exercise_study_id"),
        _to("exercise", "study_id", "study"),
        _to("exercise", "trainee", "account"),
    )
    op.create_index("ix_exercise_trainee", "exercise", ["trainee"])
    op.create_table(
        "played_colleague",
        sa.Column("exercise_id", sa.String(16), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("exercise_id", "role", name="pk_played_colleague"),
        _to("played_colleague", "exercise_id", "exercise"),
        _to("played_colleague", "account_id", "account"),
    )
    op.create_table(
        "played_act",
        sa.Column("exercise_id", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("exercise_id", "position", name="pk_played_act"),
        _to("played_act", "exercise_id", "exercise"),
    )


def downgrade() -> None:
    for name in ("played_act", "played_colleague", "exercise"):
        op.drop_table(name)
    op.drop_column("study", "exercise")
