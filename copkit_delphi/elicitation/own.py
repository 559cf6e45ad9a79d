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
    expertise,
    letters,
    practice,
    proposals,
    replication,
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
    page: str = ""
    texts: Mapping[str, Any] = field(default_factory=dict)  # of its page in further languages
    reworded: bool = False

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


def differs(draft: Mapping[str, Any] | None, answer: Answer, reason: Reason) -> bool:
    """Tell whether ``draft`` holds anything that is not saved."""
    if draft is None:
        return False
    saved = typed(answer, reason)
    return any(draft.get(key, saved[key]) != saved[key] for key in saved)


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
    as_asked: str | None,
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
        unsaved=differs(draft, answer, reason),
        low=item.low,
        high=item.high,
        options=item.options or {},
        page=scenario.name,
        texts=scenario.texts,
        reworded=as_asked not in (None, item.wording),
    )


def _stored(rating: Rating) -> Answer:
    return Answer.stored(rating.value, rating.cannot_judge, rating.low, rating.high, rating.detail)


def asked(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return every item of every round that has opened, round after round, with what the panellist said."""
    opened = [row for row in rounds.of_study(session, panellist.study_id) if row.state != RoundState.DRAFT]
    return [own for round_ in opened for own in of_round(session, panellist_id=panellist.id, round_=round_)]


def of_all_rounds(session: Session, *, panellist: Panellist) -> list[OwnAnswer]:
    """Return everything the panellist saved in this study, round after round."""
    return [row for row in asked(session, panellist=panellist) if row.answer.given or row.reason.given]


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
        "practice": practice.of_panellist(session, panellist.id),
        "expertise": expertise.of_panellist(session, panellist.id),
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
    return [
        {
            "round": one.own.round,
            "item": one.own.item,
            "wording": one.own.wording,
            "revision": one.number,
            "is_current": one.counts,
            "value": one.own.answer.value,
            "cannot_judge": one.own.answer.cannot_judge,
            **_no_number(one.own),
        }
        for one in revisions(session, panellist=panellist)
    ]


def _no_number(row: OwnAnswer) -> dict[str, Any]:
    """Return what an answer holds beside a plain number, in words too: the number of an option says nothing."""
    answer = row.answer
    bounds = {"low": answer.low, "high": answer.high} if answer.low is not None else {}
    if answer.detail is None:
        return bounds
    return bounds | {"answer": of(row.kind).words(row, answer, str)}


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
