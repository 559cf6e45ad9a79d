"""Arguments know the reasons they came from: what was decided on each reason, the policy, the questions to authors.

Arguments from before lead back to nobody. One that stands word for word as a reason of its item is linked to it. Of a
round that is still moderated the others are taken away: their reasons are to be checked again, since nobody could be
asked about their wording.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _to(table: str, column: str, target: str, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE argument ADD COLUMN fallback VARCHAR(8) DEFAULT 'redacted' NOT NULL"
        " CONSTRAINT ck_argument_fallback CHECK (fallback IN ('redacted', 'none'))"
    )
    op.create_table(
        "moderated_reason",
        sa.Column("rationale_id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("item_id", sa.String(16), nullable=False),
        sa.Column("argument_id", sa.String(32), nullable=True),
        sa.Column("redacted", sa.Text(), nullable=False),
        sa.Column("left_out", sa.String(12), nullable=False),
        sa.Column("answer", sa.String(7), nullable=False),
        sa.CheckConstraint(
            "answer IN ('open', 'agreed', 'refused')", name=op.f("ck_moderated_reason_answer")
        ),
        sa.CheckConstraint(
            "(argument_id IS NULL) = (left_out <> '')", name=op.f("ck_moderated_reason_argument_or_ground")
        ),
        sa.PrimaryKeyConstraint("rationale_id", name="pk_moderated_reason"),
        _to("moderated_reason", "rationale_id", "rationale"),
        _to("moderated_reason", "round_id", "round", None),
        _to("moderated_reason", "item_id", "item", None),
        _to("moderated_reason", "argument_id", "argument"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_moderated_reason_round_id", "moderated_reason", ["round_id"])
    op.create_index("ix_moderated_reason_argument_id", "moderated_reason", ["argument_id"])
    op.create_table(
        "moderation_step",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("item_id", sa.String(16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "item_id", name="pk_moderation_step"),
        _to("moderation_step", "round_id", "round"),
        _to("moderation_step", "item_id", "item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "moderation_policy",
        sa.Column("study_id", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", name="pk_moderation_policy"),
        _to("moderation_policy", "study_id", "study"),
    )
    op.create_table(
        "wording_request",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_wording_request"),
        _to("wording_request", "round_id", "round"),
    )
    _link()


def _link() -> None:
    connection = op.get_bind()
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for key, *place, text in connection.execute(
        sa.text(
            "SELECT id, round_id, item_id, text FROM rationale"
            " WHERE is_current AND visibility = 'panel' AND text <> '' ORDER BY id"
        )
    ):
        reasons.setdefault((*place, text.strip()), []).append(key)
    rows = []
    for argument, *place, text in connection.execute(
        sa.text("SELECT id, round_id, item_id, text FROM argument ORDER BY id")
    ).all():
        found = reasons.get((*place, text.strip()))
        if found:
            rows.append({"k": found.pop(0), "r": place[0], "i": place[1], "a": argument, "t": text.strip()})
    if rows:
        connection.execute(
            sa.text("INSERT INTO moderated_reason VALUES (:k, :r, :i, :a, :t, '', 'open')"), rows
        )
    connection.execute(
        sa.text(
            "DELETE FROM argument WHERE round_id IN (SELECT id FROM round WHERE feedback = 'in_moderation')"
            " AND id NOT IN (SELECT argument_id FROM moderated_reason WHERE argument_id IS NOT NULL)"
        )
    )


def downgrade() -> None:
    for name in ("wording_request", "moderation_policy", "moderation_step", "moderated_reason"):
        op.drop_table(name)
    op.drop_column("argument", "fallback")
