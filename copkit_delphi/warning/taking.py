"""Take an entry of the library into a draft study: its scenario, and the indicators and actions that are chosen.

The one way from the library into a study. The study keeps a copy: later versions of the entry leave it alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Scenario
from copkit_delphi.elicitation.plans import ScenarioPlan, from_library
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.entries import ActionText, Entry
from copkit_delphi.people import audit
from copkit_delphi.warning.models import EarlyAction, Indicator


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which indicators (by code) and actions (by their place, from 1) of an entry are taken; None takes all."""

    indicators: Collection[str] | None = None
    actions: Collection[int] | None = None


EVERYTHING = Chosen()


def take(
    session: Session,
    *,
    study_id: str,
    name: str,
    actor: str,
    at: datetime,
    plan: ScenarioPlan | None = None,
    chosen: Chosen = EVERYTHING,
) -> Scenario:
    """Copy the current version of an entry into a draft study, worded as in ``plan`` where one is given."""
    row = library.get(session, name)
    if row.retired_because:
        raise Conflict(N_("This entry of the library is retired: %(why)s"), why=row.retired_because)
    entry = library.entry_of(session, row)
    worded = replace(plan or from_library(entry), library_id=row.name, library_version=row.version)
    scenario = studies.add_scenario(session, study_id=study_id, plan=worded)
    copy_plans(session, scenario, entry, chosen)
    audit.record(
        session,
        actor=actor,
        action="scenario:take",
        at=at,
        study_id=study_id,
        entry=row.name,
        version=row.version,
    )
    return scenario


def remove(session: Session, *, study_id: str, scenario_id: str) -> None:
    """Take a scenario out of a draft study, with the indicators and actions that came with it."""
    scenario = studies.scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    name = scenario.name
    studies.remove_scenario(session, study_id=study_id, scenario_id=scenario_id)
    for table in (Indicator, EarlyAction):
        session.execute(delete(table).where(table.study_id == study_id, table.scenario == name))


def copy_plans(
    session: Session, scenario: Scenario, entry: Entry, chosen: Chosen = EVERYTHING
) -> list[Indicator | EarlyAction]:
    """Copy indicators and actions of an entry to a scenario of a study; return the rows."""
    rows = _indicators(scenario, entry, chosen) + _actions(scenario, entry, chosen)
    for position, row in enumerate(rows, _last(session, scenario.study_id) + 1):
        row.position = position
    session.add_all(rows)
    session.flush()  # whoever plans next counts them
    return rows


def accompany(session: Session, study_id: str) -> None:
    """Copy indicators and actions of the library to the scenarios of a new study that come from there."""
    for scenario in studies.scenarios(session, study_id):
        if not scenario.library_id:
            continue
        try:
            row = library.get(session, scenario.library_id)
        except NotFound:  # an entry of another installation
            continue
        copy_plans(session, scenario, library.entry_of(session, row))


def _last(session: Session, study_id: str) -> int:
    highest = [
        session.scalar(select(func.max(table.position)).where(table.study_id == study_id)) or 0
        for table in (Indicator, EarlyAction)
    ]
    return max(highest)


def _indicators(scenario: Scenario, entry: Entry, chosen: Chosen) -> list[Indicator | EarlyAction]:
    return [
        Indicator(
            **_of(scenario),
            name=found.id,
            text=found.text,
            threshold=found.threshold,
            source=found.source,
            cadence=found.cadence,
            diagnosticity=found.diagnosticity,
            disconfirming=found.disconfirming,
        )
        for found in entry.indicators
        if chosen.indicators is None or found.id in chosen.indicators
    ]


def _actions(scenario: Scenario, entry: Entry, chosen: Chosen) -> list[Indicator | EarlyAction]:
    watched = {found.id: found.text for found in entry.indicators}
    return [
        EarlyAction(
            **_of(scenario),
            category=found.category,
            text=found.text,
            owner="",  # the library names kinds of owner; a study names who it is
            trigger=_trigger(found, watched),
            months_from=found.months_from,
            months_to=found.months_to,
            rights_level=found.rights_level,
            rights_note=found.rights_note,
        )
        for place, found in enumerate(entry.actions, 1)
        if chosen.actions is None or place in chosen.actions
    ]


def _of(scenario: Scenario) -> dict[str, Any]:
    return {"id": secrets.token_hex(8), "study_id": scenario.study_id, "scenario": scenario.name}


def _trigger(action: ActionText, watched: dict[str, str]) -> str:
    """Return what sets an action off: the indicator it names with its text, or its own words."""
    named = watched.get(action.trigger)
    return f"{action.trigger}: {named}"[:200] if named else action.trigger
