"""Items that are not asked again: their result stands as it was frozen in the round in which they were last asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.results import LIKELIHOOD, RATING_KIND, Arguments, ItemResult
from copkit_delphi.elicitation import arguments, own, rounds, studies
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.models import Item
from copkit_delphi.elicitation.own import OwnAnswer


@dataclass(frozen=True, slots=True)
class Settled:
    """A scenario that the open round does not ask: the round in which it was settled, and its result if shown."""

    title: str
    wording: str
    round: int
    result: ItemResult | None


def settled_pages(session: Session, view: Desk) -> list[Settled]:
    """Return the scenarios that the round of a desk leaves out, in order."""
    asked = {step.scenario_id for step in view.steps}
    frozen = view.previous
    left = [one for one in studies.scenarios(session, view.study.id) if one.id not in asked]
    if not left or frozen is None:
        return []
    anchors = select(Item).where(
        Item.scenario_id.in_([one.id for one in left]), Item.kind.in_((LIKELIHOOD, RATING_KIND))
    )
    names = {item.scenario_id: item for item in session.scalars(anchors)}
    return [
        Settled(
            title=one.title,
            wording=names[one.id].wording,
            round=frozen.round_of(names[one.id].name),
            result=frozen.item(names[one.id].name) if view.feedback.figures else None,
        )
        for one in left
        if one.id in names
    ]


def of_last_rounds(session: Session, view: Desk) -> tuple[dict[str, Arguments], dict[str, OwnAnswer]]:
    """Return arguments, where shown, and own answers by item name, each of the round that last asked the item."""
    frozen = view.previous
    if frozen is None:
        return {}, {}
    mine: dict[str, OwnAnswer] = {}
    for number in sorted({frozen.round, *frozen.carried.values()}):
        round_ = rounds.get(session, study_id=view.study.id, number=number)
        answers = own.of_round(session, panellist_id=view.panellist_id, round_=round_)
        mine |= {row.item: row for row in answers if frozen.round_of(row.item) == number}
    if not view.feedback.reasons:
        return {}, mine
    shown = (row for row in rounds.of_study(session, view.study.id) if row.number <= frozen.round)
    return arguments.by_item(arguments.standing(session, shown, k=view.protocol.k)), mine
