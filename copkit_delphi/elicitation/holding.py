"""Holding an open round: a submission keeps its close out while it writes, and one closer alone gets it.

The same for every kind of round: ``table`` has id, study_id, state, deadline, closed_at and close_reason,
``participations`` panellist_id, round_id and progress.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound, RoundClosed
from copkit_delphi.domain.lifecycle import GRACE_SECONDS, Progress, RoundState
from copkit_delphi.elicitation.models import Panellist, Round

Clock = Callable[[Session], datetime]
Beside = Mapping[str, tuple[Any, Any]]  # by column: the value of a new row, and of the row that is there
_NOTHING: Beside = {}
GRACE = timedelta(seconds=GRACE_SECONDS)
FURTHEST = timedelta(days=731)
OVER = N_("This round has closed. What you saved before counts; what is on this page was not stored.")


def takes_answers(round_: Any, at: datetime) -> bool:
    """Tell whether ``round_`` still takes a form that was begun in time."""
    return round_.state == RoundState.OPEN and (round_.deadline is None or at <= round_.deadline + GRACE)


def hold(
    session: Session, table: type[Any], *, round_id: str, panellist: Panellist, clock: Clock
) -> datetime:
    """Lock the round against its close, check that it takes answers, and return the database's time."""
    round_ = session.execute(
        select(table.study_id, table.state, table.deadline)
        .where(table.id == round_id)
        .with_for_update(read=True)
    ).first()
    if round_ is None or round_.study_id != panellist.study_id:
        raise NotFound(N_("There is no such round in this study."))
    at = clock(session)
    if not takes_answers(round_, at):
        raise RoundClosed(OVER)
    return at


def begin(session: Session, participations: type[Any], *, panellist_id: str, round_id: str) -> Any:
    """Make sure the panellist has a participation row, and return it held."""
    row = {"panellist_id": panellist_id, "round_id": round_id, "progress": Progress.NOT_STARTED}
    session.execute(dialect(session).insert(participations).values(row).on_conflict_do_nothing())
    return session.scalars(
        select(participations)
        .where(participations.panellist_id == panellist_id, participations.round_id == round_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def set_out(
    session: Session,
    participations: type[Any],
    *,
    panellist_id: str,
    round_id: str,
    beside: Beside = _NOTHING,
) -> None:
    """Note that the panellist has begun, and hold the participation row: two tabs of one person write in turn.

    ``beside`` are columns that the same statement writes.
    """
    columns = participations.__table__.c
    progress = columns.progress
    row: dict[str, Any] = {
        "panellist_id": panellist_id,
        "round_id": round_id,
        "progress": Progress.IN_PROGRESS,
    }
    if "shown" in columns:  # which feedback the page that is being saved was made with
        row["shown"] = select(Round.shown).where(Round.id == round_id).scalar_subquery()
    fresh = {name: new for name, (new, _) in beside.items()}
    stands = {name: changed for name, (_, changed) in beside.items()}
    statement = dialect(session).insert(participations.__table__).values(row | fresh)
    begun = case((progress == Progress.NOT_STARTED, Progress.IN_PROGRESS), else_=progress)
    keys = ["panellist_id", "round_id"]
    values = {**row, "progress": begun, **stands}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


def dialect(session: Session) -> Any:
    """Return the dialect of the session's database, for statements that both know and SQL does not."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def shut(
    session: Session, table: type[Any], *, round_id: str, due_at: datetime | None = None, **values: Any
) -> Any:
    """Close an open round for whoever comes first; raises ``Conflict`` for everybody else.

    With ``due_at`` only a round whose deadline and grace had passed then: somebody may have moved it just now.

    The update takes the round's row first: on PostgreSQL it waits for submissions that hold it, and only
    the statements after it read the ratings.
    """
    taken = session.scalars(
        update(table)
        .where(
            table.id == round_id,
            table.state == RoundState.OPEN,
            table.deadline < due_at - GRACE if due_at else true(),
        )
        .values(state=RoundState.CLOSED, **values)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise Conflict(N_("This round is closed already."))
    return session.get_one(table, round_id, populate_existing=True)


def due(session: Session, table: type[Any], *, clock: Clock) -> list[str]:
    """Return the ids of open rounds whose deadline and grace have passed."""
    at = clock(session)
    query = select(table.id).where(table.state == RoundState.OPEN, table.deadline < at - GRACE)
    return list(session.scalars(query))


def check_deadline(deadline: datetime, at: datetime, refusal: str = "") -> None:
    """Raise ``Invalid`` unless a deadline lies ahead, and not too far."""
    if deadline <= at:
        raise Invalid(refusal or N_("The deadline lies in the past. Choose a later one."))
    if deadline > at + FURTHEST:
        raise Invalid(N_("The deadline lies more than two years ahead. Choose an earlier one."))


def move(session: Session, round_: Any, deadline: datetime, at: datetime) -> None:
    """Change the deadline of an open round; whoever closes it comes before or after."""
    session.refresh(round_, with_for_update=True)
    if round_.state != RoundState.OPEN:
        raise Conflict(N_("The round is not open."))
    check_deadline(deadline, at, N_("The deadline lies in the past. Choose a later one, or close the round."))
    round_.deadline = deadline
