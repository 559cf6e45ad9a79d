"""Opening a closed round again: one facilitator asks with a reason, a second person confirms, before its feedback.

The result of the close that is undone is kept and shown nowhere; what is left of the difference: ``late``.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.elicitation import boards, carrying, holding, kinds, late, reply_moderation, studies
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.models import (
    Decision,
    Reopening,
    Round,
    RoundQuality,
    Snapshot,
    SupersededSnapshot,
)
from copkit_delphi.elicitation.traces import SealedRound
from copkit_delphi.people import audit

SHORTEST = timedelta(hours=1)
TOO_SOON = N_("A new deadline lies at least one hour ahead. To stop earlier, close the round.")
ASKED, DROPPED = "asked", "dropped"


def check_ahead(deadline: datetime, at: datetime) -> None:
    """Raise ``Invalid`` unless a new deadline leaves the panel an hour, and at most two years."""
    if deadline < at + SHORTEST:
        raise Invalid(TOO_SOON)
    holding.check_deadline(deadline, at)


def pending(session: Session, round_id: str) -> Reopening | None:
    """Return the request to open a round again that waits for a second person."""
    query = select(Reopening).where(Reopening.round_id == round_id, Reopening.state == ASKED)
    return session.scalars(query).first()


def waiting(session: Session, study_ids: Collection[str]) -> list[tuple[Round, str]]:
    """Return the rounds of these studies that are to be opened again once a second person says so, and who asked."""
    query = select(Round, Reopening.asked_by).join(Reopening, Reopening.round_id == Round.id)
    wanted = query.where(Round.study_id.in_(study_ids), Reopening.state == ASKED)
    return [(round_, asked_by) for round_, asked_by in session.execute(wanted)]


def _check_open_to_it(session: Session, round_: Round) -> None:
    study = studies.get(session, round_.study_id)
    if round_.state != RoundState.CLOSED:
        raise Conflict(N_("The round is not closed. Move its deadline instead."))
    if round_.feedback != FeedbackState.IN_MODERATION or study.state != StudyState.RUNNING:
        raise Conflict(
            N_(
                "The panel has seen what others answered, so this round stays closed. Open a further round instead."
            )
        )


def ask(
    session: Session, *, round_: Round, reason: str, deadline: datetime, actor: str, clock: Clock
) -> Reopening:
    """Ask for a closed round to be opened again until ``deadline``; another person confirms."""
    at = clock(session)
    _check_open_to_it(session, round_)
    given = carrying.checked(
        reason, N_("Say why the round is opened again. The panel and the report are told.")
    )
    check_ahead(deadline, at)
    if pending(session, round_.id) is not None:
        raise Conflict(
            N_("Somebody has asked for this already. A second person confirms it or takes it back.")
        )
    row = Reopening(
        id=secrets.token_hex(8),
        round_id=round_.id,
        reason=given,
        deadline=deadline,
        asked_by=actor,
        asked_at=at,
    )
    session.add(row)
    session.flush()  # one request per round: the index decides between two who ask
    _record(session, round_, "round:ask-reopening", actor, at, reason=given, deadline=deadline.isoformat())
    return row


def _record(session: Session, round_: Round, action: str, actor: str, at: datetime, **more: Any) -> None:
    audit.record(
        session, actor=actor, action=action, at=at, study_id=round_.study_id, round=round_.number, **more
    )


def drop(session: Session, *, round_: Round, actor: str, clock: Clock) -> None:
    """Take a request back that nobody has confirmed."""
    if not _settle(session, round_.id, state=DROPPED):
        raise Conflict(N_("There is no request to open this round again."))
    _record(session, round_, "round:drop-reopening", actor, clock(session))


def drop_pending(session: Session, round_id: str) -> None:
    """Let a request go whose moment has passed: the feedback opens."""
    _settle(session, round_id, state=DROPPED)


def _settle(session: Session, round_id: str, **values: Any) -> bool:
    """Decide on a request, for whoever comes first."""
    taken = session.scalars(
        update(Reopening)
        .where(Reopening.round_id == round_id, Reopening.state == ASKED)
        .values(**values)
        .returning(Reopening.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is not None:
        session.get(Reopening, taken, populate_existing=True)
    return taken is not None


def confirm(session: Session, *, round_: Round, actor: str, clock: Clock) -> Round:
    """Open the round again, in one transaction; raises ``Conflict``, or ``Forbidden`` for whoever asked."""
    at = clock(session)
    row = pending(session, round_.id)
    if row is None:
        raise Conflict(N_("There is no request to open this round again."))
    if row.asked_by == actor:
        raise Forbidden(N_("You asked for this yourself. Another facilitator or the owner confirms it."))
    if row.deadline < at + SHORTEST:
        raise Conflict(
            N_("The deadline asked for is less than an hour away. Take the request back and ask anew.")
        )
    deadline, reason, closed_at = row.deadline, row.reason, round_.closed_at
    kinds.open_alone(session, round_.study_id, kinds.THREATS)
    opened = _reopen(session, round_, deadline)
    taken = {
        "closing": _undone(session, opened) + 1,
        "confirmed_by": actor,
        "confirmed_at": at,
        "standing": _standing(session, opened),
    }
    if not _settle(session, opened.id, state=late.CONFIRMED, **taken):
        raise Conflict(N_("There is no request to open this round again."))
    kept, root = _put_aside(session, opened)
    carrying.amend(
        session,
        opened.study_id,
        f"Round {opened.number}, closed on {closed_at:%d %B %Y}, was opened again until {deadline:%d %B %Y, %H:%M} UTC.",
        reason,
        at,
    )
    _record(
        session, opened, "round:reopen", actor, at,
        reason=reason, deadline=deadline.isoformat(), superseded=kept, ended=[root] if root else [],
    )  # fmt: skip
    return opened


def _reopen(session: Session, round_: Round, deadline: datetime) -> Round:
    """Open the round for whoever comes first; the update waits for somebody who opens its feedback."""
    taken = session.scalars(
        update(Round)
        .where(
            Round.id == round_.id,
            Round.state == RoundState.CLOSED,
            Round.feedback == FeedbackState.IN_MODERATION,
        )
        .values(state=RoundState.OPEN, feedback=FeedbackState.NONE, closed_at=None, deadline=deadline)
        .returning(Round.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise Conflict(
            N_(
                "The panel has seen what others answered, so this round stays closed. Open a further round instead."
            )
        )
    return session.get_one(Round, round_.id, populate_existing=True)


def _standing(session: Session, round_: Round) -> dict[str, Any]:
    """Return which values and reasons stand, by random id; what nobody counts, "cannot judge", is no value."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for item_id, rating_id, group_id in session.execute(late.values_of(round_)):
        values[item_id][rating_id] = group_id
    texts = {
        "reasons": [key for key, _ in session.execute(late.reasons_of(round_))],
        "replies": [key for key, _ in session.execute(late.replies_of(round_))],
    }
    return {"values": dict(values), **texts}


def _undone(session: Session, round_: Round) -> int:
    """Return how many closes of the round were undone."""
    query = select(func.count()).select_from(SupersededSnapshot)
    return session.scalar(query.where(SupersededSnapshot.round_id == round_.id)) or 0


def _put_aside(session: Session, round_: Round) -> tuple[str, str]:
    """Move the result of the close that is undone aside, and drop the arguments; return its hash and its root."""
    row = session.get_one(Snapshot, round_.id)
    closing = _undone(session, round_) + 1
    session.add(SupersededSnapshot(hash=row.hash, round_id=round_.id, closing=closing, payload=row.payload))
    session.flush()  # the trigger that keeps results looks for the copy
    kept = row.hash
    session.delete(row)
    sealed = session.get(SealedRound, round_.id)
    root = sealed.root if sealed else ""
    if sealed:
        session.delete(sealed)
    boards.clear(session, [round_.id])
    reply_moderation.undecide(session, round_.id)
    for table in (Decision, RoundQuality):  # made anew of what stands at the next close
        session.execute(delete(table).where(table.round_id == round_.id))
    session.flush()
    return kept, root
