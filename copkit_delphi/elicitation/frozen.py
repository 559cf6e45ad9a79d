"""What item types freeze beside the figures of the engine: options, bounds, anchors, and answers that are no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.results import Figures, ItemResult
from copkit_delphi.domain.verdict import Stability
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Rating, Round


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rated an item, and what its type froze of it."""

    n: int
    more: Mapping[str, Any]


NOTHING = Summary(0, {})


def summaries(session: Session, round_: Round, items: Sequence[Item], *, k: int) -> dict[str, Summary]:
    """Return the summary of each item by its id; ratings are read one by one only where a type needs them."""
    wanted = [item.id for item in items if of(item.kind).reads_rows(item)]
    rows = _given(session, round_, wanted) if wanted else {}
    return {
        item.id: Summary(
            len(rows.get(item.id, ())), of(item.kind).summarise(item, rows.get(item.id, ()), k=k)
        )
        for item in items
    }


def _given(session: Session, round_: Round, wanted: Sequence[str]) -> dict[str, list[Given]]:
    query = select(Rating.item_id, Rating.value, Rating.low, Rating.high, Rating.detail).where(
        Rating.round_id == round_.id, Rating.is_current, ~Rating.cannot_judge, Rating.item_id.in_(wanted)
    )
    found: dict[str, list[Given]] = {}
    for item_id, value, low, high, detail in session.execute(query.order_by(Rating.id)):
        answer = Answer.stored(value, cannot_judge=False, low=low, high=high, detail=detail)
        found.setdefault(item_id, []).append(Given(answer.value, answer.low, answer.high, answer.detail))
    return found


def without_number(item: Item, scenario: str, found: Summary, *, k: int) -> ItemResult:
    """Return the result of an item whose answers are no numbers: no figures, no verdict, what its type froze."""
    shown = found.n >= k
    return ItemResult(
        name=item.name,
        kind=item.kind,
        scenario=scenario,
        wording=item.wording,
        low=item.low,
        high=item.high,
        step=item.step,
        dimension=item.dimension,
        panel=Figures(n=found.n) if shown else Figures(),
        groups=(),
        agreement=None,
        stability=str(Stability.NOT_ASSESSABLE),
        verdict="",
        more=found.more,
    )


def of_panel_only(result: ItemResult) -> ItemResult:
    """Return a result without what is said of groups, of agreement and of movement."""
    return replace(
        result,
        groups=(),
        agreement=None,
        stability=str(Stability.NOT_ASSESSABLE),
        verdict="",
        reasons=(),
        criterion_met=None,
        share=None,
        group_guard=False,
        movement=None,
    )
