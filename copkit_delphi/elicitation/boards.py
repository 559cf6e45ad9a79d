"""The boards of a round in its tables: read and written whole, an item at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.elicitation.board import OPEN, Board, Entry
from copkit_delphi.elicitation.models import Argument, ModeratedReason, ModerationStep, Round, WordingRequest

CLOSED = N_("The feedback of this round is open to the panel and cannot change.")
_QUIETLY = {"synchronize_session": False}


def hold(session: Session, round_: Round) -> None:
    """Let nobody else decide on this round meanwhile; raises ``Conflict`` unless it is in moderation."""
    state = session.scalar(select(Round.feedback).where(Round.id == round_.id).with_for_update())
    if state != FeedbackState.IN_MODERATION:
        raise Conflict(CLOSED)


def items(session: Session, round_id: str) -> set[str]:
    """Return the ids of the items of which anything is decided."""
    mine = select(Argument.item_id).where(Argument.round_id == round_id)
    left = select(ModeratedReason.item_id).where(ModeratedReason.round_id == round_id)
    return set(session.scalars(mine.union(left)))


def load(session: Session, round_id: str, item_id: str = "") -> dict[str, Board]:
    """Return the boards of a round by item, or that of one item; an item without a decision has none."""
    found: dict[str, _Rows] = {}
    arguments = select(Argument.item_id, Argument.id, Argument.side, Argument.text, Argument.fallback).where(
        Argument.round_id == round_id
    )
    reasons = select(
        ModeratedReason.item_id,
        ModeratedReason.rationale_id,
        ModeratedReason.argument_id,
        ModeratedReason.redacted,
        ModeratedReason.left_out,
        ModeratedReason.answer,
    ).where(ModeratedReason.round_id == round_id)
    if item_id:
        arguments = arguments.where(Argument.item_id == item_id)
        reasons = reasons.where(ModeratedReason.item_id == item_id)
    for item, *row in session.execute(arguments.order_by(Argument.id)):
        found.setdefault(item, _Rows()).arguments.append(tuple(row))
    ordered = reasons.order_by(ModeratedReason.rationale_id)
    for item, key, argument, redacted, ground, answer in session.execute(ordered):
        found.setdefault(item, _Rows()).reasons.append((key, argument or "", redacted, ground, answer))
    return {item: rows.board() for item, rows in found.items()}


class _Rows:
    """What the two tables hold of one item."""

    def __init__(self) -> None:
        self.arguments: list[tuple[str, ...]] = []
        self.reasons: list[tuple[str, ...]] = []

    def board(self) -> Board:
        sources: dict[str, list[str]] = {}
        for key, argument_id, *_ in self.reasons:
            sources.setdefault(argument_id, []).append(key)
        return Board(
            tuple(
                Entry(id_, side, text, tuple(sources.get(id_, ())), fallback)
                for id_, side, text, fallback in self.arguments
            ),
            {key: ground for key, _, _, ground, _ in self.reasons if ground},
            {key: text for key, _, text, _, _ in self.reasons if text},
            {key: answer for key, argument, _, _, answer in self.reasons if argument and answer != OPEN},
        )


def store(
    session: Session, round_id: str, item_id: str, board: Board, *, quotable: Collection[str] = ()
) -> None:
    """Write a board in the place of the one that stands; ``quotable`` are the arguments a brief may quote."""
    session.flush()
    for table in (ModeratedReason, Argument):
        session.execute(
            delete(table)
            .where(table.round_id == round_id, table.item_id == item_id)
            .execution_options(**_QUIETLY)
        )
    place: dict[str, object] = {"round_id": round_id, "item_id": item_id}
    arguments: list[dict[str, object]] = [
        {
            "id": one.id,
            "side": one.side,
            "text": one.text,
            "fallback": one.fallback,
            "quotable": one.id in quotable,
        }
        for one in board.entries
    ]
    _insert(session, Argument, (place | row for row in arguments))
    _insert(session, ModeratedReason, (place | row for row in _decisions(board)))


def clear(session: Session, round_ids: Iterable[str]) -> None:
    """Forget everything that was decided on rounds whose feedback never opened: their reasons go, or may change."""
    mine = select(Round.id).where(Round.id.in_(list(round_ids)), Round.feedback != FeedbackState.OPEN)
    for table in (ModeratedReason, Argument, ModerationStep, WordingRequest):
        session.execute(delete(table).where(table.round_id.in_(mine)).execution_options(**_QUIETLY))


def _decisions(board: Board) -> Iterable[dict[str, object]]:
    held = {key: one.id for one in board.entries for key in one.sources}
    for key in held.keys() | board.left_out.keys():
        yield {
            "rationale_id": key,
            "argument_id": held.get(key),
            "redacted": board.redacted.get(key, ""),
            "left_out": "" if key in held else board.left_out[key],
            "answer": board.answers.get(key, OPEN),
        }


def _insert(
    session: Session, table: type[Argument | ModeratedReason], rows: Iterable[dict[str, object]]
) -> None:
    every = list(rows)
    if every:
        session.execute(insert(table), every)
