"""The role in which a line of the decision log was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_RUN = ("facilitator", "co_facilitator")
_LOG = sa.table("decision_entry", *map(sa.column, ("id", "study_id", "actor", "on", "role")))
_AUDIT = sa.table(
    "audit_event",
    *map(sa.column, ("sequence", "study_id", "action", "detail")),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Lines that stand get the role that the audit trail names for that day."""
    op.add_column("decision_entry", sa.Column("role", sa.String(20), nullable=False, server_default=""))
    _thaw()
    for line, role in list(_decided()):
        op.execute(_LOG.update().where(_LOG.c.id == line).values(role=role))
    _freeze()


def _decided() -> Iterator[tuple[str, str]]:
    there = op.get_bind()
    lines = there.execute(sa.select(_LOG.c.id, _LOG.c.study_id, _LOG.c.actor, sa.cast(_LOG.c.on, sa.String)))
    for line, study_id, actor, on in lines.all():
        held = _held(there, study_id, actor, on)
        if found := [*(role for role in _RUN if role in held), *sorted(held)]:
            yield line, found[0]


def _held(there: sa.Connection, study_id: str, actor: str, on: str) -> set[str]:
    """Return the roles of somebody on a day; one taken on that day counts, since it may have been taken later."""
    query = sa.select(_AUDIT.c.action, _AUDIT.c.detail, _AUDIT.c.at).where(
        _AUDIT.c.study_id == study_id, _AUDIT.c.action.in_(("role:give", "role:take"))
    )
    held: set[str] = set()
    for action, detail, at in there.execute(query.order_by(_AUDIT.c.sequence)):
        told, day = json.loads(detail), (at.astimezone(UTC) if at.tzinfo else at).date().isoformat()
        if told.get("account") == actor and action == "role:give" and day <= on:
            held.add(told["role"])
        elif told.get("account") == actor and action == "role:take" and day < on:
            held.discard(told["role"])
    return held


def _thaw() -> None:
    there = " ON decision_entry" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER decision_entry_frozen{there}")


def _freeze() -> None:
    does = (
        "FOR EACH ROW EXECUTE FUNCTION decision_entry_frozen()"
        if op.get_bind().dialect.name == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'decision_entry is frozen'); END"
    )
    op.execute(f"CREATE TRIGGER decision_entry_frozen BEFORE UPDATE ON decision_entry {does}")


def downgrade() -> None:
    op.drop_column("decision_entry", "role")
