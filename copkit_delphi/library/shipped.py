"""Read the library as shipped with the product: plain entries, in the library's own words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.library.entries import ActionText, Entry, IndicatorText, SourceText, Statement

DATA = Path(__file__).resolve().parent / "data"
DEMONSTRATION = ("S02", "S04", "S06", "S12", "S13", "S14", "S15", "S17")


def _indicator(row: dict[str, Any]) -> IndicatorText:
    return IndicatorText(
        id=row["id"],
        text=row["text"],
        kind=row["type"],
        threshold=row["trigger_illustrative"],
        source=row["suggested_source"],
        cadence=row["cadence"],
        diagnosticity=row["diagnosticity"],
    )


def _action(category: str, row: dict[str, Any]) -> ActionText:
    return ActionText(
        category=category,
        text=row["text"],
        owner=row["owner"],
        trigger=row["triggered_by"],
        months_from=row["lead_time_months"]["from"],
        months_to=row["lead_time_months"]["to"],
        rights_level=row["rights_check"]["level"],
        rights_note=row["rights_check"]["note"],
    )


def _statement(row: dict[str, Any] | None) -> Statement | None:
    if row is None:
        return None
    words = {name: row[name] for name in ("short", "claim", "statement", "place")}
    return Statement(counts=tuple(row["counts"]), counts_not=tuple(row["counts_not"]), **words)


def _entry(row: dict[str, Any], statement: dict[str, Any] | None) -> Entry:
    technology, threat = row["technology"], row["threat"]
    return Entry(
        id=row["id"],
        title=row["title"],
        summary=row["summary"],
        horizon=row["horizon"],
        evidence=row["evidence_status"],
        hazard=row["info_hazard"],
        technology=technology["name"],
        family=technology["family"],
        maturity=technology["maturity"],
        accessibility=technology["accessibility"],
        actor=threat["actor"],
        motivation=threat["motivation"],
        capability=threat["capability_required"],
        method=threat["modus_operandi"],
        target=threat["target"],
        crime_area=row["crime_area"],
        counter_view=row["counter_view"],
        track_record=row["delphi"]["resolvable_question"],
        rights=tuple(row["affected_rights"]),
        statement=_statement(statement),
        indicators=tuple(_indicator(indicator) for indicator in row["indicators"]),
        actions=tuple(_action(category, action) for category, action in row["early_actions"].items()),
        sources=tuple(
            SourceText(s["title"], s["publisher"], s["year"], s["admiralty"], s["url"])
            for s in row["sources"]
        ),
    )


@cache
def scenarios() -> tuple[Entry, ...]:
    """Return the shipped entries in the library's order."""
    library = json.loads((DATA / "scenarios.json").read_text(encoding="utf-8"))
    statements = json.loads((DATA / "statements.json").read_text(encoding="utf-8"))["statements"]
    return tuple(_entry(row, statements.get(row["id"])) for row in library["scenarios"])


def scenario(scenario_id: str) -> Entry:
    """Return one entry; raises ``NotFound``."""
    for candidate in scenarios():
        if candidate.id == scenario_id:
            return candidate
    raise NotFound(N_("The library has no scenario %(id)s."), id=scenario_id)
