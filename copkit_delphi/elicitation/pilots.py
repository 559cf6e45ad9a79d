"""Pilots: a study tries out another one's set-up with test panellists. Answers are apart because the studies are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import StudyState, check_move
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import changes, copies, designs, retention, rounds, studies
from copkit_delphi.elicitation.changes import Change
from copkit_delphi.elicitation.models import ChangeReason, Pilot, Round, Study
from copkit_delphi.people import accounts, audit

LONGEST_REASON = 600
_RUNS = (Role.FACILITATOR, Role.CO_FACILITATOR)


@dataclass(frozen=True, slots=True)
class Listed:
    """A pilot with its place among those of its study and its last round."""

    study: Study
    number: int
    started_at: datetime
    round: Round | None


@dataclass(frozen=True, slots=True)
class Logged:
    """A difference between what was piloted and what stands, with the reason given for it."""

    change: Change
    reason: str


def start(session: Session, *, study_id: str, actor: str, at: datetime) -> Study:
    """Make a pilot of a draft study, as it is set up now; whoever runs the study runs the pilot.

    It is a practice study: flagged on every page, never released.
    """
    study = studies.get(session, study_id)
    if study.state != StudyState.DRAFT or study.pilot:
        raise Conflict(
            N_("A pilot comes before round 1 of a study. This one has opened or is a pilot itself.")
        )
    last = session.scalar(select(func.max(Pilot.number)).where(Pilot.pilot_of == study_id)) or 0
    title = f"Pilot {last + 1}: {study.title}"[:160]
    made = copies.copy(session, study_id=study_id, title=title, facilitator=actor, at=at, practice=True)
    made.pilot = True
    session.add(Pilot(study_id=made.id, pilot_of=study_id, number=last + 1, started_at=at))
    for role, _name, account_id in accounts.holders(session, study_id=study_id):
        if role in _RUNS and account_id != actor:
            accounts.give_role(
                session, account_id=account_id, role=role, study_id=made.id, at=at, actor=actor
            )
    audit.record(
        session, actor=actor, action="pilot:start", at=at, study_id=study_id, pilot=made.id, number=last + 1
    )
    return made


def of_study(session: Session, study_id: str) -> list[Listed]:
    """Return the pilots of a study, newest first."""
    query = select(Study, Pilot.number, Pilot.started_at).join(Pilot, Pilot.study_id == Study.id)
    rows = session.execute(query.where(Pilot.pilot_of == study_id).order_by(Pilot.number.desc())).all()
    latest = rounds.latest_of(session, [study.id for study, *_ in rows])
    return [Listed(study, number, at, latest.get(study.id)) for study, number, at in rows]


def get(session: Session, *, study_id: str, pilot_id: str) -> Listed:
    """Return a pilot of a study; raises ``NotFound`` for one of another study."""
    for one in of_study(session, study_id):
        if one.study.id == pilot_id:
            return one
    raise NotFound(N_("This study has no such pilot."))


def main_of(session: Session, pilot_id: str) -> str:
    """Return the id of the study that a pilot tries out, empty for what is no pilot."""
    return session.scalar(select(Pilot.pilot_of).where(Pilot.study_id == pilot_id)) or ""


def log(session: Session, *, study_id: str, pilot_id: str) -> list[Logged]:
    """Return what differs between a pilot and its study as both stand, with the reasons given."""
    get(session, study_id=study_id, pilot_id=pilot_id)
    given = {
        row.change: row.reason
        for row in session.scalars(select(ChangeReason).where(ChangeReason.pilot_id == pilot_id))
    }
    found = changes.between(designs.to_dict(session, pilot_id), designs.to_dict(session, study_id))
    return [Logged(change, given.get(change.key, "")) for change in found]


def explain(session: Session, *, study_id: str, pilot_id: str, reasons: Mapping[str, str]) -> None:
    """Keep the reasons of differences by their keys; an empty one takes the reason away."""
    known = {one.change.key for one in log(session, study_id=study_id, pilot_id=pilot_id)}
    if any(len(text) > LONGEST_REASON for text in reasons.values()):
        raise Invalid(N_("A reason has at most %(n)s characters."), n=LONGEST_REASON)
    for key, text in reasons.items():
        if key not in known:
            raise Conflict(N_("One of these changes is no longer there. Look at the list again."))
        session.execute(
            delete(ChangeReason).where(ChangeReason.pilot_id == pilot_id, ChangeReason.change == key)
        )
        if text.strip():
            session.add(ChangeReason(pilot_id=pilot_id, change=key, reason=text.strip()))


def erase(session: Session, *, study_id: str, pilot_id: str, actor: str, at: datetime) -> None:
    """Delete the people, links, answers and reasons of a pilot that has ended.

    What stays: its design, the log of changes, and frozen figures, which are disclosed already and never deleted.
    """
    pilot = get(session, study_id=study_id, pilot_id=pilot_id).study
    if pilot.state == StudyState.ARCHIVED:
        raise Conflict(N_("This pilot is deleted already."))
    if pilot.state != StudyState.ENDED:
        raise Conflict(N_("End the pilot first. Then it can be deleted."))
    retention.clear(session, pilot, at)
    check_move(StudyState(pilot.state), StudyState.ARCHIVED)
    pilot.state = StudyState.ARCHIVED
    audit.record(session, actor=actor, action="pilot:delete", at=at, study_id=study_id, pilot=pilot_id)
