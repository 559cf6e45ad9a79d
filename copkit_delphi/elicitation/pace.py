"""How a round goes over time: two numbers a day that hold nobody, and what may be shown of them.

Beside names that turn from "in progress" to "done" a number of a single day could tell when one person answered. So days
are put together until at least ``k`` people were added, and nothing is shown of a panel below ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.measures.shares import wilson
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.lifecycle import Progress, RoundState
from copkit_delphi.elicitation.holding import dialect
from copkit_delphi.elicitation.models import Participation, ProgressDay, Round

LEAST = 10  # invited, for anything about time
EARLIEST = 0.1  # share of the round's time that has to pass before anything is expected of it


@dataclass(frozen=True, slots=True)
class Step:
    """By the end of ``day`` so many had finished; at least k more than at the step before."""

    day: date
    done: int


@dataclass(frozen=True, slots=True)
class Expected:
    """How many of ``invited`` will have finished at the deadline if the rest go on as before: whole numbers."""

    done: int
    low: int
    high: int
    invited: int
    elapsed: int  # percent of the time of the round


def keep(session: Session, *, at: datetime) -> None:
    """Write down how many have begun and finished each open round by now. Numbers never fall: nobody's leaving shows."""
    done = func.sum(case((Participation.progress == Progress.DONE, 1), else_=0))
    begun = func.sum(case((Participation.progress != Progress.NOT_STARTED, 1), else_=0))
    query = (
        select(Participation.round_id, begun, done)
        .join(Round, Round.id == Participation.round_id)
        .where(Round.state == RoundState.OPEN)
        .group_by(Participation.round_id)
    )
    for round_id, started, finished in session.execute(query).all():
        before = session.execute(
            select(func.max(ProgressDay.begun), func.max(ProgressDay.done)).where(
                ProgressDay.round_id == round_id
            )
        ).one()
        values = {
            "begun": max(int(started), before[0] or 0),
            "done": max(int(finished), before[1] or 0),
        }
        statement = dialect(session).insert(ProgressDay)
        statement = statement.values(round_id=round_id, day=at.date(), **values)
        session.execute(statement.on_conflict_do_update(index_elements=["round_id", "day"], set_=values))


def steps(session: Session, *, round_: Round, invited: int, k: int) -> list[Step]:
    """Return when the panel finished, in steps of at least ``k`` people; nothing below ten invited."""
    if invited < LEAST:
        return []
    query = select(ProgressDay.day, ProgressDay.done).where(ProgressDay.round_id == round_.id)
    found: list[Step] = []
    for day, done in session.execute(query.order_by(ProgressDay.day)):
        if done - (found[-1].done if found else 0) >= k:
            found.append(Step(day, done))
    return found


def expected(*, round_: Round, invited: int, done: int, at: datetime) -> Expected | None:
    """Return how many will have finished at the deadline, with a 95 % range; None where too little is known.

    Each person who has not finished is taken to finish with the same chance in each stretch of time as people did so
    far: with a share s done after a part t of the time, 1 - (1 - s)^(1/t) at the end. The range is what that makes of
    both ends of the 95 % interval (Wilson) of s. It is never below what is done already.
    """
    elapsed = _elapsed(round_, at)
    if invited < LEAST or not done or elapsed < EARLIEST:
        return None
    share = wilson(min(1.0, done / invited), invited)
    ends = [1 - (1 - part) ** (1 / elapsed) for part in (share.share, share.ci_low, share.ci_high)]
    likely, low, high = (min(invited, max(done, int(round_half_up(end * invited)))) for end in ends)
    return Expected(likely, low, high, invited, int(round_half_up(100 * elapsed)))


def _elapsed(round_: Round, at: datetime) -> float:
    """Return which part of the time of an open round has passed, 0 to 1."""
    if round_.state != RoundState.OPEN or round_.opened_at is None or round_.deadline is None:
        return 0.0
    whole = (round_.deadline - round_.opened_at).total_seconds()
    return min(1.0, max(0.0, (at - round_.opened_at).total_seconds() / whole)) if whole > 0 else 0.0
