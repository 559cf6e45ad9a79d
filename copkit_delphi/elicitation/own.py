"""What one panellist said: saved answers, what is typed and not saved, and the own copy over all rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import (
    replies,
    rounds,
)
from copkit_delphi.elicitation.item_types import answers
from copkit_delphi.elicitation.items import as_asked
from copkit_delphi.elicitation.models import (
    Draft,
    Item,
    ItemVersion,
    Panellist,
    Rating,
    Rationale,
    Round,
    RoundItem,
    Scenario,
)
from copkit_delphi.elicitation.ratings import Answer, Reason

AS_ASKED = (ItemVersion.item_id == RoundItem.item_id) & (ItemVersion.version == RoundItem.version)
WORDING = func.coalesce(ItemVersion.wording, Item.wording)


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
    low: float = 0
    high: float = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    texts: Mapping[str, Any] = field(default_factory=dict)  # of its page in further languages
    reworded: bool = False
    language: str = ""  # of the title of its page; empty for the first one of the study
    replies: tuple[tuple[str, str], ...] = ()  # the words of an argument, and the own reply to it

    @property
    def name(self) -> str:
        """Return the name of the item, as its type reads it."""
        return self.item


def typed(answer: Answer, reason: Reason | None = None) -> dict[str, Any]:
    """Return an answer the way a draft keeps it; the draft of a page's first item carries the reason too."""
    kept = answers.typed(answer)
    if reason is None:
        return kept
    return kept | {"text": reason.text, "visibility": reason.visibility}


def differs(
    draft: Mapping[str, Any] | None, answer: Answer, reason: Reason, replied: Mapping[str, str] | None = None
) -> bool:
    """Tell whether ``draft`` holds anything that is not saved; ``replied`` are the saved replies by argument."""
    if draft is None:
        return False
    saved = typed(answer, reason)
    boxes = {key: text for key, text in draft.items() if key.startswith(replies.FIELD)}
    said = {replies.FIELD + key: text for key, text in (replied or {}).items()}
    return any(text != said.get(key, "") for key, text in boxes.items()) or any(
        draft.get(key, saved[key]) != saved[key] for key in saved
    )


def drafted_pages(session: Session, *, panellist_id: str, round_: Round) -> set[str]:
    """Return the ids of the scenarios on whose pages something was typed that is not saved."""
    query = (
        select(Item.scenario_id, Item.id, Draft.typed, Rating, Rationale)
        .join(Draft, _mine(Draft, panellist_id, round_))
        .outerjoin(Rating, _mine(Rating, panellist_id, round_) & Rating.is_current)
        .outerjoin(Rationale, _mine(Rationale, panellist_id, round_) & Rationale.is_current)
    )
    rows = session.execute(query).all()
    replied = replies.by_item(session, panellist_id=panellist_id, round_id=round_.id) if rows else {}
    return {
        page
        for page, item_id, draft, rating, rationale in rows
        if differs(draft, *_said(rating, rationale), {key: text for key, _, text in replied.get(item_id, [])})
    }


def of_round(session: Session, *, panellist_id: str, round_: Round) -> list[OwnAnswer]:
    """Return every item that ``round_`` asked, in the order of its pages and its words then, with what the panellist said."""
    query = (
        select(Scenario, Item, Rating, Rationale, Draft.typed, ItemVersion.wording)
        .join(Item, Item.scenario_id == Scenario.id)
        .join(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id))
        .outerjoin(ItemVersion, AS_ASKED)
        .outerjoin(Rating, _mine(Rating, panellist_id, round_) & Rating.is_current)
        .outerjoin(Rationale, _mine(Rationale, panellist_id, round_) & Rationale.is_current)
        .outerjoin(Draft, _mine(Draft, panellist_id, round_))
        .where(Scenario.study_id == round_.study_id)
        .order_by(Item.position)
    )
    replied = replies.by_item(session, panellist_id=panellist_id, round_id=round_.id)
    rows = [_own(round_.number, *row, replied=replied.get(row[1].id, [])) for row in session.execute(query)]
    return [one for _, page in groupby(rows, lambda row: row.position) for one in as_asked(list(page))]


def _mine(table: Any, panellist_id: str, round_: Round) -> Any:
    return (table.item_id == Item.id) & (table.panellist_id == panellist_id) & (table.round_id == round_.id)


def _own(
    number: int,
    scenario: Scenario,
    item: Item,
    rating: Rating | None,
    rationale: Rationale | None,
    draft: Mapping[str, Any] | None,
    as_asked: str | None,
    *,
    replied: Iterable[tuple[str, str, str]] = (),
) -> OwnAnswer:
    answer, reason = _said(rating, rationale)
    return OwnAnswer(
        round=number,
        position=scenario.position,
        scenario=scenario.title,
        item=item.name,
        kind=item.kind,
        dimension=item.dimension,
        wording=as_asked or item.wording,
        answer=answer,
        reason=reason,
        unsaved=differs(draft, answer, reason, {key: text for key, _, text in replied}),
        low=item.low,
        high=item.high,
        options=item.options or {},
        page=scenario.name,
        texts=scenario.texts,
        reworded=as_asked not in (None, item.wording),
        replies=tuple((words, text) for _, words, text in replied),
    )


def _said(rating: Rating | None, rationale: Rationale | None) -> tuple[Answer, Reason]:
    reason = Reason(rationale.text, rationale.visibility) if rationale else Reason()
    return _stored(rating) if rating else Answer(), reason


def _stored(rating: Rating) -> Answer:
    return Answer.stored(rating.value, rating.cannot_judge, rating.low, rating.high, rating.detail)


def asked(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return every item of every round that has opened, round after round, with what the panellist said."""
    opened = [row for row in rounds.of_study(session, panellist.study_id) if row.state != RoundState.DRAFT]
    return [own for round_ in opened for own in of_round(session, panellist_id=panellist.id, round_=round_)]


def of_all_rounds(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return everything the panellist saved in this study, round after round."""
    return [
        row
        for row in asked(session, panellist=panellist)
        if row.answer.given or row.reason.given or row.replies
    ]


@dataclass(frozen=True, slots=True)
class Revision:
    """An answer as it was saved the ``number``th time; ``counts`` where no later one took its place."""

    number: int
    counts: bool
    own: OwnAnswer


def revisions(session: Session, *, panellist: Panellist) -> list[Revision]:
    """Return every answer the panellist saved, also those that a later one replaced."""
    query = (
        select(Round.number, Scenario, Item, Rating)
        .join(Rating, Rating.round_id == Round.id)
        .join(Item, Item.id == Rating.item_id)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .where(Rating.panellist_id == panellist.id)
        .order_by(Round.number, Item.position, Rating.revision)
    )
    return [
        Revision(rating.revision, rating.is_current, _own(number, scenario, item, rating, None, None, None))
        for number, scenario, item, rating in session.execute(query)
    ]
