"""Open and close rounds: each move is one audited transaction; a deadline closes a round without anybody."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState, check_move
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    decisions,
    holding,
    kinds,
    moderation,
    quality,
    results,
    round_zero,
    seals,
    studies,
)
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.models import Round
from copkit_delphi.people import audit


def of_study(session: Session, study_id: str) -> list[Round]:
    """Return the rounds of a study, first to last."""
    return list(session.scalars(select(Round).where(Round.study_id == study_id).order_by(Round.number)))


def latest(session: Session, study_id: str) -> Round | None:
    """Return the last round that opened, None before round 1."""
    opened = [row for row in of_study(session, study_id) if row.state != RoundState.DRAFT]
    return opened[-1] if opened else None


def latest_of(session: Session, study_ids: Iterable[str]) -> dict[str, Round]:
    """Return the last round that opened of each of these studies, by study."""
    query = select(Round).where(Round.study_id.in_(list(study_ids)), Round.state != RoundState.DRAFT)
    return {row.study_id: row for row in session.scalars(query.order_by(Round.number))}


def get(session: Session, *, study_id: str, number: int) -> Round:
    """Return a round of a study; raises ``NotFound``."""
    round_ = next((row for row in of_study(session, study_id) if row.number == number), None)
    if round_ is None:
        raise NotFound(N_("There is no such round in this study."))
    return round_


def open_next(session: Session, *, study_id: str, deadline: datetime, actor: str, clock: Clock) -> Round:
    """Open the planned round of a study; opening round 1 locks and hashes the protocol."""
    at = clock(session)
    holding.check_deadline(deadline, at)
    round_ = next((row for row in of_study(session, study_id) if row.state == RoundState.DRAFT), None)
    if round_ is None:
        raise Conflict(N_("No further round is planned in this study."))
    kinds.open_alone(session, study_id, kinds.THREATS)
    study = studies.get(session, study_id)
    if study.state == StudyState.DRAFT:
        gaps = studies.missing(session, study_id) + round_zero.gaps(session, study_id)
        if gaps:
            raise Conflict(gaps[0])
        studies.lock(session, study)
    check_move(RoundState(round_.state), RoundState.OPEN)
    round_.state, round_.deadline, round_.opened_at = RoundState.OPEN, deadline, at
    audit.record(
        session,
        actor=actor,
        action="round:open",
        at=at,
        study_id=study_id,
        round=round_.number,
        protocol=study.protocol_hash,
        sealed=seals.KEY in session.info,
        deadline=deadline.isoformat(),
    )
    session.flush()  # one open round per study: the index decides between two facilitators
    if round_.number > 1:
        decisions.note_unless(
            session,
            study_id=study_id,
            round_number=round_.number - 1,
            choice=Choice.GO_ON,
            actor=actor,
            on=at.date(),
        )
    return round_


def move_deadline(session: Session, *, round_: Round, deadline: datetime, actor: str, clock: Clock) -> None:
    """Change the deadline of an open round."""
    at = clock(session)
    holding.move(round_, deadline, at)
    audit.record(
        session,
        actor=actor,
        action="round:move-deadline",
        at=at,
        study_id=round_.study_id,
        deadline=deadline.isoformat(),
    )


def close(session: Session, *, round_id: str, actor: str, clock: Clock, reason: str = "") -> Round:
    """Close an open round and freeze its result, in one transaction.

    Raises ``Conflict`` when somebody else closed it.
    """
    at = clock(session)
    round_: Round = holding.shut(
        session,
        Round,
        round_id=round_id,
        closed_at=at,
        feedback=FeedbackState.IN_MODERATION,
        close_reason=reason,
    )
    frozen = results.build(session, round_, closed_on=at.date())
    results.store(session, round_, frozen)
    decided = decisions.freeze(session, round_, frozen)
    quality.freeze(session, round_)
    root = seals.close(session, round_)
    audit.record(
        session,
        actor=actor,
        action="round:close",
        at=at,
        study_id=round_.study_id,
        round=round_.number,
        snapshot=frozen.hash,
        decision=decided,
        root=root,
        reason=reason,
    )
    return round_


def due(session: Session, *, clock: Clock) -> list[str]:
    """Return the ids of open rounds whose deadline and grace have passed."""
    return holding.due(session, Round, clock=clock)


def open_feedback(session: Session, *, round_: Round, actor: str, clock: Clock) -> None:
    """Open the moderated feedback of a closed round to the panel, and plan the next round if the rule allows."""
    check_move(FeedbackState(round_.feedback), FeedbackState.OPEN)
    told = moderation.settle(session, round_=round_)
    round_.feedback = FeedbackState.OPEN
    study = studies.get(session, round_.study_id)
    stopping = Protocol.from_dict(study.protocol).stopping
    if study.state == StudyState.RUNNING and round_.number < stopping.max_rounds:
        session.add(Round(id=secrets.token_hex(8), study_id=study.id, number=round_.number + 1))
    audit.record(
        session,
        actor=actor,
        action="feedback:open",
        at=clock(session),
        study_id=round_.study_id,
        round=round_.number,
        moderated=told,
    )
