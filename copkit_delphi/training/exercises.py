"""Start an exercise, and find one's own: a practice study with a synthetic panel and played colleagues."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.permission import Action, Identity, Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import behaviours, grouping, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.plans import About, GroupPlan
from copkit_delphi.people import accounts, audit
from copkit_delphi.training import prepared
from copkit_delphi.training.models import Exercise, PlayedAct, PlayedColleague
from copkit_delphi.training.prepared import GROUPS, Prepared
from copkit_delphi.warning import taking

COLLEAGUES = {
    Role.ANALYST: "Analyst (played)",
    Role.ETHICS_REVIEWER: "Ethics reviewer (played)",
    Role.DPO: "Data protection officer (played)",
    Role.OWNER: "Accountable owner (played)",
}
NOWHERE = "exercise.invalid"  # a name that no mail ever reaches
LOOKS_AHEAD = timedelta(days=2 * 365)


def start(session: Session, *, key: str, trainee: str, at: datetime) -> Exercise:
    """Make a practice study ready to open, with a synthetic panel and colleagues; ``trainee`` runs it."""
    chosen = prepared.get(key)
    study = studies.create(
        session,
        about=_about(chosen, at),
        facilitator=trainee,
        at=at,
        seed=chosen.seed,
        practice=True,
        synthetic=True,
    )
    study.exercise = True
    exercise = Exercise(
        id=secrets.token_hex(8), study_id=study.id, prepared=key, trainee=trainee, started_at=at
    )
    session.add(exercise)
    session.flush()  # colleagues refer to it
    _fill(session, study, chosen, trainee, at)
    for role, name in COLLEAGUES.items():
        _cast(session, exercise, role, name, at)
    audit.record(session, actor=trainee, action="exercise:start", at=at, study_id=study.id, exercise=key)
    return exercise


def _about(chosen: Prepared, at: datetime) -> About:
    return About(
        title=f"Exercise: {chosen.title}",
        purpose=f"{chosen.objective} An exercise: nothing in it is a finding.",
        commissioned_by="Nobody: an exercise",
        paid_by="Nobody: an exercise",
        received_by="The trainee only",
        ethics_contact=COLLEAGUES[Role.ETHICS_REVIEWER],
        controller="Whoever runs this installation",
        legal_basis="Training without personal data",
        horizon=(at + LOOKS_AHEAD).date(),
    )


def _fill(session: Session, study: Study, chosen: Prepared, trainee: str, at: datetime) -> None:
    plans = [GroupPlan(name, kind, chosen.seats[name]) for name, kind in GROUPS]
    grouping.set_groups(session, study_id=study.id, plans=plans)
    session.flush()  # seats refer to groups
    protocol = Protocol(dimensions=chosen.dimensions, ask_track_record=False)
    studies.set_protocol(session, study_id=study.id, protocol=protocol)
    for name in chosen.scenarios:
        taking.take(session, study_id=study.id, name=name, actor=trainee, at=at)
    behaviours.seat_panel(session, study_id=study.id, sizes=chosen.seats)


def _cast(session: Session, exercise: Exercise, role: Role, name: str, at: datetime) -> None:
    """Make an account that holds one role in this study and that nobody can sign in to."""
    email = f"{role.replace('_', '-')}.{exercise.id}@{NOWHERE}"
    account = accounts.create(session, email=email, name=name, at=at, actor=exercise.trainee)
    account.is_active = False
    session.add(PlayedColleague(exercise_id=exercise.id, role=role, account_id=account.id))
    accounts.give_role(
        session,
        account_id=account.id,
        role=role,
        study_id=exercise.study_id,
        at=at,
        actor=exercise.trainee,
    )


def get(session: Session, *, exercise_id: str, who: Identity) -> Exercise:
    """Return an exercise to its trainee and to trainers; raises ``NotFound`` for everybody else."""
    exercise = session.get(Exercise, exercise_id)
    if exercise is None or not (exercise.trainee == who.account_id or who.may(Action.EXERCISE_FOLLOW)):
        raise NotFound(N_("There is no such exercise."))
    return exercise


def own(session: Session, *, exercise_id: str, who: Identity) -> Exercise:
    """Return an exercise to its trainee only, who alone can act in it; raises ``NotFound``."""
    exercise = get(session, exercise_id=exercise_id, who=who)
    if exercise.trainee != who.account_id:
        raise NotFound(N_("There is no such exercise."))
    return exercise


def listed(session: Session, *, trainee: str = "") -> list[Exercise]:
    """Return the exercises of one trainee, or everybody's, newest first."""
    query = select(Exercise).order_by(Exercise.started_at.desc(), Exercise.id)
    return list(session.scalars(query.where(Exercise.trainee == trainee) if trainee else query))


def colleague(session: Session, exercise: Exercise, role: Role) -> Identity:
    """Return who plays a role in an exercise, as use cases are told who acts."""
    row = session.get_one(PlayedColleague, (exercise.id, role))
    return accounts.identity(session, accounts.get(session, row.account_id))


def of_study(session: Session, study_id: str) -> Exercise | None:
    """Return the exercise a study was made for, None for any other study."""
    return session.scalars(select(Exercise).where(Exercise.study_id == study_id)).first()


def stop_of(session: Session, study_id: str) -> str:
    """Return the stop question that the synthetic panel of an exercise raises, empty for none."""
    exercise = of_study(session, study_id)
    return prepared.get(exercise.prepared).stop if exercise else ""


def acts(session: Session, exercise: Exercise) -> Sequence[PlayedAct]:
    """Return what the colleagues did and refused, in order."""
    query = select(PlayedAct).where(PlayedAct.exercise_id == exercise.id).order_by(PlayedAct.position)
    return session.scalars(query).all()


def note(session: Session, exercise: Exercise, *, act: str, refusal: str, at: datetime) -> None:
    """Keep what a colleague did, or why it was refused."""
    last = session.scalar(select(func.max(PlayedAct.position)).where(PlayedAct.exercise_id == exercise.id))
    position = (last or 0) + 1
    session.add(PlayedAct(exercise_id=exercise.id, position=position, act=act, refusal=refusal, at=at))
    session.flush()  # one act a position: the key decides between two clicks
