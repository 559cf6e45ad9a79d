"""The panel rates the headline risks in an ethics round of its own; flags and the register of measures stand apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEPT = {
    "ethics_rating": (
        *("id", "panellist_id", "question_id", "round_id", "revision", "gravity", "reach", "irreversibility"),
        *("likelihood", "burden", "confidence", "cannot_judge", "reason", "visibility", "seal"),
    ),
    "ethics_answer": (
        "id",
        "panellist_id",
        "question_id",
        "round_id",
        "revision",
        "value",
        "cannot_judge",
        "seal",
    ),
}
_FROZEN = "ethics_snapshot"
_LEAVING = (
    "EXISTS (SELECT 1 FROM erasure WHERE erasure.panellist_id = OLD.panellist_id "
    "AND erasure.kind <> 'identity')"
)


def _rewritten(table: str, different: str) -> str:
    changed = " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in _KEPT[table])
    return f"({changed} OR NEW.is_current OR NOT OLD.is_current)"


def _sqlite_triggers() -> None:
    for table in (*_KEPT, _FROZEN):
        test = f"WHEN {_rewritten(table, 'IS NOT')} " if table in _KEPT else ""
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} {test}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        test = f"WHEN NOT {_LEAVING} " if table in _KEPT else ""
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {test}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: nothing is deleted'); END"
        )


def _postgresql_triggers() -> None:
    for table in (*_KEPT, _FROZEN):
        test = _rewritten(table, "IS DISTINCT FROM") if table in _KEPT else "TRUE"
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {test} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )
        test = f"NOT {_LEAVING}" if table in _KEPT else "TRUE"
        op.execute(
            f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {test} THEN RAISE EXCEPTION '{table} is append-only: nothing is deleted'; END IF; "
            f"RETURN OLD; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()"
        )


def _register_of(parent: str, column: str) -> None:
    """Let the register of measures hang on ``parent``: a measure no longer waits for an assessment."""
    other = {"study": "assessment", "assessment": "study"}[parent]
    if parent == "assessment":
        op.drop_column("mitigation", "rounds_before")
    with op.batch_alter_table("mitigation") as table:
        table.drop_constraint(f"fk_mitigation_study_id_{other}", type_="foreignkey")
        table.create_foreign_key(
            op.f(f"fk_mitigation_study_id_{parent}"), parent, ["study_id"], [column], ondelete="CASCADE"
        )
    old, new = ("risk", "against") if parent == "study" else ("against", "risk")
    op.execute(f"ALTER TABLE mitigation RENAME COLUMN {old} TO {new}")
    if parent == "study":
        op.add_column(
            "mitigation", sa.Column("rounds_before", sa.Integer(), server_default="0", nullable=False)
        )


def upgrade() -> None:
    _tables()
    op.add_column("study", sa.Column("asked_until", sa.DateTime(timezone=True), nullable=True))
    _register_of("study", "id")
    _waivers_leave_the_brief()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_triggers()
    else:
        _sqlite_triggers()


def _waivers_leave_the_brief() -> None:
    """Keep the newest waiver of each study; nobody is named, so that reviewer and owner have to write it anew."""
    op.execute(
        "INSERT INTO ethics_waiver (study_id, round_number, reason, written_by, writer_id, written_on, "
        "confirmed_by, confirmer_id) SELECT study_id, 0, waiver, '', '', issued_on, '', '' FROM brief "
        "WHERE waiver <> '' AND version = "
        "(SELECT max(later.version) FROM brief AS later WHERE later.study_id = brief.study_id)"
    )
    op.drop_column("brief", "waiver")


def downgrade() -> None:
    op.add_column("brief", sa.Column("waiver", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE brief SET waiver = COALESCE((SELECT reason FROM ethics_waiver "
        "WHERE ethics_waiver.study_id = brief.study_id), '') WHERE state <> 'published'"
    )
    op.execute("DELETE FROM mitigation WHERE study_id NOT IN (SELECT study_id FROM assessment)")
    _register_of("assessment", "study_id")
    op.drop_column("study", "asked_until")
    for table in (
        *(
            "sealed_ethics_round",
            "ethics_snapshot",
            "ethics_answer",
            "ethics_rating",
            "ethics_participation",
            "ethics_round",
        ),
        *("ethics_precedent", "ethics_waiver", "ethics_flag"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in (*_KEPT, _FROZEN):
            op.execute(f"DROP FUNCTION {table}_append_only()")
            op.execute(f"DROP FUNCTION {table}_kept()")


def _tables() -> None:
    op.create_table(
        "ethics_flag",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("question_id", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("source", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.String(length=120), nullable=False),
        sa.Column("replier_id", sa.String(length=32), nullable=False),
        sa.Column("cleared_by", sa.String(length=120), nullable=False),
        sa.Column("cleared_reason", sa.Text(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'cleared') = (cleared_on IS NOT NULL)", name=op.f("ck_ethics_flag_cleared")
        ),
        sa.CheckConstraint("level IN ('stop', 'major', 'minor')", name=op.f("ck_ethics_flag_level")),
        sa.CheckConstraint("source IN ('panel', 'risk', 'response')", name=op.f("ck_ethics_flag_source")),
        sa.CheckConstraint("state IN ('open', 'answered', 'cleared')", name=op.f("ck_ethics_flag_state")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_ethics_flag_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ethics_flag")),
    )
    with op.batch_alter_table("ethics_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ethics_flag_study_id"), ["study_id"], unique=False)

    op.create_table(
        "ethics_waiver",
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("writer_id", sa.String(length=32), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("confirmer_id", sa.String(length=32), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (confirmer_id = '')", name=op.f("ck_ethics_waiver_confirmed")
        ),
        sa.CheckConstraint(
            "confirmer_id = '' OR confirmer_id <> writer_id", name=op.f("ck_ethics_waiver_two")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_ethics_waiver_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_ethics_waiver")),
    )
    op.create_table(
        "ethics_precedent",
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("question_id", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_ethics_precedent_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "question_id", name=op.f("pk_ethics_precedent")),
    )
    op.create_table(
        "ethics_round",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_ethics_round_closed")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_ethics_round_state")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_ethics_round_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ethics_round")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_ethics_round_study_id_number")),
    )
    with op.batch_alter_table("ethics_round", schema=None) as batch_op:
        batch_op.create_index(
            "uq_ethics_round_open",
            ["study_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "ethics_snapshot",
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["ethics_round.id"],
            name=op.f("fk_ethics_snapshot_round_id_ethics_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_ethics_snapshot")),
        sa.UniqueConstraint("hash", name=op.f("uq_ethics_snapshot_hash")),
    )
    op.create_table(
        "sealed_ethics_round",
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("seals", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["ethics_round.id"],
            name=op.f("fk_sealed_ethics_round_round_id_ethics_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_sealed_ethics_round")),
    )
    op.create_table(
        "ethics_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=10), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=True),
        sa.Column("cannot_judge", sa.Boolean(), nullable=False),
        sa.Column("seal", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(value IS NULL) = cannot_judge", name=op.f("ck_ethics_answer_cannot_judge")),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_ethics_answer_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["ethics_round.id"],
            name=op.f("fk_ethics_answer_round_id_ethics_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ethics_answer")),
        sa.UniqueConstraint(
            "panellist_id",
            "question_id",
            "round_id",
            "revision",
            name=op.f("uq_ethics_answer_panellist_id_question_id_round_id_revision"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ethics_answer", schema=None) as batch_op:
        batch_op.create_index("ix_ethics_answer_round", ["round_id"], unique=False)
        batch_op.create_index(
            "uq_ethics_answer_current",
            ["panellist_id", "question_id", "round_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "ethics_participation",
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_ethics_participation_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["ethics_round.id"],
            name=op.f("fk_ethics_participation_round_id_ethics_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("panellist_id", "round_id", name=op.f("pk_ethics_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ethics_rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=10), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("gravity", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("irreversibility", sa.Integer(), nullable=True),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("burden", sa.String(length=20), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("cannot_judge", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(length=12), nullable=False),
        sa.Column("seal", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "burden IN ('general', 'partly_vulnerable', 'mainly_vulnerable')",
            name=op.f("ck_ethics_rating_burden"),
        ),
        sa.CheckConstraint(
            "visibility IN ('panel', 'facilitators', 'declined')", name=op.f("ck_ethics_rating_visibility")
        ),
        sa.CheckConstraint(
            "(gravity IS NULL) = cannot_judge AND (reach IS NULL) = cannot_judge AND (irreversibility IS NULL) = cannot_judge AND (likelihood IS NULL) = cannot_judge AND (burden IS NULL) = cannot_judge",
            name=op.f("ck_ethics_rating_cannot_judge"),
        ),
        sa.CheckConstraint("confidence BETWEEN 1 AND 3", name=op.f("ck_ethics_rating_confidence")),
        sa.CheckConstraint(
            "gravity BETWEEN 1 AND 5 AND reach BETWEEN 1 AND 5 AND irreversibility BETWEEN 1 AND 5 AND likelihood BETWEEN 1 AND 5",
            name=op.f("ck_ethics_rating_range"),
        ),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_ethics_rating_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["ethics_round.id"],
            name=op.f("fk_ethics_rating_round_id_ethics_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ethics_rating")),
        sa.UniqueConstraint(
            "panellist_id",
            "question_id",
            "round_id",
            "revision",
            name=op.f("uq_ethics_rating_panellist_id_question_id_round_id_revision"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ethics_rating", schema=None) as batch_op:
        batch_op.create_index("ix_ethics_rating_round", ["round_id"], unique=False)
        batch_op.create_index(
            "uq_ethics_rating_current",
            ["panellist_id", "question_id", "round_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )
