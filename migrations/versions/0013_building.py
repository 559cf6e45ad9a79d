"""What helps to build a study: templates, pilots, languages of texts, files beside a scenario."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _templates() -> None:
    op.create_table(
        "design_template",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_design_template"),
        _to("design_template", "owner", "account"),
    )
    op.create_index("ix_design_template_owner", "design_template", ["owner"])
    op.create_table(
        "template_version",
        sa.Column("template_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("template_id", "number", name="pk_template_version"),
        _to("template_version", "template_id", "design_template"),
    )


def _pilots() -> None:
    op.create_table(
        "pilot",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("pilot_of", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_pilot"),
        _to("pilot", "study_id", "study"),
        _to("pilot", "pilot_of", "study"),
    )
    op.create_index("ix_pilot_pilot_of", "pilot", ["pilot_of"])
    op.create_table(
        "change_reason",
        sa.Column("pilot_id", sa.String(16), nullable=False),
        sa.Column("change", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "change", name="pk_change_reason"),
        _to("change_reason", "pilot_id", "study"),
    )


def _attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("scenario_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("mimetype", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        _to("attachment", "study_id", "study"),
        _to("attachment", "scenario_id", "scenario"),
    )
    op.create_index("ix_attachment_study_id", "attachment", ["study_id"])
    op.create_index("ix_attachment_scenario", "attachment", ["scenario_id"])


def upgrade() -> None:
    op.add_column("study", sa.Column("pilot", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("study", sa.Column("languages", sa.JSON(), nullable=False, server_default='["en"]'))
    op.add_column("scenario", sa.Column("texts", sa.JSON(), nullable=False, server_default="{}"))
    _templates()
    _pilots()
    _attachments()


def downgrade() -> None:
    for name in ("attachment", "change_reason", "pilot", "template_version", "design_template"):
        op.drop_table(name)
    op.drop_column("scenario", "texts")
    for column in ("languages", "pilot"):
        op.drop_column("study", column)
