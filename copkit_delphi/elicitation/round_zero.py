"""Round 0: the panel is asked what to ask. Open and close it, read what was proposed, make scenarios of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import Progress, RoundState, StudyState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import holding, studies
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.models import Proposal, ProposalRound, ProposalUse, Proposing, Scenario, Study
from copkit_delphi.elicitation.plans import ScenarioPlan
from copkit_delphi.people import audit

MAX_QUESTION = 2000
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Read:
    """One proposal as facilitators read it: never whose it is, and what was made of it."""

    id: str
    title: str
    statement: str
    why: str
    left_out: str
    scenarios: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Tell whether something was made of it, or was said why nothing is."""
        return bool(self.scenarios or self.left_out)


def of_study(session: Session, study_id: str) -> ProposalRound | None:
    """Return round 0 of a study, None where there is none."""
    return session.scalars(select(ProposalRound).where(ProposalRound.study_id == study_id)).first()


def open_(
    session: Session, *, study_id: str, question: str, deadline: datetime, actor: str, clock: Clock
) -> ProposalRound:
    """Ask the panel of a draft study for scenarios and statements; raises ``Conflict`` or ``Invalid``."""
    study, at = studies.draft(session, study_id), clock(session)
    for gap in missing(study):
        raise Conflict(gap)
    if of_study(session, study_id) is not None:
        raise Conflict(N_("Round 0 was opened already. A study has one."))
    if not question.strip() or len(question) > MAX_QUESTION:
        raise Invalid(N_("Write what you ask the panel, in at most %(n)s characters."), n=MAX_QUESTION)
    holding.check_deadline(deadline, at)
    opened = ProposalRound(
        id=secrets.token_hex(8),
        study_id=study_id,
        question=question.strip(),
        state=RoundState.OPEN,
        deadline=deadline,
        opened_at=at,
    )
    session.add(opened)
    study.asked_until = deadline
    session.flush()  # one round 0 a study: the table decides between two facilitators
    _record(session, "round-zero:open", opened, actor, at, deadline=deadline.isoformat())
    return opened


def missing(study: Study) -> list[str]:
    """Return what people must be told before they are asked, as untranslated sentences."""
    said = {
        N_("Say what the study is for."): study.purpose,
        N_("Say who commissions it, who pays and who receives the result."): all(
            (study.commissioned_by, study.paid_by, study.received_by)
        ),
        N_("Name an ethics contact who is not the facilitator."): study.ethics_contact,
        N_("Name the controller and the legal basis of the data."): study.controller and study.legal_basis,
    }
    return [sentence for sentence, done in said.items() if not done]


def move_deadline(
    session: Session, *, round_: ProposalRound, deadline: datetime, actor: str, clock: Clock
) -> None:
    """Change the deadline of an open round 0."""
    at = clock(session)
    holding.move(session, round_, deadline, at)
    studies.get(session, round_.study_id).asked_until = deadline
    _record(session, "round-zero:move-deadline", round_, actor, at, deadline=deadline.isoformat())


def close(
    session: Session, *, round_id: str, actor: str, clock: Clock, reason: str = "", due: bool = False
) -> ProposalRound:
    """Close round 0 for whoever comes first; how many took part is counted here and never again.

    With ``due`` only after its deadline; raises ``Conflict`` when somebody closed it or moved the deadline.
    """
    at = clock(session)
    closed: ProposalRound = holding.shut(
        session,
        ProposalRound,
        round_id=round_id,
        due_at=at if due else None,
        closed_at=at,
        close_reason=reason,
    )
    closed.took_part = taking_part(session, closed)
    _record(session, "round-zero:close", closed, actor, at, reason=reason)
    return closed


def due(session: Session, *, clock: Clock) -> list[str]:
    """Return the ids of open rounds 0 whose deadline and grace have passed."""
    return holding.due(session, ProposalRound, clock=clock)


def taking_part(session: Session, round_: ProposalRound) -> int:
    """Return how many panellists wrote something or said that they are done."""
    query = select(func.count()).where(
        Proposing.round_id == round_.id, Proposing.progress != Progress.NOT_STARTED
    )
    return session.scalar(query) or 0


def progress(session: Session, round_: ProposalRound) -> dict[str, str]:
    """Return how far each code is; a use case puts names to it, no page does."""
    query = select(Proposing.panellist_id, Proposing.progress).where(Proposing.round_id == round_.id)
    return dict(session.execute(query).all())


def hides(session: Session, round_: ProposalRound) -> bool:
    """Tell whether so few took part that a proposal would tell whose it is, since progress is seen by name."""
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    return (round_.took_part or 0) < k


