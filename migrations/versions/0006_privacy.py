"""Withdrawal and erasure leave a trace without content; a seal is opened by two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = {
    "rating": [
        "id",
        "panellist_id",
        "item_id",
        "round_id",
        "revision",
        "value",
        "low",
        "high",
        "weight",
        "cannot_judge",
    ],
    "rationale": ["id", "panellist_id", "item_id", "round_id", "revision", "text", "visibility"],
}
_KEPT = ("snapshot", "audit_event")  # no row of these is ever deleted


def _rewrite_test(table: str, different: str, *, sealed: bool) -> str:
    columns = [*_BEFORE[table], *(["seal"] if sealed and table == "rating" else [])]
    changed = " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in columns)
    return f"({changed} OR NEW.is_current OR NOT OLD.is_current)"


_LEAVING = (
    "EXISTS (SELECT 1 FROM erasure WHERE erasure.panellist_id = OLD.panellist_id "
    "AND erasure.kind <> 'identity')"
)


def _sqlite_updates(*, sealed: bool, create: bool = True) -> None:
    for table in _BEFORE:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only")
        if create:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
                f"WHEN {_rewrite_test(table, 'IS NOT', sealed=sealed)} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _sqlite_deletes(*, create: bool) -> None:
    for table in (*_BEFORE, *_KEPT):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_kept")
        if create:
            test = f"WHEN NOT {_LEAVING} " if table in _BEFORE else ""
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {test}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: nothing is deleted'); END"
            )


def _postgresql_updates(*, sealed: bool) -> None:
    for table in _BEFORE:
        test = _rewrite_test(table, "IS DISTINCT FROM", sealed=sealed)
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {test} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN NEW; END $$"
        )


def _postgresql_deletes(*, create: bool) -> None:
    for table in (*_BEFORE, *_KEPT):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}")
        op.execute(f"DROP FUNCTION IF EXISTS {table}_kept()")
        if create:
            test = f"NOT {_LEAVING}" if table in _BEFORE else "TRUE"
            op.execute(
                f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {test} THEN RAISE EXCEPTION '{table} is append-only: nothing is deleted'; END IF; "
                f"RETURN OLD; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()"
            )


def _tables() -> None:
    op.create_table(
        "erasure",
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=True),
        sa.Column("progress", sa.String(length=15), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("seals", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('withdrawal', 'identity', 'retention')", name=op.f("ck_erasure_kind")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_erasure_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panellist_id", "kind", name=op.f("pk_erasure")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_erasure_study_id"), "erasure", ["study_id"])
    op.create_table(
        "retired_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_retired_link_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_retired_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_round",
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("seals", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_sealed_round_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_sealed_round")),
    )
    op.create_table(
        "reveal_request",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("rationale_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dpo", sa.String(length=16), nullable=True),
        sa.Column("reviewer", sa.String(length=16), nullable=True),
        sa.Column("refused_by", sa.String(length=16), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("untold_because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('safety', 'court_order', 'incident', 'request')",
            name=op.f("ck_reveal_request_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_reveal_request_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal_request")),
    )
    op.create_index(op.f("ix_reveal_request_study_id"), "reveal_request", ["study_id"])


def upgrade() -> None:
    _tables()
    # Not in a batch: that would copy the table and lose its triggers.
    op.add_column("rating", sa.Column("seal", sa.String(length=32), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_updates(sealed=True)
        _postgresql_deletes(create=True)
    else:
        _sqlite_updates(sealed=True)
        _sqlite_deletes(create=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql_deletes(create=False)
        _postgresql_updates(sealed=False)
    else:
        _sqlite_deletes(create=False)
        _sqlite_updates(sealed=False, create=False)  # a trigger that names the column keeps it from going
    op.drop_column("rating", "seal")
    if op.get_bind().dialect.name != "postgresql":
        _sqlite_updates(sealed=False)
    for table in ("reveal_request", "sealed_round", "retired_link", "erasure"):
        op.drop_table(table)
