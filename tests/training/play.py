"""A trainee's way through an exercise, by the use cases that the pages call."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import advice, behaviours, feedback, rounds, tendencies
from copkit_delphi.elicitation.models import Round
from copkit_delphi.ethics import behaviours as ethics_behaviours
from copkit_delphi.ethics import flags
from copkit_delphi.ethics import rounds as ethics_rounds
from copkit_delphi.network import releases
from copkit_delphi.network.recipients import Named
from copkit_delphi.network.releases import Made, Plan
from copkit_delphi.training import checklist, colleagues, exercises, prepared
from copkit_delphi.training.colleagues import Outcome
from copkit_delphi.training.models import Exercise
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief
from tests import factories as f
from tests.network import factory as network

LASTS = timedelta(days=7)


def start(session: Session, key: str = "first-brief") -> Exercise:
    return exercises.start(session, key=key, trainee=f.make_account(session).id, at=f.NOW)


def next_step(session: Session, exercise: Exercise) -> str:
    """Return the key of the step that the checklist calls next, empty at the end."""
    shown = checklist.shown(checklist.facts(session, exercise, at=f.NOW))
    return next((one.step.key for one in shown if one.state == "next"), "")


def ask(session: Session, exercise: Exercise, act: str) -> Outcome:
    outcome = colleagues.play(session, exercise=exercise, act=act, at=f.NOW)
    session.flush()
    return outcome


def run_round(session: Session, exercise: Exercise) -> None:
    """Open the planned round, let the panel answer, close it with the advice, keep every reason."""
    clock, actor = f.clock_at(), exercise.trainee
    opened = rounds.open_next(
        session, study_id=exercise.study_id, deadline=f.NOW + LASTS, actor=actor, clock=clock
    )
    behaviours.answer_round(session, round_=opened, tendencies=tendencies.of_library(), clock=clock, seed=7)
    closed = advice.close(session, round_=opened, actor=actor, clock=clock)
    moderate(session, closed, actor)


def moderate(session: Session, closed: Round, actor: str) -> None:
    kept = {
        (one.item_id, one.text): feedback.Edited(one.key, one.side, one.text)
        for one in feedback.raw_reasons(session, round_=closed)
        if one.for_panel
    }
    feedback.moderate(session, round_=closed, edited=list(kept.values()), actor=actor, at=f.NOW)
    rounds.open_feedback(session, round_=closed, actor=actor, clock=f.clock_at())
    session.flush()


def end(session: Session, exercise: Exercise) -> None:
    """End the study; a reason stands ready in case the rule does not say so."""
    advice.end(
        session,
        study_id=exercise.study_id,
        actor=exercise.trainee,
        at=f.NOW,
        reason="Two rounds are enough for an exercise.",
    )


def run_ethics(session: Session, exercise: Exercise) -> None:
    clock, actor = f.clock_at(), exercise.trainee
    opened = ethics_rounds.open_next(
        session,
        study_id=exercise.study_id,
        subject="The threats and the actions of this exercise.",
        deadline=f.NOW + LASTS,
        actor=actor,
        clock=clock,
    )
    stop = prepared.get(exercise.prepared).stop
    ethics_behaviours.answer(session, opened, clock=clock, seed=7, stop=stop)
    ethics_rounds.close(session, round_id=opened.id, actor=actor, clock=clock)
    session.flush()


def reply(session: Session, exercise: Exercise, text: str = "We leave out the passage it is about.") -> int:
    """Answer every open flag; return how many."""
    found = [flag for flag in flags.of_study(session, exercise.study_id) if flag.state == "open"]
    for flag in found:
        flags.reply(session, flag=flag, text=text, name="Trainee", actor=exercise.trainee, at=f.NOW)
    return len(found)


def send(session: Session, exercise: Exercise) -> None:
    brief = briefs.working(session, exercise.study_id)
    assert brief is not None
    briefs.send_for_signature(session, brief=brief, actor=exercise.trainee, at=f.NOW)
    session.flush()


def release(place: f.Install, session: Session, exercise: Exercise, account_id: str) -> Brief:
    """Release the signed brief to one account, with stand-ins for its documents."""
    brief = briefs.working(session, exercise.study_id)
    assert brief is not None
    shown = briefs.prepare(session, brief, at=f.NOW)
    plan = Plan([Named(account_id, "Training school")], summary_public=True)
    releases.release(
        session,
        network.post(place),
        brief=brief,
        made=Made(shown.content_hash, network.DOCUMENTS),
        plan=plan,
        actor=exercise.trainee,
        at=f.NOW,
    )
    session.flush()
    return brief


def to_flags(session: Session, exercise: Exercise) -> None:
    """Bring an exercise to the close of its ethics round."""
    for _ in range(2):
        run_round(session, exercise)
    end(session, exercise)
    run_ethics(session, exercise)


def at(days: int) -> datetime:
    return f.NOW + timedelta(days=days)


def signing(session: Session, exercise: Exercise) -> list[str]:
    """Return the acts of those who sign, in the order of the steps."""
    signers = checklist.facts(session, exercise, at=f.NOW).signers
    return [act for role, act in SIGNERS.items() if role in signers]


SIGNERS = {Role.ETHICS_REVIEWER: "sign-reviewer", Role.DPO: "sign-dpo", Role.OWNER: "sign-owner"}
