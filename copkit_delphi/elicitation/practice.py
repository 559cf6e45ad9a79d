"""Practice before answering: ten questions, and the own scores, seen by that person alone.

Nothing of it is read by anything else: no count, no export of a study, no page of the staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import calibration
from copkit_delphi.domain.calibration import Band, Judged, Ranged
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.models import PracticeAnswer
from copkit_delphi.library import practice as bank
from copkit_delphi.library.practice import Quantity, Question, Statement

LEAST, MOST, LARGEST = 1, 99, 1_000_000
Interval = tuple[int, int]
Said = int | Interval


@dataclass(frozen=True, slots=True)
class Scored:
    """Statements and quantities with what was said of each, and how well that met what is true."""

    rows: tuple[tuple[Statement, int], ...]
    brier: float | None
    bands: tuple[Band, ...]
    ranges: tuple[tuple[Quantity, Ranged], ...]
    interval_score: float | None

    @property
    def hits(self) -> int:
        """Return how many intervals hold the true value."""
        return sum(given.holds for _, given in self.ranges)


def score(said: Mapping[str, Said]) -> Scored:
    """Return how well ``said``, by question, met what is true."""
    found = [(one, said[one.id]) for one in bank.named(said)]
    rows = [(one, given) for one, given in found if isinstance(one, Statement) and isinstance(given, int)]
    ranges = [
        (one, Ranged(*given, one.answer))
        for one, given in found
        if isinstance(one, Quantity) and isinstance(given, tuple)
    ]
    judged = [Judged(value, one.answer) for one, value in rows]
    return Scored(
        tuple(rows),
        calibration.brier(judged),
        tuple(calibration.bands(judged)),
        tuple(ranges),
        calibration.interval_score([given for _, given in ranges]),
    )


def interval(low: int | None, high: int | None) -> Interval | None:
    """Return both ends of an interval, None where neither is there; raises ``Invalid``."""
    if low is None and high is None:
        return None
    if low is None or high is None or not 0 <= low <= high <= LARGEST:
        raise Invalid(N_("Give both ends, the lower one first, from 0 to a million."))
    return low, high


def check(said: Mapping[str, Said | None], asked: Sequence[Question]) -> dict[str, Said]:
    """Return what was said of the questions that were asked; raises ``Invalid`` where nothing or something else was."""
    given = {one.id: value for one in asked if (value := said.get(one.id)) is not None}
    if not given:
        raise Invalid(N_("Answer at least one question."))
    for value in given.values():
        if isinstance(value, tuple):
            interval(*value)
        elif not LEAST <= value <= MOST:
            raise Invalid(N_("Give a whole number from 1 to 99."))
    return given


def asked(panellist_id: str, turn: int) -> list[Question]:
    """Return the questions for a panellist: other ones, and in another order, than those for others."""
    return bank.drawn(panellist_id, turn)


def save(session: Session, *, panellist_id: str, turn: int, said: Mapping[str, Said | None]) -> None:
    """Keep the answers in the place of earlier ones; raises ``Invalid``."""
    given = check(said, asked(panellist_id, turn))
    forget(session, panellist_id=panellist_id)
    session.add_all(
        PracticeAnswer(panellist_id=panellist_id, question=key, turn=turn, **_columns(value))
        for key, value in given.items()
    )


def _columns(value: Said) -> dict[str, int]:
    return {"low": value[0], "high": value[1]} if isinstance(value, tuple) else {"said": value}


def of_panellist(session: Session, panellist_id: str) -> dict[str, Said]:
    """Return what somebody said, by question; empty before."""
    query = select(PracticeAnswer).where(PracticeAnswer.panellist_id == panellist_id)
    return {
        row.question: row.said if row.said is not None else (row.low or 0, row.high or 0)
        for row in session.scalars(query.order_by(PracticeAnswer.question))
    }


def next_turn(session: Session, panellist_id: str) -> int:
    """Return the turn that asks other questions than those that were answered."""
    query = select(func.max(PracticeAnswer.turn)).where(PracticeAnswer.panellist_id == panellist_id)
    last = session.scalar(query)
    return 0 if last is None else last + 1


def forget(session: Session, *, panellist_id: str) -> None:
    """Delete the answers of somebody who starts again."""
    session.execute(delete(PracticeAnswer).where(PracticeAnswer.panellist_id == panellist_id))