def read(session: Session, round_: ProposalRound) -> list[Read]:
    """Return what was proposed, in an order that tells nothing; raises ``Conflict`` while the round is open.

    Where fewer took part than the smallest group that is shown, only what its authors released is read.
    """
    if round_.state != RoundState.CLOSED:
        raise Conflict(N_("Nobody reads a proposal before round 0 has closed."))
    query = select(Proposal).where(Proposal.round_id == round_.id)
    if hides(session, round_):
        query = query.where(Proposal.always)
    rows = session.scalars(query).all()
    used = _used(session, [row.id for row in rows])
    found = [
        Read(row.id, row.title, row.statement, row.why, row.left_out, used.get(row.id, ())) for row in rows
    ]
    return sorted(found, key=lambda one: hashlib.sha256(f"{round_.id}:{one.id}".encode()).digest())


def _used(session: Session, proposals: Collection[str]) -> dict[str, tuple[str, ...]]:
    query = (
        select(ProposalUse.proposal_id, Scenario.title)
        .join(Scenario, Scenario.id == ProposalUse.scenario_id)
        .where(ProposalUse.proposal_id.in_(proposals))
        .order_by(Scenario.position)
    )
    found: dict[str, tuple[str, ...]] = {}
    for proposal_id, title in session.execute(query):
        found[proposal_id] = (*found.get(proposal_id, ()), title)
    return found


def merge(
    session: Session,
    *,
    round_: ProposalRound,
    chosen: Sequence[str],
    into: str | ScenarioPlan,
    actor: str,
    at: datetime,
) -> Scenario:
    """Make one scenario of several proposals, or put them to one that is there; the trail keeps each.

    ``into`` is the id of a scenario of the study, or the plan of a new one.
    """
    study = studies.draft(session, round_.study_id)
    rows = _chosen(session, round_, chosen)
    if isinstance(into, str):
        scenario = studies.scenario_of(session, study_id=study.id, scenario_id=into)
    else:
        scenario = studies.add_scenario(session, study_id=study.id, plan=into)
    for row in rows:
        row.left_out = ""
        session.merge(ProposalUse(proposal_id=row.id, scenario_id=scenario.id, on=at.date()))
    _record(session, "round-zero:merge", round_, actor, at, scenario=scenario.name, proposals=len(rows))
    return scenario


def leave_out(
    session: Session, *, round_: ProposalRound, chosen: Sequence[str], reason: str, actor: str, at: datetime
) -> None:
    """Say why nothing is made of proposals; their authors read it."""
    studies.draft(session, round_.study_id)
    why = reason.strip()
    if not 0 < len(why) <= MAX_REASON:
        raise Invalid(N_("Say in 1 to %(n)s characters why nothing is made of it."), n=MAX_REASON)
    rows = _chosen(session, round_, chosen)
    if _used(session, [row.id for row in rows]):
        raise Conflict(N_("Something was made of one of them. Take it out of its scenario first."))
    for row in rows:
        row.left_out = why
    _record(session, "round-zero:leave-out", round_, actor, at, proposals=len(rows))


def take_back(session: Session, *, round_: ProposalRound, proposal_id: str, actor: str, at: datetime) -> None:
    """Undo what was decided on one proposal; scenarios that were made of it stay."""
    studies.draft(session, round_.study_id)
    [row] = _chosen(session, round_, [proposal_id])
    row.left_out = ""
    for use in session.scalars(select(ProposalUse).where(ProposalUse.proposal_id == row.id)):
        session.delete(use)
    _record(session, "round-zero:take-back", round_, actor, at, proposals=1)


def _chosen(session: Session, round_: ProposalRound, chosen: Sequence[str]) -> list[Proposal]:
    wanted = set(chosen)
    if not wanted:
        raise Invalid(N_("Tick at least one proposal first."))
    readable = {one.id for one in read(session, round_)}
    if wanted - readable:
        raise NotFound(N_("There is no such proposal in this study."))
    return list(session.scalars(select(Proposal).where(Proposal.id.in_(wanted))))


def trail(session: Session, study_id: str) -> dict[str, int]:
    """Return how many proposals went into each scenario of a study, by scenario id; scenarios without are left out."""
    query = (
        select(ProposalUse.scenario_id, func.count())
        .join(Scenario, Scenario.id == ProposalUse.scenario_id)
        .where(Scenario.study_id == study_id)
        .group_by(ProposalUse.scenario_id)
    )
    return dict(session.execute(query).all())


def gaps(session: Session, study_id: str) -> list[str]:
    """Return why round 1 cannot open for the sake of round 0, as untranslated sentences."""
    round_ = of_study(session, study_id)
    return [N_("Close round 0 first.")] if round_ is not None and round_.state == RoundState.OPEN else []


def waiting(session: Session, study: Study) -> int:
    """Return on how many readable proposals of a draft study nothing is decided yet."""
    round_ = of_study(session, study.id)
    if round_ is None or round_.state != RoundState.CLOSED or study.state != StudyState.DRAFT:
        return 0
    return sum(not one.settled for one in read(session, round_))


def _record(
    session: Session, action: str, round_: ProposalRound, actor: str, at: datetime, **detail: str | int
) -> None:
    audit.record(session, actor=actor, action=action, at=at, study_id=round_.study_id, **detail)
