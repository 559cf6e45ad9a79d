"""Invitations by round, the log and the texts of mails, planned reminders, and what a monitor keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _state(table: str, *states: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{state}'" for state in states)
    return sa.CheckConstraint(f"state IN ({listed})", name=op.f(f"ck_{table}_state"))


def upgrade() -> None:
    op.add_column("panellist", sa.Column("decline_reason", sa.String(20), nullable=False, server_default=""))
    op.add_column(
        "participation", sa.Column("opened", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("outbox_message", sa.Column("next_try_at", UTCDateTime(), nullable=True))
    _people()
    _rounds()
    _invite_who_was_invited()


def _people() -> None:
    op.create_table(
        "mail_server",
        sa.Column("name", sa.String(10), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("down_since", UTCDateTime(), nullable=True),
        sa.Column("next_try_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_mail_server"),
    )
    op.create_table(
        "invitation",
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("letter_id", sa.String(32), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", "round_id", name="pk_invitation"),
        _to("invitation", "contact_id", "sealed_identity"),
        _to("invitation", "study_id", "study"),
        _state("invitation", "queued", "sent", "failed", "withdrawn"),
        sqlite_with_rowid=False,
    )
    for column in ("round_id", "study_id", "letter_id"):
        op.create_index(f"ix_invitation_{column}", "invitation", [column])
    op.create_table(
        "letter",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        _to("letter", "study_id", "study"),
        _to("letter", "contact_id", "sealed_identity", "SET NULL"),
        _state("letter", "queued", "sent", "failed", "dropped"),
        sqlite_with_rowid=False,
    )
    for column in ("study_id", "contact_id", "state"):
        op.create_index(f"ix_letter_{column}", "letter", [column])
    op.create_table(
        "letter_text",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", "kind", "language", name="pk_letter_text"),
        _to("letter_text", "study_id", "study"),
    )
    op.create_table(
        "mail_choice",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_mail_choice"),
        _to("mail_choice", "study_id", "study"),
    )


def _rounds() -> None:
    op.create_table(
        "reminder_plan",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "days_before", name="pk_reminder_plan"),
        _to("reminder_plan", "round_id", "round"),
    )
    op.create_table(
        "progress_day",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "day", name="pk_progress_day"),
        _to("progress_day", "round_id", "round"),
    )
    op.create_table(
        "round_quality",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_round_quality"),
        _to("round_quality", "round_id", "round"),
    )


def _invite_who_was_invited() -> None:
    """Give the people of rounds that are open an invitation: reminders go to whoever has one.

    Who has a code is sealed. Somebody who has none yet is asked for it by the product before a row counts.
    """
    op.execute(
        "INSERT INTO invitation (contact_id, round_id, study_id, state, letter_id, reminders) "
        "SELECT s.id, r.id, s.study_id, 'sent', '', 0 FROM sealed_identity s "
        "JOIN round r ON r.study_id = s.study_id WHERE r.state = 'open'"
    )


def downgrade() -> None:
    for name in (
        "round_quality",
        "progress_day",
        "reminder_plan",
        "mail_choice",
        "letter_text",
        "letter",
        "invitation",
        "mail_server",
    ):
        op.drop_table(name)
    op.drop_column("outbox_message", "next_try_at")
    op.drop_column("participation", "opened")
    op.drop_column("panellist", "decline_reason")
