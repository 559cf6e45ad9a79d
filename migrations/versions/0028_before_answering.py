"""Practice answers may be intervals, and remember their turn; expertise by topic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_EITHER = (
    "(said BETWEEN 1 AND 99 AND low IS NULL AND high IS NULL) OR (said IS NULL AND low >= 0 AND low <= high)"
)


def _made_anew(question: str, columns: list[sa.Column], check: str) -> sa.Table:
    op.drop_table("practice_answer")
    return op.create_table(
        "practice_answer",
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column(question, sa.String(10), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("panellist_id", question, name="pk_practice_answer"),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name="fk_practice_answer_panellist_id_panellist",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(check, name=op.f("ck_practice_answer_said")),
        sqlite_with_rowid=False,
    )


def _moved(query: str, question: str, columns: list[sa.Column], check: str) -> None:
    """Make the table anew, and put the rows of ``query`` into it."""
    rows = [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
    table = _made_anew(question, columns, check)
    if rows:
        op.bulk_insert(table, rows)


def upgrade() -> None:
    columns = [
        sa.Column("turn", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("said", "low", "high")),
    ]
    query = "SELECT panellist_id, statement AS question, 0 AS turn, said FROM practice_answer"
    _moved(query, "question", columns, _EITHER)
    op.create_table(
        "topic_expertise",
        sa.Column("panellist_id", sa.String(32), nullable=False),
        sa.Column("topic", sa.String(140), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("panellist_id", "topic", name="pk_topic_expertise"),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name="fk_topic_expertise_panellist_id_panellist",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_topic_expertise_level")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("topic_expertise")
    query = "SELECT panellist_id, question AS statement, said FROM practice_answer WHERE said IS NOT NULL"
    _moved(query, "statement", [sa.Column("said", sa.Integer(), nullable=False)], "said BETWEEN 1 AND 99")
