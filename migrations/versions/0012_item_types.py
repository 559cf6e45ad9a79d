"""Answers that are no number, and questions of a facilitator's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = (
    *(
        "id",
        "panellist_id",
        "item_id",
        "round_id",
        "revision",
        "is_current",
        "value",
        "low",
        "high",
        "weight",
    ),
    *("cannot_judge", "seal"),
)
_KEPT_AS_WRITTEN = tuple(name for name in _COLUMNS if name != "is_current")
_NUMBER = "(value IS NULL) = cannot_judge"
_NUMBER_OR_DETAIL = "(value IS NULL AND detail IS NULL) = cannot_judge"
_LEAVING = (
    "EXISTS (SELECT 1 FROM erasure WHERE erasure.panellist_id = OLD.panellist_id "
    "AND erasure.kind <> 'identity')"
)


def _rewritten(different: str, *, detail: bool) -> str:
    columns = [*_KEPT_AS_WRITTEN, *(["detail"] if detail else [])]
    changed = " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in columns)
    return f"({changed} OR NEW.is_current OR NOT OLD.is_current)"


def _sqlite(*, detail: bool) -> None:
    """Make the table anew: SQLite changes no check of a table that is there."""
    names = ", ".join(_COLUMNS)
    op.execute("DROP TRIGGER rating_append_only")
    op.execute("DROP TRIGGER rating_kept")
    op.execute("DROP INDEX uq_rating_current")
    op.execute("DROP INDEX ix_rating_round")
    op.execute("ALTER TABLE rating RENAME TO rating_before")
    _table(detail=detail)
    op.execute(f"INSERT INTO rating ({names}) SELECT {names} FROM rating_before")  # noqa: S608 - names of columns
    op.execute("DROP TABLE rating_before")
    op.create_index("ix_rating_round", "rating", ["round_id"])
    op.create_index(
        "uq_rating_current",
        "rating",
        ["panellist_id", "item_id", "round_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
    )
    op.execute(
        f"CREATE TRIGGER rating_append_only BEFORE UPDATE ON rating WHEN {_rewritten('IS NOT', detail=detail)} "
        "BEGIN SELECT RAISE(ABORT, 'rating is append-only'); END"
    )
    op.execute(
        f"CREATE TRIGGER rating_kept BEFORE DELETE ON rating WHEN NOT {_LEAVING} "
        "BEGIN SELECT RAISE(ABORT, 'rating is append-only: nothing is deleted'); END"
    )


def _table(*, detail: bool) -> None:
    check = _NUMBER_OR_DETAIL if detail else _NUMBER
    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("cannot_judge", sa.Boolean(), nullable=False),
        sa.Column("seal", sa.String(length=32), nullable=True),
        *([sa.Column("detail", sa.Text(), nullable=True)] if detail else []),
        sa.CheckConstraint(check, name=op.f("ck_rating_cannot_judge")),
        sa.CheckConstraint(
            "high IS NULL OR (value IS NOT NULL AND value <= high)", name=op.f("ck_rating_high")
        ),
        sa.CheckConstraint("low IS NULL OR (value IS NOT NULL AND low <= value)", name=op.f("ck_rating_low")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_rating_item_id_item")),
        sa.ForeignKeyConstraint(
            ["panellist_id"], ["panellist.id"], name=op.f("fk_rating_panellist_id_panellist")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_rating_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint(
            *("panellist_id", "item_id", "round_id", "revision"),
            name=op.f("uq_rating_panellist_id_item_id_round_id_revision"),
        ),
        sqlite_with_rowid=False,
    )


def _postgresql_update(*, detail: bool) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION rating_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_rewritten('IS DISTINCT FROM', detail=detail)} THEN RAISE EXCEPTION 'rating is append-only'; "
        "END IF; RETURN NEW; END $$"
    )


def _postgresql(*, detail: bool) -> None:
    if detail:
        op.add_column("rating", sa.Column("detail", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_rating_cannot_judge"), "rating", type_="check")
    _postgresql_update(detail=detail)
    if not detail:
        op.drop_column("rating", "detail")
    check = _NUMBER_OR_DETAIL if detail else _NUMBER
    op.create_check_constraint(op.f("ck_rating_cannot_judge"), "rating", check)


def _questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("scenario_id", sa.String(length=16), nullable=True),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_question_study_id_study"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["scenario.id"],
            name=op.f("fk_question_scenario_id_scenario"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("study_id", "key", name=op.f("uq_question_study_id_key")),
    )
    op.create_index(op.f("ix_question_scenario_id"), "question", ["scenario_id"])


def upgrade() -> None:
    _questions()
    op.add_column("item", sa.Column("options", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _postgresql(detail=True)
    else:
        _sqlite(detail=True)


def downgrade() -> None:
    """Answers that are no number go; whoever gave them had no other column to hold them."""
    _drop_details()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql(detail=False)
    else:
        _sqlite(detail=False)
    op.drop_column("item", "options")
    op.drop_table("question")


def _drop_details() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("ALTER TABLE rating DISABLE TRIGGER rating_kept")
    else:
        op.execute("DROP TRIGGER rating_kept")
    op.execute("DELETE FROM rating WHERE detail IS NOT NULL")
    if postgresql:
        op.execute("ALTER TABLE rating ENABLE TRIGGER rating_kept")
    else:
        op.execute(
            "CREATE TRIGGER rating_kept BEFORE DELETE ON rating BEGIN SELECT RAISE(ABORT, 'kept'); END"
        )
