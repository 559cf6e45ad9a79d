"""How many seconds the pages of a study take, estimated: one rule for builders, panellists, mails and the monitor.

What an item takes says its type; reading is added by the length of the words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import effort
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Round, RoundItem, Scenario

_ITEMS = (
    select(Scenario.id, Item.kind, Item.options, func.length(Item.wording))
    .outerjoin(Item, Item.scenario_id == Scenario.id)
    .add_columns(func.length(Scenario.summary) + func.length(Scenario.counter_view))
)


def of_study(session: Session, study_id: str) -> dict[str, float]:
    """Return how many seconds each scenario of a study takes, by its id."""
    return _added_up(session, _ITEMS.where(Scenario.study_id == study_id))


def of_round(session: Session, round_: Round) -> dict[str, float]:
    """Return how many seconds each page of a round takes, by the id of its scenario."""
    asked = (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id)
    return _added_up(session, _ITEMS.join(RoundItem, asked).where(Scenario.study_id == round_.study_id))


def _added_up(session: Session, query: Select[Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for page, kind, options, words, text in session.execute(query):
        found.setdefault(page, text / effort.CHARACTERS_A_SECOND)
        if kind:  # a scenario that asks nothing yet has one row without an item
            found[page] += of(kind).seconds(options or {}) + words / effort.CHARACTERS_A_SECOND
    return found
