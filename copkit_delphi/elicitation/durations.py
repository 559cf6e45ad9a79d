"""How many seconds the pages of a study take: the one estimate for builders, panellists and mails."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import effort
from copkit_delphi.elicitation.models import Item, Scenario

# Counting and adding up are left to the database.
ITEMS = func.coalesce(func.sum(case(effort.SECONDS, value=Item.kind, else_=effort.OTHER)), 0)
CHARACTERS = (
    func.coalesce(func.sum(func.length(Item.wording)), 0)
    + func.length(Scenario.summary)
    + func.length(Scenario.counter_view)
)


def seconds(items: Any, characters: Any) -> float:
    """Return what a page takes, of the sums that ``ITEMS`` and ``CHARACTERS`` gave."""
    return float(items) + float(characters) / effort.CHARACTERS_A_SECOND


def of_study(session: Session, study_id: str) -> dict[str, float]:
    """Return how many seconds each scenario of a study takes, by its id."""
    query = (
        select(Scenario.id, ITEMS, CHARACTERS)
        .outerjoin(Item, Item.scenario_id == Scenario.id)
        .where(Scenario.study_id == study_id)
        .group_by(Scenario.id)
    )
    return {key: seconds(items, characters) for key, items, characters in session.execute(query)}
