"""Answers in words of a closed round, as the facilitators read them: no code, no group, no time, in random order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import feedback, results, studies
from copkit_delphi.elicitation.item_types.answers import detail_of
from copkit_delphi.elicitation.item_types.shapes import TEXT
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Rating, Round


@dataclass(frozen=True, slots=True)
class Written:
    """One question with what was written; ``texts`` is empty where fewer than five wrote."""

    scenario: str
    wording: str
    texts: tuple[str, ...]


def asks(items: list[Item]) -> list[Item]:
    """Return the items that are answered in words."""
    return [item for item in items if of(item.kind).widget == TEXT]


def of_round(session: Session, *, round_: Round) -> list[Written]:
    """Return the answers in words of a closed round; raises ``NotFound`` while it is open.

    The order is that of ids drawn at random for each answer, so that no two questions can be put side by side. An
    item with fewer than ``k`` such answers is read by nobody, also where there were more before somebody withdrew.
    """
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    enough = feedback.rated_enough(results.snapshot(session, round_.id), k)
    titles = {one.id: one.title for one in studies.scenarios(session, round_.study_id)}
    wanted = asks(studies.items(session, round_.study_id))
    found: dict[str, list[str]] = {item.id: [] for item in wanted}
    query = (
        select(Rating.item_id, Rating.detail)
        .where(Rating.round_id == round_.id, Rating.is_current, Rating.detail.is_not(None))
        .where(Rating.item_id.in_(list(found)))
        .order_by(Rating.id)
    )
    for item_id, detail in session.execute(query):
        found[item_id].append(str(detail_of(detail or "")))
    return [
        Written(
            titles[item.scenario_id],
            item.wording,
            tuple(found[item.id]) if item.name in enough and len(found[item.id]) >= k else (),
        )
        for item in wanted
    ]
