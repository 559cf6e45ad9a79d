"""How many seconds the pages of a study take, estimated: one rule for builders, panellists, mails and the monitor.

What an item takes says its type; reading is added by the length of the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import effort
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Rating, Round, RoundItem, Scenario

_ITEMS = (
    select(Scenario.id, Item.kind, Item.options, func.length(Item.wording))
    .outerjoin(Item, Item.scenario_id == Scenario.id)
    .add_columns(func.length(Scenario.summary) + func.length(Scenario.counter_view))
)


def of_study(session: Session, study_id: str) -> dict[str, float]:
    """Return how many seconds each scenario of a study takes, by its id."""
    return _added_up(session.execute(_ITEMS.where(Scenario.study_id == study_id)))


def of_round(session: Session, round_: Round) -> dict[str, float]:
    """Return how many seconds each page of a round takes, by the id of its scenario."""
    return _added_up(session.execute(_of_round(round_)))


def left_in_round(session: Session, round_: Round, panellist_id: str) -> dict[str, float]:
    """Return how many seconds a panellist's open items take, by page; a page that is begun is read already."""
    mine = and_(
        Rating.item_id == Item.id,
        Rating.round_id == round_.id,
        Rating.panellist_id == panellist_id,
        Rating.is_current,
    )
    rows = session.execute(_of_round(round_).outerjoin(Rating, mine).add_columns(Rating.id)).all()
    begun = {row[0] for row in rows if row[-1]}
    return _added_up((*row[:4], 0 if row[0] in begun else row[4]) for row in rows if not row[-1])


def _of_round(round_: Round) -> Select[Any]:
    asked = (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id)
    return _ITEMS.join(RoundItem, asked).where(Scenario.study_id == round_.study_id)


def _added_up(rows: Iterable[Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for page, kind, options, words, text in rows:
        found.setdefault(page, text / effort.CHARACTERS_A_SECOND)
        if kind:  # a scenario that asks nothing yet has one row without an item
            found[page] += of(kind).seconds(options or {}) + words / effort.CHARACTERS_A_SECOND
    return found
