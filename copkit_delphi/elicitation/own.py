"""What one panellist said: saved answers, what is typed and not saved, and the own copy over all rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Draft, Item, Panellist, Rating, Rationale, Round, Scenario
from copkit_delphi.elicitation.ratings import Answer, Reason


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One item of one round with what the panellist saved; ``unsaved`` tells of a draft that differs."""

    round: int
    position: int
    scenario: str
    item: str
    kind: str
    dimension: str | None
    wording: str
    answer: Answer
    reason: Reason
    unsaved: bool


def typed(answer: Answer, reason: Reason | None = None) -> dict[str, Any]:
    """Return an answer the way a draft keeps it; the likelihood's draft carries the reason too."""
    kept: dict[str, Any] = {
        "value": "" if answer.value is None else plain(answer.value),
        "cannot": answer.cannot_judge,
    }
    if reason is None:
        return kept
    return kept | {"text": reason.text, "visibility": reason.visibility}


def differs(draft: Mapping[str, Any] | None, answer: Answer, reason: Reason) -> bool:
    """Tell whether ``draft`` holds anything that is not saved."""
    if draft is None:
        return False
    saved = typed(answer, reason)
    return any(draft.get(key, saved[key]) != saved[key] for key in saved)


def of_round(session: Session, *, panellist_id: str, round_: Round) -> list[OwnAnswer]:
    """Return every item of the study, in order, with what the panellist said in ``round_``."""
    query = (
        select(Scenario, Item, Rating, Rationale, Draft.typed)
        .join(Item, Item.scenario_id == Scenario.id)
        .outerjoin(Rating, _mine(Rating, panellist_id, round_) & Rating.is_current)
        .outerjoin(Rationale, _mine(Rationale, panellist_id, round_) & Rationale.is_current)
        .outerjoin(Draft, _mine(Draft, panellist_id, round_))
        .where(Scenario.study_id == round_.study_id)
        .order_by(Item.position)
    )
    return [_own(round_.number, *row) for row in session.execute(query)]


def _mine(table: Any, panellist_id: str, round_: Round) -> Any:
    return (table.item_id == Item.id) & (table.panellist_id == panellist_id) & (table.round_id == round_.id)


def _own(
    number: int,
    scenario: Scenario,
    item: Item,
    rating: Rating | None,
    rationale: Rationale | None,
    draft: Mapping[str, Any] | None,
) -> OwnAnswer:
    answer = Answer(rating.value, rating.cannot_judge) if rating else Answer()
    reason = Reason(rationale.text, rationale.visibility) if rationale else Reason()
    return OwnAnswer(
        round=number,
        position=scenario.position,
        scenario=scenario.title,
        item=item.name,
        kind=item.kind,
        dimension=item.dimension,
        wording=item.wording,
        answer=answer,
        reason=reason,
        unsaved=differs(draft, answer, reason),
    )


def of_all_rounds(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return everything the panellist saved in this study, round after round."""
    opened = [row for row in rounds.of_study(session, panellist.study_id) if row.state != RoundState.DRAFT]
    return [
        own
        for round_ in opened
        for own in of_round(session, panellist_id=panellist.id, round_=round_)
        if own.answer.given or own.reason.given
    ]
