"""The pages of a round for one panellist: those with an item that the round asks, in which order, how far, how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import durations, orders, own
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round, RoundItem, Scenario, Study
from copkit_delphi.elicitation.own import OwnAnswer


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the round: answered, partly answered or not started; ``drafted`` where something typed is not saved.

    ``position`` is its place in the order of the panellist over the whole study, ``built`` its place in the study,
    ``number`` counts the pages that the round asks, ``seconds`` is what its open items take.
    """

    scenario_id: str
    position: int
    title: str
    state: str
    number: int = 0
    seconds: float = 0
    built: int = 0
    language: str = ""  # of the title; empty for the first one of the study
    drafted: bool = False

    @property
    def untouched(self) -> bool:
        """Tell whether nothing was saved or typed on it."""
        return self.state == "not_started" and not self.drafted


def of_panellist(
    session: Session, panellist: Panellist, study: Study, round_: Round | None
) -> tuple[Step, ...]:
    """Return the pages of the study in the order of the panellist, with how many of their items are rated."""
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
    who = panellist.id
    left = durations.left_in_round(session, round_, who) if round_ else durations.of_study(session, study.id)
    drafted = own.drafted_pages(session, panellist_id=who, round_=round_) if round_ else set()
    found = [_step(*row, left.get(row.id, 0), row.id in drafted) for row in session.execute(query)]
    number = round_.number if round_ else 1
    order = orders.built(session, study, study_id=study.id, panellist_id=panellist.id, number=number)
    return in_order(found, order)


def _step(
    scenario_id: str, position: int, title: str, asked: int, rated: int, seconds: float, drafted: bool
) -> Step:
    state = _state(asked, rated)
    return Step(scenario_id, position, title, state, seconds=seconds, built=position, drafted=drafted)


def _state(asked: int, rated: int) -> str:
    if rated == asked:
        return "answered"
    return "partly" if rated else "not_started"


def in_order(found: Iterable[Step], order: list[int] | None) -> tuple[Step, ...]:
    """Return steps in the order of built positions, as they are without one; what is not asked keeps its place."""
    steps = list(found)
    if order is not None:
        by_place = {step.built: step for step in steps}
        places = [(place, by_place[built]) for place, built in enumerate(order, 1) if built in by_place]
        steps = [replace(step, position=place) for place, step in places]
    return tuple(replace(step, number=number) for number, step in enumerate(steps, 1))


def renumbered(answers: Iterable[OwnAnswer], steps: Iterable[Step]) -> list[OwnAnswer]:
    """Return own answers under the numbers, and in the order, of the pages they were given on."""
    numbers = {step.built: step.position for step in steps}
    mine = [replace(one, position=numbers.get(one.position, one.position)) for one in answers]
    return sorted(mine, key=lambda one: one.position)
