"""Recruitment: staged lists, consent texts, proposals, the enrolment page and its applicants.

What a contact may carry from here on (organisation, language, note, origin, interest) lies inside its seal: a
program of an earlier revision cannot read such seals, which is why a backup comes before a way back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "applicant",
    "enrolment_page",
    "nomination",
    "interest_handling",
    "consent_text",
    "staged_upload",
)


def _study(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["study_id"], ["study.id"], name=f"fk_{table}_study_id_study", ondelete="CASCADE"
    )


def _lists() -> None:
    op.create_table(
        "staged_upload",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('preview', 'running', 'done', 'failed')", name=op.f("ck_staged_upload_state")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staged_upload"),
        _study("staged_upload"),
    )
    op.create_index("ix_staged_upload_study_id", "staged_upload", ["study_id"])
    op.create_table(
        "nomination",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'declined')", name=op.f("ck_nomination_state")),
        sa.PrimaryKeyConstraint("id", name="pk_nomination"),
        _study("nomination"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_nomination_study_id", "nomination", ["study_id"])


def _texts() -> None:
    op.create_table(
        "consent_text",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("information", sa.Text(), nullable=False),
        sa.Column("agreement", sa.String(300), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", "number", name="pk_consent_text"),
        _study("consent_text"),
    )
    op.create_table(
        "interest_handling",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_interest_handling"),
        _study("interest_handling"),
    )


def _enrolment() -> None:
    op.create_table(
        "enrolment_page",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("slug", sa.String(43), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("group_ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_enrolment_page"),
        sa.UniqueConstraint("slug", name="uq_enrolment_page_slug"),
        _study("enrolment_page"),
    )
    op.create_table(
        "applicant",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(token_hash IS NULL) = (expires_at IS NULL)", name=op.f("ck_applicant_confirmed")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_applicant"),
        sa.UniqueConstraint("token_hash", name="uq_applicant_token_hash"),
        _study("applicant"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_applicant_study_id", "applicant", ["study_id"])


def upgrade() -> None:
    # Not in a batch: that would copy the table and lose its triggers.
    op.add_column(
        "panellist", sa.Column("asked_again", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("panellist", sa.Column("nominated", sa.Integer(), nullable=False, server_default="0"))
    _lists()
    _texts()
    _enrolment()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    for name in ("nominated", "asked_again"):
        op.drop_column("panellist", name)
