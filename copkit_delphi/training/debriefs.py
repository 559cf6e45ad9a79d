"""What a trainee did, beside the key points of the exercise. Only what the study itself shows is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.results import GroupResponse, RoundSnapshot
from copkit_delphi.elicitation import results
from copkit_delphi.elicitation.models import Amendment, Argument
from copkit_delphi.ethics import flags
from copkit_delphi.people import audit
from copkit_delphi.training import exercises
from copkit_delphi.training.checklist import Facts
from copkit_delphi.training.models import Exercise, PlayedAct


@dataclass(frozen=True, slots=True)
class Point:
    """One key point of the exercise; ``text`` is untranslated, filled from ``params``."""

    met: bool
    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundTold:
    """One round: how many answered, how many arguments the trainee kept on each side, why it was closed early."""

    number: int
    response: tuple[GroupResponse, ...]
    higher: int
    lower: int
    closed_because: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """The whole of it."""

    rounds: tuple[RoundTold, ...]
    refused: tuple[PlayedAct, ...]
    points: tuple[Point, ...]
    took: timedelta


def of_exercise(session: Session, exercise: Exercise, found: Facts, *, at: datetime) -> Debrief:
    """Return what the trainee did so far."""
    frozen = results.of_study(session, exercise.study_id)
    told = tuple(_round(session, found, snapshot) for snapshot in frozen)
    refused = tuple(act for act in exercises.acts(session, exercise) if act.refusal)
    brief = found.brief
    ended = brief.published_at if brief is not None and brief.published_at else at
    points = _points(session, exercise, found, told)
    return Debrief(told, refused, points, ended - exercise.started_at)


def _round(session: Session, found: Facts, snapshot: RoundSnapshot) -> RoundTold:
    row = next(row for row in found.rounds if row.number == snapshot.round)
    query = select(Argument.side, func.count()).where(Argument.round_id == row.id).group_by(Argument.side)
    sides = {side: int(n) for side, n in session.execute(query)}
    return RoundTold(
        row.number, snapshot.response, sides.get("higher", 0), sides.get("lower", 0), row.close_reason
    )


def _points(
    session: Session, exercise: Exercise, found: Facts, told: tuple[RoundTold, ...]
) -> tuple[Point, ...]:
    replied = [flag for flag in flags.of_study(session, exercise.study_id) if flag.reply]
    moved = any(event.action == "round:move-deadline" for event in audit.of_study(session, exercise.study_id))
    points = [
        Point(len(told) >= 2, N_("The panel rated twice, so that you could see whether its answers hold.")),
        Point(
            bool(told) and all(not one.closed_because for one in told),
            N_("No round was closed against the advice."),
        ),
        Point(
            bool(told) and all(one.higher and one.lower for one in told),
            N_("Arguments for both sides reached the panel in every round."),
        ),
        Point(
            found.study.state == StudyState.ENDED and not _against_rule(session, exercise.study_id),
            N_("The study ended by its stopping rule."),
        ),
        Point(not moved, N_("The deadline stayed where the panel was told it would be.")),
    ]
    if found.flags:
        points.append(Point(len(replied) == len(found.flags), N_("Every flag got a reply.")))
    return tuple(points)


def _against_rule(session: Session, study_id: str) -> bool:
    """Ending against the rule leaves an amendment; an exercise knows no other."""
    return session.scalars(select(Amendment.id).where(Amendment.study_id == study_id)).first() is not None
