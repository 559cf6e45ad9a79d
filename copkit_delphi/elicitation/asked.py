"""What saving one page needs to know of it: the open round and the items, in two statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound, RoundClosed
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import orders
from copkit_delphi.elicitation.holding import OVER, takes_answers
from copkit_delphi.elicitation.models import Item, Panellist, Round, RoundItem, Scenario, Study
from copkit_delphi.elicitation.sheets import Line

# Of tables and not of mapped classes, whose bookkeeping takes longer than the statement.
_rounds, _studies, _scenarios, _items, _asked = (
    table.__table__ for table in (Round, Study, Scenario, Item, RoundItem)
)
_ROUND = (
    select(*_rounds.c["id", "number", "state", "deadline"], *_studies.c["seed", "protocol"])
    .join(_studies, _studies.c.id == _rounds.c.study_id)
    .where(_rounds.c.study_id == bindparam("study"), _rounds.c.state != RoundState.DRAFT)
    .order_by(_rounds.c.number.desc())
    .limit(1)
)
_later, _later_item, _later_asked = _scenarios.alias(), _items.alias(), _asked.alias()
_ITEMS = (
    select(
        _scenarios.c.id.label("scenario_id"),
        _scenarios.c.title,
        select(func.min(_later.c.position))
        .join(_later_item, _later_item.c.scenario_id == _later.c.id)
        .join(_later_asked, _later_asked.c.item_id == _later_item.c.id)
        .where(_later_asked.c.round_id == bindparam("round"))
        .where(_later.c.study_id == bindparam("study"), _later.c.position > bindparam("position"))
        .scalar_subquery()
        .label("following"),
        *_items.c["id", "name", "kind", "dimension", "wording", "low", "high", "options"],
    )
    .join(_items, _items.c.scenario_id == _scenarios.c.id)
    .join(_asked, (_asked.c.item_id == _items.c.id) & (_asked.c.round_id == bindparam("round")))
    .where(_scenarios.c.study_id == bindparam("study"), _scenarios.c.position == bindparam("position"))
    .order_by(_items.c.position)
)

_PLACES = (
    select(Scenario.position)
    .join(Item, Item.scenario_id == Scenario.id)
    .join(RoundItem, RoundItem.item_id == Item.id)
    .where(RoundItem.round_id == bindparam("round"))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of the open round without anybody's answers; ``following`` is the position of the next one."""

    round_id: str
    number: int
    scenario_id: str
    title: str
    following: int | None
    lines: tuple[Line, ...]
    saved: bool = False


def page(session: Session, *, panellist: Panellist, position: int, at: datetime) -> Asked:
    """Return a page of the round that is open; raises ``RoundClosed`` or ``NotFound``."""
    study = panellist.study_id
    round_ = session.execute(_ROUND, {"study": study}).first()
    if round_ is None or not takes_answers(round_, at):
        raise RoundClosed(OVER)
    order = orders.built(session, round_, study_id=study, panellist_id=panellist.id, number=round_.number)
    place = position if order is None else dict(enumerate(order, 1)).get(position, 0)
    items = session.execute(_ITEMS, {"study": study, "position": place, "round": round_.id}).all()
    if not items:
        raise NotFound(N_("There is no such page in this round."))
    first = items[0]
    return Asked(
        round_id=round_.id,
        number=round_.number,
        scenario_id=first.scenario_id,
        title=first.title,
        following=first.following if order is None else _next(session, order, position, round_.id),
        lines=tuple(Line.of(item) for item in items),
    )


def _next(session: Session, order: list[int], position: int, round_id: str) -> int | None:
    asked = set(session.scalars(_PLACES, {"round": round_id}))
    return next((place for place, built in enumerate(order, 1) if place > position and built in asked), None)
