"""Read the scenario library as shipped: frozen, in the library's own words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from copkit_delphi.domain.errors import N_, NotFound

DATA = Path(__file__).resolve().parent / "data"
DEMONSTRATION = ("S02", "S04", "S06", "S12", "S13", "S14", "S15", "S17")


@dataclass(frozen=True, slots=True)
class Statement:
    """The wording of a likelihood item: event, place, date, what counts and what does not.

    ``claim`` says the same in one line, for tables that print date and place beside it.
    """

    short: str
    claim: str
    statement: str
    place: str
    by: str
    counts: tuple[str, ...]
    counts_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """Something observable that would tell whether the scenario is happening."""

    id: str
    text: str
    kind: str
    threshold: str
    source: str
    cadence: str
    diagnosticity: str


@dataclass(frozen=True, slots=True)
class Source:
    """An open source behind a scenario with its Admiralty grade."""

    title: str
    publisher: str
    year: int
    grade: str


@dataclass(frozen=True, slots=True)
class CandidateAction:
    """An early action proposed by the library under one of the four categories."""

    category: str
    text: str
    owner: str
    trigger: str
    months_from: int
    months_to: int
    rights_level: str
    rights_note: str


@dataclass(frozen=True, slots=True)
class LibraryScenario:
    """One scenario of the library; ``statement`` is None where nobody has written one yet."""

    id: str
    title: str
    summary: str
    horizon: str
    evidence: str
    hazard: str
    counter_view: str
    rights: tuple[str, ...]
    track_record: str
    statement: Statement | None
    indicators: tuple[Indicator, ...]
    actions: tuple[CandidateAction, ...]
    sources: tuple[Source, ...]


def _indicator(row: dict[str, Any]) -> Indicator:
    return Indicator(
        id=row["id"],
        text=row["text"],
        kind=row["type"],
        threshold=row["trigger_illustrative"],
        source=row["suggested_source"],
        cadence=row["cadence"],
        diagnosticity=row["diagnosticity"],
    )


def _action(category: str, row: dict[str, Any]) -> CandidateAction:
    return CandidateAction(
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
    return Statement(**{**row, "counts": tuple(row["counts"]), "counts_not": tuple(row["counts_not"])})


def _scenario(row: dict[str, Any], statement: dict[str, Any] | None) -> LibraryScenario:
    return LibraryScenario(
        id=row["id"],
        title=row["title"],
        summary=row["summary"],
        horizon=row["horizon"],
        evidence=row["evidence_status"],
        hazard=row["info_hazard"],
        counter_view=row["counter_view"],
        rights=tuple(row["affected_rights"]),
        track_record=row["delphi"]["resolvable_question"],
        statement=_statement(statement),
        indicators=tuple(_indicator(indicator) for indicator in row["indicators"]),
        actions=tuple(_action(category, action) for category, action in row["early_actions"].items()),
        sources=tuple(Source(s["title"], s["publisher"], s["year"], s["admiralty"]) for s in row["sources"]),
    )


@cache
def scenarios() -> tuple[LibraryScenario, ...]:
    """Return the shipped scenarios in the library's order."""
    library = json.loads((DATA / "scenarios.json").read_text(encoding="utf-8"))
    statements = json.loads((DATA / "statements.json").read_text(encoding="utf-8"))["statements"]
    return tuple(_scenario(row, statements.get(row["id"])) for row in library["scenarios"])


def scenario(scenario_id: str) -> LibraryScenario:
    """Return one scenario; raises ``NotFound``."""
    for candidate in scenarios():
        if candidate.id == scenario_id:
            return candidate
    raise NotFound(N_("The library has no scenario %(id)s."), id=scenario_id)
