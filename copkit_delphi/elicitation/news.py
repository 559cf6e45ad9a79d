"""What a panel is told beside invitations and reminders: each on purpose, to those it concerns, and once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import FeedbackState, Progress, RoundState, StudyState
from copkit_delphi.elicitation import calendars, invitations, letters
from copkit_delphi.elicitation.letters import Occasion, Post
from copkit_delphi.elicitation.models import Letter, Panellist, Participation, Round, Study
from copkit_delphi.people import audit, vault
from copkit_delphi.people.vault import Contact

MOVED, FEEDBACK, ENDED, THANKS = (
    "deadline-moved",
    "feedback-open",
    "study-ended",
    "thank-you",
)


@dataclass(frozen=True, slots=True)
class News:
    """A mail that can be sent now, and to how many."""

    kind: str
    people: int


def kinds(session: Session, study: Study, round_: Round) -> list[str]:
    """Return which news there are at this moment of a study."""
    if study.state == StudyState.ENDED:
        return [ENDED]
    if study.state != StudyState.RUNNING:
        return []
    if round_.state == RoundState.OPEN:
        moved = calendars.moves(session, study_id=study.id) > 0
        return [MOVED] * moved
    return [THANKS, *([FEEDBACK] if round_.feedback == FeedbackState.OPEN else [])]


def available(session: Session, post: Post, *, study: Study, round_: Round, at: datetime) -> list[News]:
    """Return the news that can be sent, and to how many each would go."""
    return [
        News(kind, len(_concerned(session, post, study, round_, kind, at)))
        for kind in kinds(session, study, round_)
    ]


def send(
    session: Session, post: Post, *, study: Study, round_: Round, kind: str, at: datetime, actor: str
) -> int:
    """Queue a mail of ``kind`` to everybody it concerns who did not get it yet; return how many.

    Raises ``Conflict`` when there is no such news now. Of two people who press at once, the second sends nothing.
    """
    session.execute(select(Study.id).where(Study.id == study.id).with_for_update())
    if kind not in kinds(session, study, round_):
        raise Conflict(N_("There is nothing of this kind to tell the panel now."))
    people = _concerned(session, post, study, round_, kind, at)
    letters.send(session, post, occasion=Occasion(study, round_, kind, at), people=people)
    audit.record(
        session, actor=actor, action="panel:tell", at=at, study_id=study.id, kind=kind, people=len(people)
    )
    return len(people)


def _concerned(
    session: Session, post: Post, study: Study, round_: Round, kind: str, at: datetime
) -> list[Contact]:
    """Return whom it concerns: of a moved deadline whoever was invited and has not finished, else those who agreed."""
    staying = select(Panellist.id).where(Panellist.study_id == study.id, ~Panellist.declined)
    if kind != MOVED:
        staying = staying.where(Panellist.consent_version.is_not(None))
    codes = set(session.scalars(staying))
    done = set(
        session.scalars(
            select(Participation.panellist_id).where(
                Participation.round_id == round_.id, Participation.progress == Progress.DONE
            )
        )
    )
    codes = codes & done if kind == THANKS else codes - done if kind == MOVED else codes
    told = select(Letter.contact_id).where(
        Letter.round_id == round_.id, Letter.kind == kind, Letter.state.in_(("queued", "sent"))
    )
    if kind == MOVED:  # may happen again, not twice a day
        told = told.where(Letter.day == at.date())
    left = set(session.scalars(told))
    if kind == MOVED:
        left |= invitations.taken_back(session, study.id)
    people = vault.contacts(session, post.vault, study_id=study.id)
    return [one for one in people if one.panellist_id in codes and one.id not in left]
