"""What of a frozen result a panellist sees: by the form of feedback that the study fixed, cut from it and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.between import SPLIT, Feedback
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation import departures, disclosure, studies
from copkit_delphi.elicitation.models import Panellist, Participation, Round


def cut(frozen: RoundSnapshot, feedback: Feedback) -> RoundSnapshot:
    """Return a frozen result without the figures of groups where the study does not split by group."""
    if feedback.groups == SPLIT:
        return frozen
    return replace(frozen, items=tuple(replace(item, groups=()) for item in frozen.items))


def feedback_in(round_: Round | None, protocol: Protocol) -> Feedback:
    """Return the form that panellists see: in an open round the one it opened with."""
    if round_ is not None and round_.state == RoundState.OPEN and round_.shown:
        return Feedback.of_form(round_.shown)
    return protocol.feedback


@dataclass(frozen=True, slots=True)
class Shown:
    """The feedback shown in a round, and how many of the panel saved on a page that showed it; None if not printed."""

    round: int
    form: str
    invited: int | None
    opened: int | None


def counted(session: Session, study_id: str) -> list[Shown]:
    """Return how many panellists were shown which feedback, of each closed round after the first.

    A page that was only looked at is not recorded. Those who withdrew since count as invited, as in every response.
    """
    k = Protocol.from_dict(studies.get(session, study_id).protocol).k
    closed = session.scalars(
        select(Round)
        .where(Round.study_id == study_id, Round.state == RoundState.CLOSED, Round.shown != "")
        .order_by(Round.number)
    ).all()
    panel = len(session.scalars(select(Panellist.id).where(Panellist.study_id == study_id)).all())
    opened = Counter(
        session.scalars(
            select(Participation.round_id).where(
                Participation.round_id.in_([row.id for row in closed]), Participation.shown != ""
            )
        )
    )
    return [_shown(session, row, panel, opened[row.id], k) for row in closed]


def _shown(session: Session, round_: Round, panel: int, opened: int, k: int) -> Shown:
    invited = panel + sum(departures.counted(session, round_id=round_.id).values())
    ((all_, some),) = disclosure.counts([(invited, opened)], k)
    return Shown(round_.number, round_.shown, all_, some)


def forms(session: Session, study_id: str) -> list[tuple[int, str]]:
    """Return each closed round after the first with the form of feedback that everybody was shown in it."""
    rows = select(Round.number, Round.shown).where(
        Round.study_id == study_id, Round.state == RoundState.CLOSED, Round.shown != ""
    )
    return [(number, form) for number, form in session.execute(rows.order_by(Round.number))]
