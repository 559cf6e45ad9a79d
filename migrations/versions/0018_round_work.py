"""Items of a round and their versions, moved deadlines, reopenings, what feedback was shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_COPIED = (
    "EXISTS (SELECT 1 FROM superseded_snapshot WHERE superseded_snapshot.hash = OLD.hash "
    "AND superseded_snapshot.payload = OLD.payload AND superseded_snapshot.round_id = OLD.round_id)"
)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _items() -> None:
    op.create_table(
        "round_item",
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("item_id", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "item_id", name="pk_round_item"),
        _to("round_item", "round_id", "round"),
        _to("round_item", "item_id", "item"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_round_item_item_id", "round_item", ["item_id"])
    op.create_table(
        "item_version",
        sa.Column("item_id", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counts_not", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "version", name="pk_item_version"),
        _to("item_version", "item_id", "item"),
        sqlite_with_rowid=False,
    )


def _moves() -> None:
    op.create_table(
        "deadline_move",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("before", UTCDateTime(), nullable=True),
        sa.Column("after", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_move"),
        _to("deadline_move", "round_id", "round"),
    )
    op.create_index("ix_deadline_move_round_id", "deadline_move", ["round_id"])


def _reopenings() -> None:
    op.create_table(
        "reopening",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("deadline", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(16), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(16), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("withheld", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'dropped')", name="ck_reopening_state"),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="ck_reopening_confirmed"
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by", name="ck_reopening_two_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reopening"),
        _to("reopening", "round_id", "round"),
    )
    op.create_index("ix_reopening_round_id", "reopening", ["round_id"])
    asked = sa.text("state = 'asked'")
    op.create_index(
        "uq_reopening_asked",
        "reopening",
        ["round_id"],
        unique=True,
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_table(
        "superseded_snapshot",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("round_id", sa.String(16), nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_superseded_snapshot"),
        sa.UniqueConstraint("round_id", "closing", name="uq_superseded_snapshot_round_id_closing"),
        _to("superseded_snapshot", "round_id", "round"),
    )


def _kept_sqlite(*, copied: bool) -> None:
    op.execute("DROP TRIGGER snapshot_kept")
    test = f"WHEN NOT {_COPIED} " if copied else ""
    op.execute(
        f"CREATE TRIGGER snapshot_kept BEFORE DELETE ON snapshot {test}"
        "BEGIN SELECT RAISE(ABORT, 'snapshot is append-only: nothing is deleted'); END"
    )
    for name, event in (("frozen", "UPDATE"), ("kept", "DELETE")):
        if copied:
            op.execute(
                f"CREATE TRIGGER superseded_snapshot_{name} BEFORE {event} ON superseded_snapshot "
                "BEGIN SELECT RAISE(ABORT, 'superseded_snapshot is frozen'); END"
            )


def _kept_postgresql(*, copied: bool) -> None:
    test = f"NOT {_COPIED}" if copied else "TRUE"
    op.execute(
        "CREATE OR REPLACE FUNCTION snapshot_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {test} THEN RAISE EXCEPTION 'snapshot is append-only: nothing is deleted'; END IF; "
        "RETURN OLD; END $$"
    )
    if copied:
        op.execute(
            "CREATE OR REPLACE FUNCTION superseded_snapshot_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'superseded_snapshot is frozen'; END $$"
        )
        op.execute(
            "CREATE TRIGGER superseded_snapshot_kept BEFORE UPDATE OR DELETE ON superseded_snapshot "
            "FOR EACH ROW EXECUTE FUNCTION superseded_snapshot_kept()"
        )


def _kept(*, copied: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _kept_postgresql(copied=copied)
    else:
        _kept_sqlite(copied=copied)


def _fill() -> None:
    """Every round that opened has asked every item of its study, and shown figures by group and reasons."""
    op.execute(
        "INSERT INTO round_item (round_id, item_id, version) SELECT round.id, item.id, 1 FROM round "
        "JOIN item ON item.study_id = round.study_id WHERE round.state <> 'draft'"
    )
    op.execute("UPDATE round SET shown = 'split-both' WHERE number > 1 AND state <> 'draft'")
    op.execute(
        "UPDATE participation SET shown = 'split-both' WHERE progress <> 'not_started' AND round_id IN "
        "(SELECT id FROM round WHERE number > 1)"
    )


def upgrade() -> None:
    for table, column in (("round", "shown"), ("participation", "shown")):
        op.add_column(table, sa.Column(column, sa.String(20), nullable=False, server_default=""))
    op.add_column("item", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _items()
    _moves()
    _reopenings()
    _kept(copied=True)
    _fill()


def downgrade() -> None:
    _kept(copied=False)
    for table in ("superseded_snapshot", "reopening", "deadline_move", "item_version", "round_item"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION superseded_snapshot_kept()")
    for table, column in (("item", "version"), ("participation", "shown"), ("round", "shown")):
        op.drop_column(table, column)
