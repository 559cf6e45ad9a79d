"""Kept arguments beside the reasons they came from: for a facilitator who moderates, and for one who withdraws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import FeedbackState, RoundState
from copkit_delphi.elicitation import feedback
from copkit_delphi.elicitation.feedback import RawReason
from copkit_delphi.elicitation.models import Argument, Panellist, Rationale, Round

_LIKE = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """One reason with the text and side that stand in the form, and whether it passes to the panel."""

    raw: RawReason
    text: str
    side: str
    passes: bool


def proposals(session: Session, *, round_: Round) -> list[Proposal]:
    """Return every reason of a closed round with what was decided on it; at first all that may pass do.

    An argument leads back to no reason, so that the most similar text of the same item is taken. One that was
    written anew is taken for the only reason of its item that is left; among several it would be a guess at whose
    wish on quoting counts.
    """
    raw = feedback.raw_reasons(session, round_=round_)
    kept = list(session.scalars(select(Argument).where(Argument.round_id == round_.id).order_by(Argument.id)))
    if not kept:
        return [Proposal(one, one.text, one.side, one.for_panel) for one in raw]
    for_panel = [one for one in raw if one.for_panel]
    found = _matched(for_panel, kept)
    found |= _rewritten(for_panel, kept, found)
    return [_decided(one, found.get(one.key)) for one in raw]


def _decided(raw: RawReason, argument: Argument | None) -> Proposal:
    if argument is None:
        return Proposal(raw, raw.text, raw.side, passes=False)
    return Proposal(raw, argument.text, argument.side, passes=True)


def _rewritten(
    raw: Sequence[RawReason], kept: Sequence[Argument], found: Mapping[str, Argument]
) -> dict[str, Argument]:
    """Pair what was rewritten beyond likeness, where an item has one reason and one argument left."""
    taken = {argument.id for argument in found.values()}
    reasons: dict[str, list[str]] = defaultdict(list)
    arguments: dict[str, list[Argument]] = defaultdict(list)
    for one in raw:
        if one.key not in found:
            reasons[one.item_id].append(one.key)
    for argument in kept:
        if argument.id not in taken:
            arguments[argument.item_id].append(argument)
    return {
        keys[0]: arguments[item][0]
        for item, keys in reasons.items()
        if len(keys) == 1 and len(arguments[item]) == 1
    }


def _matched(raw: Sequence[RawReason], kept: Sequence[Argument]) -> dict[str, Argument]:
    """Pair reasons with arguments of the same item: equal texts at once, then the most similar pairs first.

    Most reasons pass unchanged, so that few are left to be compared with each other.
    """
    found = _equal(raw, kept)
    taken = {argument.id for argument in found.values()}
    left = [argument for argument in kept if argument.id not in taken]
    pairs = [
        (SequenceMatcher(None, one.text, argument.text).ratio(), one.key, argument)
        for one in raw
        if one.key not in found
        for argument in left
        if one.item_id == argument.item_id
    ]
    for likeness, key, argument in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].id)):
        if likeness >= _LIKE and key not in found and argument.id not in taken:
            found[key] = argument
            taken.add(argument.id)
    return found


def _equal(raw: Sequence[RawReason], kept: Sequence[Argument]) -> dict[str, Argument]:
    waiting: dict[tuple[str, str], list[Argument]] = {}
    for argument in kept:
        waiting.setdefault((argument.item_id, argument.text), []).append(argument)
    found = {}
    for one in raw:
        same = waiting.get((one.item_id, one.text.strip()))
        if same:
            found[one.key] = same.pop(0)
    return found


def forget(session: Session, *, panellist: Panellist) -> None:
    """Take back what was edited from the reasons of somebody who withdraws.

    In a round that is still moderated the argument goes with its reason. In feedback that is open to the panel it
    stays as published, and is quoted in nothing new.
    """
    query = (
        select(Rationale.id, Round)
        .join(Round, Round.id == Rationale.round_id)
        .where(Rationale.panellist_id == panellist.id, Rationale.is_current, Rationale.text != "")
        .where(Round.state == RoundState.CLOSED)
    )
    mine: dict[Round, set[str]] = {}
    for key, round_ in session.execute(query):
        mine.setdefault(round_, set()).add(key)
    for round_, keys in mine.items():
        raw = [one for one in feedback.raw_reasons(session, round_=round_) if one.for_panel]
        kept = list(session.scalars(select(Argument).where(Argument.round_id == round_.id)))
        for argument in (found for key, found in _matched(raw, kept).items() if key in keys):
            if round_.feedback == FeedbackState.IN_MODERATION:
                session.delete(argument)
            argument.quotable = False
