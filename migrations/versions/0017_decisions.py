"""Decision records, frozen beside the snapshot, and the log of what was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FROZEN = ("decision", "decision_entry")


def upgrade() -> None:
    """Add both tables; rows are never updated."""
    op.create_table(
        "decision",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_decision"),
        sa.UniqueConstraint("hash", name="uq_decision_hash"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_decision_round_id_round"),
    )
    op.create_table(
        "decision_entry",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(15), nullable=False),
        sa.Column("advice", sa.String(15), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision_entry"),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_decision_entry_study_id_study", ondelete="CASCADE"
        ),
        sa.CheckConstraint("choice IN ('end', 'another_round')", name="ck_decision_entry_choice"),
        sa.CheckConstraint("advice IN ('end', 'another_round', '')", name="ck_decision_entry_advice"),
    )
    op.create_index("ix_decision_entry_study_id", "decision_entry", ["study_id"])
    for table in FROZEN:
        _freeze(table)


def _freeze(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is frozen'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        )


def downgrade() -> None:
    """Drop both tables; their triggers go with them."""
    for table in FROZEN[::-1]:
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_frozen()")
