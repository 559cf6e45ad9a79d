"""What a facilitator finds on opening the moderation again: kept arguments beside the reasons they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import feedback
from copkit_delphi.elicitation.feedback import RawReason
from copkit_delphi.elicitation.models import Argument, Round

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

    An argument leads back to no reason, so that the most similar text of the same item is taken.
    """
    raw = feedback.raw_reasons(session, round_=round_)
    kept = list(session.scalars(select(Argument).where(Argument.round_id == round_.id).order_by(Argument.id)))
    if not kept:
        return [Proposal(one, one.text, one.side, one.for_panel) for one in raw]
    found = _matched([one for one in raw if one.for_panel], kept)
    return [_decided(one, found.get(one.key)) for one in raw]


def _decided(raw: RawReason, argument: Argument | None) -> Proposal:
    if argument is None:
        return Proposal(raw, raw.text, raw.side, passes=False)
    return Proposal(raw, argument.text, argument.side, passes=True)


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
