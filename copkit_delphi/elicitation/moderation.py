"""Moderation of reasons: what a facilitator decides on one item, what the panel reads of it, and what a withdrawal takes.

Which reasons an argument comes from is read in here alone. No act tells who wrote anything: reasons are named by
random keys, and what authors answer to an edited wording is seen by nobody before the feedback is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Moved, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState
from copkit_delphi.domain.redaction import marks, only_redacts
from copkit_delphi.elicitation import acted, boards, feedback
from copkit_delphi.elicitation import board as acts
from copkit_delphi.elicitation.board import Act, Board, RawReason
from copkit_delphi.elicitation.models import (
    Argument,
    ModeratedReason,
    ModerationStep,
    Panellist,
    Rationale,
    Round,
)
from copkit_delphi.people import audit

_LIKE = 0.5
_STALE = N_(
    "Somebody else decided on this item meanwhile, so that nothing of this was kept yet. This is how it stands now: "
    "look at it and press again."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was pressed: an act, the reasons it is about, the side or the ground."""

    act: str
    keys: tuple[str, ...] = ()
    side: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """How an argument is to read. ``key`` is one of its reasons, ``texts`` the reasons with their marks, by key.

    An empty ``text`` means the words of the reason ``key``; ``fallback`` is what stands without a yes.
    """

    key: str
    texts: Mapping[str, str]
    text: str = ""
    fallback: str = acts.REDACTED


def reasons_of(session: Session, *, round_: Round, item_id: str) -> dict[str, RawReason]:
    """Return the reasons of one item by key, in the shuffled order of the round."""
    return {one.key: one for one in feedback.raw_reasons(session, round_=round_, item_id=item_id)}


def decide(
    session: Session, *, round_: Round, item_id: str, choice: Choice, basis: str, actor: str, at: datetime
) -> None:
    """Pass, move, merge, split, leave out or put back reasons of one item, or take the last step back.

    Raises ``Moved`` when somebody else decided on the item since ``basis``, ``Invalid`` for what cannot be done.
    """
    if choice.act == "undo":
        _undo(session, round_, item_id, basis, actor, at)
        return
    changes: dict[str, Act] = {
        "pass": lambda board, raw: acts.passed(board, raw, choice.keys, choice.side),
        "merge": lambda board, raw: acts.merged(board, raw, choice.keys),
        "split": lambda board, raw: acts.split(board, raw, choice.keys),
        "leave_out": lambda board, raw: acts.left_out(board, raw, choice.keys, choice.ground),
        "restore": lambda board, raw: acts.restored(board, raw, choice.keys),
    }
    if choice.act not in changes:
        raise NotFound(N_("There is no such step."))
    detail = {"reasons": len(set(choice.keys))} | ({"ground": choice.ground} if choice.ground else {})
    happened = lambda _before, _after: (acted.EVENTS[choice.act], detail)  # noqa: E731
    _act(session, round_, item_id, basis, changes[choice.act], happened, actor, at)


def word(
    session: Session, *, round_: Round, item_id: str, words: Words, basis: str, actor: str, at: datetime
) -> None:
    """Set marks and wording of the argument a reason is part of; a reason nothing was decided on passes by it."""

    def change(board: Board, raw: Mapping[str, RawReason]) -> Board:
        found = acts.passed(board, raw, [words.key])
        entry = _part_of(found, words.key)
        marked = {key: words.texts[key] for key in entry.sources if key in words.texts}
        found = acts.redacted(found, raw, marked)
        text = words.text.strip() or found.redacted[words.key]
        return acts.worded(found, _part_of(found, words.key), raw, text, words.fallback)

    _act(session, round_, item_id, basis, change, acted.worded, actor, at)


def _part_of(board: Board, key: str) -> acts.Entry:
    entry = board.of(key)
    if entry is None:
        raise NotFound(N_("There is no such reason."))
    return entry


def _act(
    session: Session,
    round_: Round,
    item_id: str,
    basis: str,
    change: Act,
    happened: Callable[[Board, Board], acted.Happened],
    actor: str,
    at: datetime,
) -> None:
    boards.hold(session, round_)
    before = boards.load(session, round_.id, item_id).get(item_id, Board())
    if before.basis != basis:
        raise Moved(_STALE)
    raw = reasons_of(session, round_=round_, item_id=item_id)
    after = acts.carried(before, change(before, raw))
    if after.basis == before.basis:
        return
    boards.store(session, round_.id, item_id, after)
    session.merge(ModerationStep(round_id=round_.id, item_id=item_id, before=before.to_json()))
    name = next((one.item_name for one in raw.values()), "")
    event, detail = happened(before, after)
    audit.record(
        session,
        actor=actor,
        action=event,
        at=at,
        study_id=round_.study_id,
        round=round_.number,
        item=name,
        **detail,
    )


def _undo(session: Session, round_: Round, item_id: str, basis: str, actor: str, at: datetime) -> None:
    step = session.get(ModerationStep, (round_.id, item_id))
    if step is None:
        raise Conflict(N_("There is no step to take back."))
    old = Board.from_json(step.before)

    def back(_board: Board, raw: Mapping[str, RawReason]) -> Board:
        return old.without(
            {key for one in old.entries for key in one.sources if key not in raw}
            | (old.left_out.keys() - raw.keys())
        )

    _act(session, round_, item_id, basis, back, lambda _before, _after: (acted.EVENTS["undo"], {}), actor, at)


