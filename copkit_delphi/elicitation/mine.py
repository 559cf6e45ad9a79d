"""What one panellist typed, saved and gave as a reason in one round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import Draft, Item, Rating, Rationale, Round
from copkit_delphi.elicitation.ratings import Answer, Reason


def drafts(session: Session, panellist_id: str, round_: Round) -> dict[str, Mapping[str, Any]]:
    """Return what was typed and not saved, by item."""
    query = select(Draft).where(Draft.panellist_id == panellist_id, Draft.round_id == round_.id)
    return {row.item_id: row.typed for row in session.scalars(query)}


def answers(session: Session, panellist_id: str, round_id: str, items: Sequence[Item]) -> dict[str, Answer]:
    """Return the answers that stand, by item."""
    stored = (Rating.value, Rating.cannot_judge, Rating.low, Rating.high, Rating.detail)
    query = select(Rating.item_id, *stored).where(
        Rating.panellist_id == panellist_id,
        Rating.round_id == round_id,
        Rating.is_current,
        Rating.item_id.in_([item.id for item in items]),
    )
    return {row[0]: Answer.stored(*row[1:]) for row in session.execute(query)}


def reason(session: Session, panellist_id: str, round_: Round | None, anchor: Item | None) -> Reason:
    """Return the reason that stands on an item, an empty one where there is none."""
    if anchor is None or round_ is None:
        return Reason()
    row = session.scalars(
        select(Rationale).where(
            Rationale.panellist_id == panellist_id,
            Rationale.round_id == round_.id,
            Rationale.item_id == anchor.id,
            Rationale.is_current,
        )
    ).first()
    return Reason(row.text, row.visibility) if row else Reason()
