"""What one panellist said: saved answers, what is typed and not saved, and the own copy over all rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import (
    argument_marks,
    consents,
    enquiries,
    letters,
    practice,
    proposals,
    replication,
    replies,
    rounds,
)
from copkit_delphi.elicitation.item_types import answers
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import (
    Draft,
    Item,
    ItemVersion,
    Panellist,
    Participation,
    Rating,
    Rationale,
    Round,
    RoundItem,
    Scenario,
    StakeholderGroup,
    Study,
)
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Contact, Vault

_AS_ASKED = (ItemVersion.item_id == RoundItem.item_id) & (ItemVersion.version == RoundItem.version)
_WORDING = func.coalesce(ItemVersion.wording, Item.wording)


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


def of_round(session: Session, *, panellist_id: str, round_: Round) -> list[OwnAnswer]:
    """Return every item that ``round_`` asked, in order and in its words then, with what the panellist said."""
    query = (
        select(Scenario, Item, Rating, Rationale, Draft.typed, ItemVersion.wording)
        .join(Item, Item.scenario_id == Scenario.id)
        .join(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == round_.id))
        .outerjoin(ItemVersion, _AS_ASKED)
        .outerjoin(Rating, _mine(Rating, panellist_id, round_) & Rating.is_current)
        .outerjoin(Rationale, _mine(Rationale, panellist_id, round_) & Rationale.is_current)
        .outerjoin(Draft, _mine(Draft, panellist_id, round_))
        .where(Scenario.study_id == round_.study_id)
        .order_by(Item.position)
    )
    replied = replies.by_item(session, panellist_id=panellist_id, round_id=round_.id)
    return [_own(round_.number, *row, replied=replied.get(row[1].id, [])) for row in session.execute(query)]


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
    replied: list[tuple[str, str, str]],
) -> OwnAnswer:
    answer = _stored(rating) if rating else Answer()
    reason = Reason(rationale.text, rationale.visibility) if rationale else Reason()
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
        replies=tuple((words, text) for _, words, text in replied),
    )


def _stored(rating: Rating) -> Answer:
    return Answer.stored(rating.value, rating.cannot_judge, rating.low, rating.high, rating.detail)


def of_all_rounds(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return everything the panellist saved in this study, round after round."""
    opened = [row for row in rounds.of_study(session, panellist.study_id) if row.state != RoundState.DRAFT]
    return [
        own
        for round_ in opened
        for own in of_round(session, panellist_id=panellist.id, round_=round_)
        if own.answer.given or own.reason.given or own.replies
    ]


def record(session: Session, seals: Vault, *, panellist: Panellist) -> dict[str, Any]:
    """Return everything that is kept about one panellist, as plain data; nobody else's, and no time of day."""
    contact = vault.of_panellist(session, seals, study_id=panellist.study_id, panellist_id=panellist.id)
    study, group = (
        session.get_one(Study, panellist.study_id),
        session.get_one(StakeholderGroup, panellist.group_id),
    )
    return {
        "study": study.title,
        "profile": {
            "name": contact.name if contact else "",
            "address": contact.email if contact else "",
            "language": contact.language if contact else "",
            "group": group.name,
            **_further(contact),
        },
        "consent": {
            "version": panellist.consent_version,
            "quoting": panellist.quoting,
            "stopped": panellist.declined,
            "why": panellist.decline_reason,
        },
        "people_proposed": panellist.nominated,
        "files": replication.made_of(session, panellist.study_id)
        if consents.tells_of_replication(panellist.consent_version)
        else [],
        "ratings": _ratings(session, panellist),
        "reasons": _kept(session, panellist, Rationale, "revision", "is_current", "text", "visibility"),
        "drafts": _kept(session, panellist, Draft, "typed"),
        "argument_marks": argument_marks.kept(session, panellist.id),
        "replies": replies.kept(session, panellist.id),
        "practice": practice.of_panellist(session, panellist.id),
        "proposals": proposals.kept(session, panellist),
        "questions": enquiries.kept(session, panellist),
        "mails": _mails(session, panellist.study_id, contact.id) if contact else [],
        "progress": _progress(session, panellist),
    }


def _progress(session: Session, panellist: Panellist) -> list[dict[str, Any]]:
    """Return how far the panellist is in each round, and how long its pages were in view while it is open."""
    mine = Scenario.study_id == panellist.study_id
    titles = dict(session.execute(select(Scenario.id, Scenario.title).where(mine)).all())
    query = (
        select(Round.number, Participation)
        .join(Participation, Participation.round_id == Round.id)
        .where(Participation.panellist_id == panellist.id)
        .order_by(Round.number)
    )
    return [
        {
            "round": number,
            "progress": row.progress,
            "feedback_shown": row.shown,
            "seconds_in_view": {titles[page]: seconds for page, seconds in row.page_seconds.items()},
        }
        for number, row in session.execute(query)
    ]


def _further(contact: Contact | None) -> dict[str, str]:
    """Return what else stands beside the name, where anything does."""
    if contact is None:
        return {}
    kept = ("organisation", "language", "note", "origin", "interest", "interest_text")
    return {name: getattr(contact, name) for name in kept if getattr(contact, name)}


def _mails(session: Session, study_id: str, contact_id: str) -> list[dict[str, Any]]:
    found = letters.latest(session, study_id=study_id, contacts=[contact_id]).get(contact_id, [])
    return [{"kind": one.kind, "day": one.day.isoformat(), "state": one.state} for one in found]


def _ratings(session: Session, panellist: Panellist) -> list[dict[str, Any]]:
    query = (
        select(Round.number, Item, Rating)
        .join(Rating, Rating.round_id == Round.id)
        .join(Item, Item.id == Rating.item_id)
        .where(Rating.panellist_id == panellist.id)
        .order_by(Round.number, Item.position, Rating.revision)
    )
    return [
        {
            "round": number,
            "item": item.name,
            "wording": item.wording,
            "revision": rating.revision,
            "is_current": rating.is_current,
            "value": rating.value,
            "cannot_judge": rating.cannot_judge,
            **_no_number(item, _stored(rating)),
        }
        for number, item, rating in session.execute(query)
    ]


def _no_number(item: Item, answer: Answer) -> dict[str, Any]:
    """Return what an answer holds beside a plain number, in words too: the number of an option says nothing."""
    bounds = {"low": answer.low, "high": answer.high} if answer.low is not None else {}
    if answer.detail is None:
        return bounds
    return bounds | {"answer": of(item.kind).words(item, answer, str)}


def _kept(session: Session, panellist: Panellist, table: Any, *names: str) -> list[dict[str, Any]]:
    columns = [getattr(table, name) for name in names]
    order = (
        [Round.number, Item.position, *columns[:1]] if "revision" in names else [Round.number, Item.position]
    )
    query = (
        select(Round.number.label("round"), Item.name.label("item"), _WORDING.label("wording"), *columns)
        .select_from(table)
        .join(Round, Round.id == table.round_id)
        .join(Item, Item.id == table.item_id)
        .outerjoin(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == Round.id))
        .outerjoin(ItemVersion, _AS_ASKED)
        .where(table.panellist_id == panellist.id)
        .order_by(*order)
    )
    return [dict(row) for row in session.execute(query).mappings()]
