"""Open and close ethics rounds: after the threats are rated, blind, closed once, its result frozen at the close."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.elicitation import holding, kinds, seals, studies
from copkit_delphi.elicitation import rounds as threat_rounds
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.ethics import flags, results
from copkit_delphi.ethics.models import EthicsRound
from copkit_delphi.ethics.sealing import ETHICS
from copkit_delphi.people import audit

MAX_SUBJECT = 2000


def of_study(session: Session, study_id: str) -> list[EthicsRound]:
    """Return the ethics rounds of a study, first to last."""
    query = select(EthicsRound).where(EthicsRound.study_id == study_id).order_by(EthicsRound.number)
    return list(session.scalars(query))


def latest(session: Session, study_id: str) -> EthicsRound | None:
    """Return the last ethics round, None before the first."""
    rows = of_study(session, study_id)
    return rows[-1] if rows else None


def get(session: Session, *, study_id: str, number: int) -> EthicsRound:
    """Return an ethics round of a study; raises ``NotFound``."""
    found = next((row for row in of_study(session, study_id) if row.number == number), None)
    if found is None:
        raise NotFound(N_("There is no such ethics round in this study."))
    return found


def against_opening(session: Session, study_id: str) -> str:
    """Return why no ethics round can open now, as an untranslated sentence; empty when one can."""
    study = studies.get(session, study_id)
    if study.origin == "imported":
        return N_("The ethics of an imported study are not assessed here.")
    if study.state not in (StudyState.RUNNING, StudyState.ENDED):
        return N_("The panel rates the ethics risks after it has rated the threats.")
    threats = threat_rounds.latest(session, study_id)
    if threats is None or threats.state != RoundState.CLOSED:
        return N_("Close the open round first: the panel rates the ethics risks after the threats.")
    standing = latest(session, study_id)
    if standing is not None and standing.state == RoundState.OPEN:
        return N_("An ethics round is open already.")
    return ""


def open_next(
    session: Session, *, study_id: str, subject: str, deadline: datetime, actor: str, clock: Clock
) -> EthicsRound:
    """Open an ethics round for every group; ``subject`` says what the panel judges."""
    kinds.open_alone(session, study_id, ETHICS)
    refusal = against_opening(session, study_id)
    if refusal:
        raise Conflict(refusal)
    if not subject.strip() or len(subject) > MAX_SUBJECT:
        raise Invalid(N_("Say what the panel judges, in at most %(n)s characters."), n=MAX_SUBJECT)
    at = clock(session)
    holding.check_deadline(deadline, at)
    before, study = latest(session, study_id), studies.get(session, study_id)
    number = before.number + 1 if before else 1
    opened = EthicsRound(
        id=secrets.token_hex(8),
        study_id=study_id,
        number=number,
        subject=subject.strip(),
        seed=study.seed + number,
        state=RoundState.OPEN,
        deadline=deadline,
        opened_at=at,
    )
    session.add(opened)
    study.asked_until = deadline
    _record(
        session,
        "ethics-round:open",
        opened,
        actor,
        at,
        deadline=deadline.isoformat(),
        sealed=seals.KEY in session.info,
    )
    session.flush()  # one open ethics round per study: the index decides between two facilitators
    return opened


def move_deadline(
    session: Session, *, round_: EthicsRound, deadline: datetime, actor: str, clock: Clock
) -> None:
    """Change the deadline of an open ethics round."""
    at = clock(session)
    holding.move(session, round_, deadline, at)
    studies.get(session, round_.study_id).asked_until = deadline
    _record(session, "ethics-round:move-deadline", round_, actor, at, deadline=deadline.isoformat())


def close(
    session: Session, *, round_id: str, actor: str, clock: Clock, reason: str = "", due: bool = False
) -> EthicsRound:
    """Close an open ethics round, freeze its result and raise its flags, in one transaction.

    With ``due`` only after its deadline; raises ``Conflict`` when somebody closed it or moved the deadline.
    """
    at = clock(session)
    round_: EthicsRound = holding.shut(
        session,
        EthicsRound,
        round_id=round_id,
        due_at=at if due else None,
        closed_at=at,
        close_reason=reason,
    )
    frozen = results.build(session, round_, closed_on=at.date())
    results.store(session, round_, frozen)
    flags.raise_from(session, frozen)
    root = seals.close(session, round_, ETHICS)
    _record(session, "ethics-round:close", round_, actor, at, snapshot=frozen.hash, root=root, reason=reason)
    return round_


def due(session: Session, *, clock: Clock) -> list[str]:
    """Return the ids of open ethics rounds whose deadline and grace have passed."""
    return holding.due(session, EthicsRound, clock=clock)


def _record(
    session: Session, action: str, round_: EthicsRound, actor: str, at: datetime, **detail: str | bool
) -> None:
    audit.record(
        session, actor=actor, action=action, at=at, study_id=round_.study_id, round=round_.number, **detail
    )
