"""A person sets the warning level; early actions have a status, indicators have readings. All three are appended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPENDED = ("warning_level", "indicator_reading", "action_change")


def upgrade() -> None:
    """Add the three tables with their triggers."""
    op.create_table(
        "warning_level",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("scenario", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed", sa.String(10), nullable=False),
        *_signed(),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_warning_level_level")),
        sa.CheckConstraint("proposed BETWEEN 0 AND 4", name=op.f("ck_warning_level_proposed")),
        sa.CheckConstraint(
            "changed IN ('evidence', 'judgement', 'policy')", name=op.f("ck_warning_level_changed")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_warning_level_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_level")),
        sa.UniqueConstraint(
            "study_id", "scenario", "position", name=op.f("uq_warning_level_study_id_scenario_position")
        ),
    )
    _of("indicator", "indicator_reading", sa.Column("value", sa.String(120), nullable=False),
        sa.Column("on", sa.Date(), nullable=False), sa.Column("status", sa.String(20), nullable=False))  # fmt: skip
    _of("early_action", "action_change", sa.Column("status", sa.String(20), nullable=False),
        sa.Column("owner", sa.String(160), nullable=False), sa.Column("reason", sa.Text(), nullable=False))  # fmt: skip
    for table in APPENDED:
        _freeze(table)


def _signed() -> list[sa.Column[object]]:
    return [
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    ]


def _of(parent: str, table: str, *columns: sa.Column[object]) -> None:
    key = f"{parent.removeprefix('early_')}_id"
    op.create_table(
        table,
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column(key, sa.String(16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *columns,
        *_signed(),
        sa.ForeignKeyConstraint(
            [key], [f"{parent}.id"], name=op.f(f"fk_{table}_{key}_{parent}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(key, "position", name=op.f(f"uq_{table}_{key}_position")),
    )


def _freeze(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    """Drop the tables; their triggers go with them."""
    for table in reversed(APPENDED):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_append_only()")
