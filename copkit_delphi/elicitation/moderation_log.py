"""The policy of moderation, and what was done by it: by whom and on which day, never whose reason it was."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.protocol import MIN_K
from copkit_delphi.domain.redaction import POLICY
from copkit_delphi.elicitation import board as acts
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import (
    Argument,
    Item,
    ModeratedReason,
    ModerationPolicy,
    Panellist,
    Rationale,
    Round,
    Scenario,
)
from copkit_delphi.people import accounts, audit
from copkit_delphi.people.models import AuditEvent

MAX_POLICY = 3000
OPENED = "feedback:open"
FATES = {
    "checked": N_("The facilitators are checking the reasons of this round."),
    "as_written": N_("Shown to the panel as you wrote it."),
    "marked": N_("Shown to the panel with marks in the place of some words."),
    "agreed": N_("Shown to the panel in an edited wording, with your yes."),
    "merged": N_("Merged with like reasons of others; the panel reads one wording for all of them."),
    "left_out": N_("Left out. Ground: %(ground)s."),
    "no_yes": N_("Left out: the edited wording had not every yes, and nothing stands in its place."),
    "not_passed": N_("Not passed on to the panel."),
    "apart": N_("Read by the facilitators only, as you wished."),
}


# The policy ----------------------------------------------------------------------------------------------------------


def policy(session: Session, study_id: str) -> str:
    """Return the policy of a study in its own words; "" while the default holds."""
    return session.scalar(select(ModerationPolicy.text).where(ModerationPolicy.study_id == study_id)) or ""


def policy_or_default(session: Session, study_id: str) -> tuple[str, bool]:
    """Return the policy, and whether it is the default, an untranslated sentence."""
    own = policy(session, study_id)
    return (own, False) if own else (POLICY, True)


def set_policy(session: Session, *, study_id: str, text: str) -> None:
    """Set the policy of a draft study; an empty text means the default. Fixed when round 1 opens."""
    study = studies.get(session, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(
            N_("Round 1 has opened: panellists wrote their reasons under this policy, and it stays.")
        )
    if len(text.strip()) > MAX_POLICY:
        raise Invalid(N_("The policy has at most %(n)s characters."), n=MAX_POLICY)
    session.merge(ModerationPolicy(study_id=study_id, text=text.strip()))


# The log -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One act: the day, who did it, and to how many reasons, or replies, of which item."""

    on: date
    action: str
    by: str
    round: int | None
    item: str
    reasons: int
    replies: int
    ground: str
    marks: tuple[str, ...]


def _mine(study_id: str) -> tuple[ColumnElement[bool], ...]:
    kinds = or_(
        AuditEvent.action.like("reason:%"),
        AuditEvent.action.like("reply:%"),
        AuditEvent.action.in_((OPENED, "feedback:moderate")),
    )
    return AuditEvent.study_id == study_id, kinds


def lines(session: Session, *, study_id: str, page: int = 1) -> tuple[list[Line], bool]:
    """Return one page of the log, the latest first, and whether there are more: a constant number of statements."""
    events, more = audit.told(session, *_mine(study_id), page=page)
    names = accounts.names(session, {event.actor for event in events})
    titles = dict(
        session.execute(
            select(Item.name, Scenario.title)
            .join(Scenario, Scenario.id == Item.scenario_id)
            .where(Scenario.study_id == study_id)
        ).all()
    )
    return [_line(event, names, titles) for event in events], more


def _line(event: AuditEvent, names: dict[str, str], titles: dict[str, str]) -> Line:
    detail: dict[str, Any] = json.loads(event.detail)
    item = str(detail.get("item", ""))
    return Line(
        on=event.at.date(),
        action=event.action,
        by=names.get(event.actor, ""),
        round=detail.get("round"),
        item=titles.get(item, item),
        reasons=int(detail.get("reasons", 0)),
        replies=int(detail.get("replies", 0)),
        ground=str(detail.get("ground", "")),
        marks=tuple(detail.get("marks", ())),
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """What was done to the reasons of one round, as it may be printed: a number is given from five on.

    ``None`` stands for one to four: "a few".
    """

    round: int
    counts: dict[str, int | None] = field(default_factory=dict)


def summary(session: Session, *, study_id: str) -> list[Summary]:
    """Return of every round with open feedback what its moderation did, as it was recorded when the feedback opened."""
    query = select(AuditEvent.detail).where(AuditEvent.study_id == study_id, AuditEvent.action == OPENED)
    told = [json.loads(detail) for detail in session.scalars(query.order_by(AuditEvent.sequence))]
    return [
        Summary(
            detail["round"],
            {
                name: number if number >= MIN_K else None
                for name, number in detail["moderated"].items()
                if number
            },
        )
        for detail in told
        if detail.get("moderated")
    ]


# The author ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one reason, as its author reads it; ``ground`` only where it was left out."""

    round: int
    item: str
    title: str
    reason: str
    fate: str
    ground: str = ""


def fates(session: Session, *, panellist: Panellist) -> list[Fate]:
    """Return what became of the reasons of one panellist in closed rounds; nothing before the feedback is open."""
    query = (
        select(
            Round.number, Round.feedback, Item.name, Scenario.title, Rationale, ModeratedReason, Argument.text
        )
        .select_from(Rationale)
        .join(Round, Round.id == Rationale.round_id)
        .join(Item, Item.id == Rationale.item_id)
        .join(Scenario, Scenario.id == Item.scenario_id)
        .outerjoin(ModeratedReason, ModeratedReason.rationale_id == Rationale.id)
        .outerjoin(Argument, Argument.id == ModeratedReason.argument_id)
        .where(Rationale.panellist_id == panellist.id, Rationale.is_current, Rationale.text != "")
        .where(Round.state == RoundState.CLOSED)
        .order_by(Round.number, Item.position)
    )
    rows = session.execute(query).all()
    merged = _merged(session, [row[5].argument_id for row in rows if row[5] is not None])
    return [
        Fate(number, name, title, rationale.text, *_fate(feedback, rationale, reason, text, merged))
        for number, feedback, name, title, rationale, reason, text in rows
    ]


def _fate(
    feedback: str, rationale: Rationale, reason: ModeratedReason | None, text: str | None, merged: set[str]
) -> tuple[str, str]:
    if rationale.visibility != "panel":
        return "apart", ""
    if feedback != "open":
        return "checked", ""
    if reason is None or reason.left_out == acts.NO_YES:
        return ("not_passed" if reason is None else "no_yes"), ""
    if reason.left_out:
        return "left_out", reason.left_out
    return _shown(rationale, reason, text, merged=reason.argument_id in merged), ""


def _shown(rationale: Rationale, reason: ModeratedReason, text: str | None, *, merged: bool) -> str:
    if merged:
        return "merged"
    if text != reason.redacted:
        return "agreed"
    return "as_written" if text == rationale.text.strip() else "marked"


def _merged(session: Session, arguments: list[str | None]) -> set[str]:
    """Return which of these arguments have more than one reason."""
    query = select(ModeratedReason.argument_id).where(ModeratedReason.argument_id.in_(arguments))
    found = list(session.scalars(query)) if arguments else []
    return {one for one in found if one is not None and found.count(one) > 1}
