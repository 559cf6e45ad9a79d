"""Files in and out: uploads, mappings of columns, rounds run elsewhere, replication files, archived copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    "archived_snapshot",
    "archived_copy",
    "replication_request",
    "joined_round",
    "column_mapping",
    "uploaded_ratings",
)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _coming() -> None:
    op.create_table(
        "uploaded_ratings",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("filename", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploaded_ratings"),
        _to("uploaded_ratings", "account_id", "account"),
        _to("uploaded_ratings", "study_id", "study"),
    )
    for column in ("account_id", "study_id", "at"):
        op.create_index(f"ix_uploaded_ratings_{column}", "uploaded_ratings", [column])
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_column_mapping"),
        sa.UniqueConstraint("account_id", "name", name="uq_column_mapping_account_id_name"),
        _to("column_mapping", "account_id", "account"),
    )
    op.create_table(
        "joined_round",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("filename", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_joined_round"),
        _to("joined_round", "round_id", "round"),
    )


def _replication() -> None:
    op.create_table(
        "replication_request",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(16), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(16)),
        sa.Column("decided_at", UTCDateTime()),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime()),
        sa.Column("content", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_replication_request"),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'made')", name="ck_replication_request_state"
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name="ck_replication_request_two_people"
        ),
        sa.CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="ck_replication_request_decided"),
        sa.CheckConstraint("content IS NULL OR state = 'made'", name="ck_replication_request_content"),
        _to("replication_request", "study_id", "study"),
    )
    op.create_index("ix_replication_request_study_id", "replication_request", ["study_id"])


def upgrade() -> None:
    _coming()
    _replication()
    op.create_table(
        "archived_copy",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_archived_copy"),
        _to("archived_copy", "study_id", "study"),
    )
    op.create_table(
        "archived_snapshot",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_archived_snapshot"),
        _to("archived_snapshot", "round_id", "round"),
    )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
