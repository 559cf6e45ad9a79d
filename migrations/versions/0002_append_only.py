"""Ratings, reasons, snapshots and the audit chain are appended, never changed."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("snapshot", "audit_event", "published_document")
SUPERSEDED = {
    "rating": (
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
    ),
    "rationale": ("id", "panellist_id", "item_id", "round_id", "revision", "text", "visibility"),
}


def _only_superseded(table: str, different: str) -> str:
    changed = " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in SUPERSEDED[table])
    return f"({changed} OR NEW.is_current OR NOT OLD.is_current)"


def _sqlite(create: bool) -> None:
    for table in SUPERSEDED:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only")
        if create:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
                f"WHEN {_only_superseded(table, 'IS NOT')} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in FROZEN:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_frozen")
        if create:
            op.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )


def _postgresql(create: bool) -> None:
    for table in (*SUPERSEDED, *FROZEN):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        op.execute(f"DROP FUNCTION IF EXISTS {table}_append_only()")
        if create:
            test = _only_superseded(table, "IS DISTINCT FROM") if table in SUPERSEDED else "TRUE"
            op.execute(
                f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {test} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN NEW; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
            )


def _apply(create: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql(create)
    else:
        _sqlite(create)


def upgrade() -> None:
    """Add the triggers."""
    _apply(create=True)


def downgrade() -> None:
    """Drop the triggers."""
    _apply(create=False)
