"""The pages of a round for one panellist: those with an item that the round asks, numbered as they follow."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round, RoundItem, Scenario


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the round: answered, partly answered or not started; ``number`` counts the pages asked."""

    scenario_id: str
    position: int
    title: str
    state: str
    number: int = 0


def pages(session: Session, panellist: Panellist, round_: Round | None) -> tuple[Step, ...]:
    """Return the pages with how many of their items are rated; counting is left to the database."""
    mine = and_(
        Rating.item_id == Item.id,
        Rating.panellist_id == panellist.id,
        Rating.round_id == (round_.id if round_ else ""),
        Rating.is_current,
    )
    query = (
        select(Scenario.id, Scenario.position, Scenario.title, func.count(Item.id), func.count(Rating.id))
        .join(Item, Item.scenario_id == Scenario.id)
        .outerjoin(Rating, mine)
        .where(Scenario.study_id == panellist.study_id)
        .group_by(Scenario.id, Scenario.position, Scenario.title)
        .order_by(Scenario.position)
    )
    if round_ is not None:
        query = query.join(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id))
    return tuple(
        Step(scenario_id, position, title, _state(asked, rated), number)
        for number, (scenario_id, position, title, asked, rated) in enumerate(session.execute(query), 1)
    )


def _state(asked: int, rated: int) -> str:
    if rated == asked:
        return "answered"
    return "partly" if rated else "not_started"
