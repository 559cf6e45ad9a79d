"""What was done to the rounds of a study: items asked, deadlines moved, reopenings, feedback shown. No time of an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import showing
from copkit_delphi.elicitation.models import DeadlineMove, Reopening, Round, RoundItem
from copkit_delphi.elicitation.showing import Shown


@dataclass(frozen=True, slots=True)
class History:
    """One round with what was done to it; ``asked`` counts its items, ``shown`` is None in round 1 and while open."""

    round: Round
    asked: int
    moves: tuple[DeadlineMove, ...]
    reopenings: tuple[Reopening, ...]
    shown: Shown | None

    @property
    def waiting(self) -> bool:
        """Tell whether somebody has asked to open the round again."""
        return any(row.state == "asked" for row in self.reopenings)


def of_study(session: Session, *, study_id: str) -> list[History]:
    """Return the rounds of a study, first to last, in a constant number of statements."""
    every = session.scalars(select(Round).where(Round.study_id == study_id).order_by(Round.number)).all()
    ids = [row.id for row in every]
    counted = select(RoundItem.round_id, func.count()).where(RoundItem.round_id.in_(ids))
    asked = dict(session.execute(counted.group_by(RoundItem.round_id)).all())
    moves = _by_round(session, DeadlineMove, ids, DeadlineMove.at)
    again = _by_round(session, Reopening, ids, Reopening.asked_at)
    shown = {one.round: one for one in showing.counted(session, study_id)}
    return [
        History(row, asked.get(row.id, 0), tuple(moves[row.id]), tuple(again[row.id]), shown.get(row.number))
        for row in every
    ]


def _by_round(session: Session, table: Any, ids: list[str], order: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.round_id.in_(ids)).order_by(order)):
        found[row.round_id].append(row)
    return found