def settle(session: Session, *, round_: Round) -> dict[str, Any]:
    """Fix what the panel reads, as the feedback opens; return how much of what was done, for the log.

    An edited wording passes with the yes of every author whose words it edits; else what was chosen stands in its
    place. A brief may quote an argument by the strictest wish of all its authors.
    """
    boards.hold(session, round_)
    raw = {one.key: one for one in feedback.raw_reasons(session, round_=round_)}
    told: dict[str, int] = {"reasons": sum(one.for_panel for one in raw.values())}
    for item_id, before in boards.load(session, round_.id).items():
        after = acts.settled(before)
        quotable = {
            one.id
            for one in after.entries
            if _quotable([raw[key] for key in one.sources if key in raw], one.text)
        }
        boards.store(session, round_.id, item_id, after, quotable=quotable)
        for name, number in _told(before, after).items():
            told[name] = told.get(name, 0) + number
    for step in session.scalars(select(ModerationStep).where(ModerationStep.round_id == round_.id)):
        session.delete(step)
    return {name: number for name, number in sorted(told.items()) if number}


def _quotable(sources: list[RawReason], text: str) -> bool:
    wishes = {one.quoting for one in sources}
    if not sources or "no" in wishes:
        return False
    return wishes == {"verbatim"} or not any(only_redacts(one.text, text) for one in sources)


def _told(before: Board, after: Board) -> dict[str, int]:
    """Count what was done to reasons: nothing here says what an author answered."""
    grounds = {f"left_out_{ground}": 0 for ground in acts.GROUNDS}
    for ground in before.left_out.values():
        grounds[f"left_out_{ground}"] = grounds.get(f"left_out_{ground}", 0) + 1
    held = [key for one in before.entries for key in one.sources]
    return grounds | {
        "arguments": len(after.entries),
        "edited": sum(acts.needs_yes(before, one) for one in before.entries),
        "merged": sum(len(one.sources) for one in before.entries if len(one.sources) > 1),
        "redacted": sum(bool(marks(before.redacted[key])) for key in held),
    }


# Who leaves ----------------------------------------------------------------------------------------------------------


def forget(session: Session, *, panellist: Panellist) -> None:
    """Take back what was made of the reasons of somebody who withdraws.

    In a round that is still moderated their words go: an argument of theirs alone with them, a merged one keeps the
    words of another author. In feedback that is open to the panel the argument stays as published, and is quoted in
    nothing new unless its words are those of another author.
    """
    query = (
        select(Rationale.id, Rationale.item_id, Round)
        .join(Round, Round.id == Rationale.round_id)
        .where(Rationale.panellist_id == panellist.id, Rationale.is_current, Rationale.text != "")
        .where(Round.state == RoundState.CLOSED)
        .order_by(Round.number)  # two who leave at once hold the rounds in one order
    )
    for key, item_id, round_ in session.execute(query).all():
        # Held until the end: the feedback neither opens meanwhile nor takes these words up again.
        held = select(Round.feedback).where(Round.id == round_.id).with_for_update()
        if session.scalar(held) == FeedbackState.IN_MODERATION:
            _take_back(session, round_, item_id, key)
        else:
            _unquote(session, round_, item_id, key)


def _take_back(session: Session, round_: Round, item_id: str, key: str) -> None:
    step = session.get(ModerationStep, (round_.id, item_id))
    if step is not None:
        session.delete(step)
    before = boards.load(session, round_.id, item_id).get(item_id, Board())
    if before.decided(key):
        boards.store(session, round_.id, item_id, acts.carried(before, before.without([key])))


def _unquote(session: Session, round_: Round, item_id: str, key: str) -> None:
    before = boards.load(session, round_.id, item_id).get(item_id, Board())
    entry = before.of(key)
    if entry is None:
        text = session.scalar(select(Rationale.text).where(Rationale.id == key)) or ""
        found = _likest(text, [one for one in before.entries if not one.sources])
    elif any(entry.text == before.redacted[other] for other in entry.sources if other != key):
        return
    else:
        found = entry.id
    row = session.get(Argument, found) if found else None
    if row is not None:
        row.quotable = False


def _likest(text: str, entries: Iterable[acts.Entry]) -> str:
    """Return the id of the argument most like a reason, among those of before links were kept."""
    rated = [(SequenceMatcher(None, text, one.text).ratio(), one.id) for one in entries]
    likeness, found = max(rated, default=(0.0, ""))
    return found if likeness >= _LIKE else ""


def waiting(session: Session, *, round_: Round) -> dict[str, tuple[int, int]]:
    """Return of each item, by id, how many reasons meant for the panel there are and on how many it is decided.

    Items below ``k`` ratings are among them; whoever shows these numbers leaves those out.
    """
    given = (
        select(Rationale.item_id, func.count(), func.count(ModeratedReason.rationale_id))
        .outerjoin(ModeratedReason, ModeratedReason.rationale_id == Rationale.id)
        .where(Rationale.round_id == round_.id, Rationale.is_current, Rationale.text != "")
        .where(Rationale.visibility == "panel")
        .group_by(Rationale.item_id)
    )
    return {item: (total, done) for item, total, done in session.execute(given)}
