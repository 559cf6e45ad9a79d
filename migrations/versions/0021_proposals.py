"""Round 0: proposals of the panel and the trail to what is asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _proposing() -> None:
    op.create_table(
        "proposing",
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("progress", sa.String(15), nullable=False),
        sa.PrimaryKeyConstraint("panellist_id", "round_id", name="pk_proposing"),
        _to("proposing", "panellist_id", "panellist"),
        _to("proposing", "round_id", "proposal_round"),
        sqlite_with_rowid=False,
    )


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        _text("statement"),
        _text("why"),
        sa.Column("always", sa.Boolean(), nullable=False),
        _text("left_out"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        _to("proposal", "round_id", "proposal_round"),
        _to("proposal", "panellist_id", "panellist"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proposal_round_id", "proposal", ["round_id"])
    op.create_index("ix_proposal_panellist_id", "proposal", ["panellist_id"])


def upgrade() -> None:
    op.create_table(
        "proposal_round",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        _text("question"),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("deadline", UTCDateTime(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        _text("close_reason"),
        sa.Column("took_part", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_round"),
        sa.UniqueConstraint("study_id", name="uq_proposal_round_study_id"),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_proposal_round_state")),
        _to("proposal_round", "study_id", "study"),
    )
    _proposing()
    _proposal()
    op.create_table(
        "proposal_use",
        sa.Column("proposal_id", sa.String(32), nullable=False),
        sa.Column("scenario_id", sa.String(16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "scenario_id", name="pk_proposal_use"),
        _to("proposal_use", "proposal_id", "proposal"),
        _to("proposal_use", "scenario_id", "scenario"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proposal_use_scenario_id", "proposal_use", ["scenario_id"])


def downgrade() -> None:
    for name in ("proposal_use", "proposal", "proposing", "proposal_round"):
        op.drop_table(name)
