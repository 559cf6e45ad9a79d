"""Open and close rounds: each move is one audited transaction; a deadline closes a round without anybody."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState, check_move
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    carrying,
    decisions,
    holding,
    kinds,
    late,
    moderation,
    quality,
    reopenings,
    reply_moderation,
    results,
    round_zero,
    seals,
    studies,
)
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import DeadlineMove, Round, Study
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


def open_next(
    session: Session,
    *,
    study_id: str,
    deadline: datetime,
    actor: str,
    clock: Clock,
    chosen: Collection[str] | None = None,
    reason: str = "",
) -> Round:
    """Open the planned round of a study; opening round 1 locks and hashes the protocol.

    ``chosen`` are the ids of the items asked, None those of the study's rule; another choice needs a ``reason``.
    """
    at = clock(session)
    holding.check_deadline(deadline, at)
    kinds.open_alone(session, study_id, kinds.THREATS)
    round_ = next((row for row in of_study(session, study_id) if row.state == RoundState.DRAFT), None)
    if round_ is None:
        raise Conflict(N_("No further round is planned in this study."))
    study = studies.get(session, study_id)
    if study.state == StudyState.DRAFT:
        _lock(session, study)
    check_move(RoundState(round_.state), RoundState.OPEN)
    # Refuses before anything changes.
    asked = carrying.fix(session, round_, chosen=chosen, reason=reason, at=at)
    round_.state, round_.deadline, round_.opened_at = RoundState.OPEN, deadline, at
    round_.shown = Protocol.from_dict(study.protocol).feedback.form if round_.number > 1 else ""
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
        items=len(asked),
    )
    session.flush()  # one open round per study: the index decides between two facilitators
    _note_going_on(session, round_, actor, at)
    return round_


def _note_going_on(session: Session, round_: Round, actor: str, at: datetime) -> None:
    """Write down that another round was decided on, unless somebody did."""
    if round_.number > 1:
        decisions.note_unless(
            session,
            study_id=round_.study_id,
            round_number=round_.number - 1,
            choice=Choice.GO_ON,
            actor=actor,
            on=at.date(),
        )


def _lock(session: Session, study: Study) -> None:
    gaps = studies.missing(session, study.id) + round_zero.gaps(session, study.id)
    if gaps:
        raise Conflict(gaps[0])
    studies.lock(session, study)


def move_deadline(
    session: Session, *, round_: Round, deadline: datetime, reason: str, actor: str, clock: Clock
) -> None:
    """Change the deadline of an open round, at least an hour ahead; counted, and printed with its reason.

    Raises ``Invalid``, and ``Conflict`` once the deadline and its grace have passed.
    """
    at = clock(session)
    session.refresh(
        round_, with_for_update=True
    )  # whoever closes the round, or moves it too, comes before or after
    if not holding.takes_answers(round_, at):
        raise Conflict(
            N_("This round takes no answers any more. Once it is closed, ask for it to be opened again.")
        )
    given = carrying.checked(reason, N_("Say why the deadline moves. The report prints it."))
    reopenings.check_ahead(deadline, at)
    before, round_.deadline = round_.deadline, deadline
    session.add(
        DeadlineMove(
            id=secrets.token_hex(8), round_id=round_.id, before=before, after=deadline, reason=given, at=at
        )
    )
    was = f"{before:%d %B %Y, %H:%M}" if before else "none"
    text = f"The deadline of round {round_.number} moved from {was} to {deadline:%d %B %Y, %H:%M} UTC."
    carrying.amend(session, round_.study_id, text, given, at)
    audit.record(
        session,
        actor=actor,
        action="round:move-deadline",
        at=at,
        study_id=round_.study_id,
        round=round_.number,
        deadline=deadline.isoformat(),
        reason=given,
    )


def close(
    session: Session, *, round_id: str, actor: str, clock: Clock, reason: str = "", due: bool = False
) -> Round:
    """Close an open round and freeze its result, in one transaction; with ``due`` only after its deadline.

    Raises ``Conflict`` when somebody else closed it, or moved its deadline.
    """
    at = clock(session)
    round_: Round = holding.shut(
        session,
        Round,
        round_id=round_id,
        due_at=at if due else None,
        closed_at=at,
        feedback=FeedbackState.IN_MODERATION,
        close_reason=reason,
    )
    given = Matrices(session, round_.study_id)
    built = results.build(session, round_, closed_on=at.date(), given=given)
    frozen = late.guarded(session, round_, built)
    results.store(session, round_, frozen)
    decided = decisions.freeze(session, round_, frozen, given=given)
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
    kinds.hold_study(
        session, round_.study_id
    )  # before the round, as whoever opens it again at the same moment
    session.refresh(round_, with_for_update=True)
    check_move(FeedbackState(round_.feedback), FeedbackState.OPEN)
    told = moderation.settle(session, round_=round_) | reply_moderation.settle(session, round_=round_)
    round_.feedback = FeedbackState.OPEN
    reopenings.drop_pending(session, round_.id)
    study = studies.get(session, round_.study_id)
    if goes_on(study, round_.number):
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


def goes_on(study: Study, number: int) -> bool:
    """Tell whether the rules allow a round after the one with this number."""
    rule = Protocol.from_dict(study.protocol).stopping
    return study.state == StudyState.RUNNING and number < rule.max_rounds


def plan_next(session: Session, *, study_id: str, actor: str, clock: Clock) -> Round:
    """Plan a further round again, after the planned one was removed."""
    kinds.hold_study(session, study_id)
    last = of_study(session, study_id)[-1]
    if last.feedback != FeedbackState.OPEN or not goes_on(studies.get(session, study_id), last.number):
        raise Conflict(N_("A further round is planned once the feedback is open and the rule allows one."))
    planned = Round(id=secrets.token_hex(8), study_id=study_id, number=last.number + 1)
    session.add(planned)
    audit.record(
        session, actor=actor, action="round:plan", at=clock(session), study_id=study_id, round=planned.number
    )
    session.flush()
    return planned


def drop_planned(session: Session, *, study_id: str, actor: str, clock: Clock) -> None:
    """Remove a round that is planned and never opened; nothing of any other round goes with it."""
    kinds.hold_study(session, study_id)
    planned = next((row for row in of_study(session, study_id) if row.state == RoundState.DRAFT), None)
    if planned is None or planned.number == 1:
        raise Conflict(
            N_("Only a planned round can be removed. One that has opened keeps its answers and its result.")
        )
    audit.record(
        session, actor=actor, action="round:drop", at=clock(session), study_id=study_id, round=planned.number
    )
    session.delete(planned)
    session.flush()
