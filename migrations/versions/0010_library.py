"""The library: scenarios with indicators and candidate actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from copkit_delphi.database import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXTS = (
    "summary",
    "method",
    "target",
    "counter_view",
    "track_record",
    "statement",
    "retired_because",
    "note",
)
LINES = {
    "author": 120,
    "title": 200,
    "horizon": 10,
    "evidence": 20,
    "hazard": 10,
    "technology": 200,
    "family": 120,
    "maturity": 120,
    "accessibility": 120,
    "actor": 200,
    "motivation": 200,
    "capability": 120,
    "crime_area": 200,
    "short": 40,
    "claim": 160,
    "place": 120,
}
LISTS = ("rights", "counts", "counts_not")
CATEGORIES = "category IN ('preparedness', 'mitigation', 'prevention', 'policy')"


def _line(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _scenarios() -> None:
    op.create_table(
        "library_scenario",
        _line("id", 16),
        _line("name", 20),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _line("origin", 10),
        _line("digest", 64),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        *(_text(name) for name in TEXTS),
        *(_line(name, length) for name, length in LINES.items()),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in LISTS),
        sa.PrimaryKeyConstraint("id", name="pk_library_scenario"),
        sa.UniqueConstraint("name", "version", name="uq_library_scenario_name_version"),
        sa.CheckConstraint("origin IN ('shipped', 'own')", name=op.f("ck_library_scenario_origin")),
        sa.CheckConstraint("hazard IN ('low', 'medium', 'high')", name=op.f("ck_library_scenario_hazard")),
    )
    current = sa.text("is_current")
    op.create_index(
        "uq_library_scenario_current",
        "library_scenario",
        ["name"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _part(
    table: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[bool], checks: dict[str, str]
) -> None:
    op.create_table(
        table,
        _line("id", 16),
        _line("scenario_id", 16),
        sa.Column("position", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["library_scenario.id"],
            name=f"fk_{table}_scenario_id_library_scenario",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("scenario_id", "position", name=f"uq_{table}_scenario_id_position"),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()),
    )


def upgrade() -> None:
    _scenarios()
    _part(
        "library_indicator",
        _line("code", 20),
        _text("text"),
        _line("kind", 40),
        _text("threshold"),
        _line("source", 200),
        _line("cadence", 40),
        _line("diagnosticity", 10),
        sa.Column("disconfirming", sa.Boolean(), nullable=False),
        checks={},
    )
    _part(
        "candidate_action",
        _line("category", 12),
        _text("text"),
        _line("owner", 160),
        _line("trigger", 200),
        sa.Column("months_from", sa.Integer(), nullable=False),
        sa.Column("months_to", sa.Integer(), nullable=False),
        _line("rights_level", 10),
        _line("rights_note", 200),
        checks={"category": CATEGORIES, "lead_time": "months_from <= months_to"},
    )
    _part(
        "library_source",
        _line("title", 300),
        _line("publisher", 200),
        sa.Column("year", sa.Integer(), nullable=False),
        _line("grade", 5),
        _line("url", 300),
        checks={},
    )
    op.add_column("scenario", sa.Column("library_version", sa.Integer(), nullable=False, server_default="0"))
    # Studies whose plans were copied already came from the first version.
    op.execute(
        "UPDATE scenario SET library_version = 1 WHERE library_id <> '' AND ("
        "EXISTS (SELECT 1 FROM indicator WHERE indicator.study_id = scenario.study_id"
        " AND indicator.scenario = scenario.name)"
        " OR EXISTS (SELECT 1 FROM early_action WHERE early_action.study_id = scenario.study_id"
        " AND early_action.scenario = scenario.name))"
    )


def downgrade() -> None:
    op.drop_column("scenario", "library_version")  # in place: a table made anew would drop its items with it
    for name in ("library_source", "candidate_action", "library_indicator", "library_scenario"):
        op.drop_table(name)
