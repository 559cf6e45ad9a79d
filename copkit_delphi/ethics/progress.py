"""How far the panel is in an open ethics round: counts by group and states by code, never an answer.

After the close the frozen response is read instead, so that no number falls when somebody withdraws.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import departures, studies
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.ethics.models import EthicsParticipation, EthicsRound


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """How many of a group are invited, at work and done; ``missing`` is what it lacks to be shown."""

    name: str
    kind: str
    invited: int
    in_progress: int
    done: int
    missing: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The progress of an ethics round."""

    groups: tuple[GroupStanding, ...]
    by_code: dict[str, str]


def of_round(session: Session, round_: EthicsRound) -> Standing:
    """Return the progress of an open round; whoever withdrew since its opening still counts as invited."""
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    seated = dict(
        session.execute(
            select(Panellist.id, Panellist.group_id).where(Panellist.study_id == round_.study_id)
        ).all()
    )
    query = select(EthicsParticipation.panellist_id, EthicsParticipation.progress)
    by_code = dict(session.execute(query.where(EthicsParticipation.round_id == round_.id)).all())
    left = departures.since(session, study_id=round_.study_id, day=round_.opened_at.date())
    groups = []
    for group in studies.groups(session, round_.study_id):
        states = [by_code.get(code, "") for code, group_id in seated.items() if group_id == group.id]
        done, begun = states.count(Progress.DONE), states.count(Progress.IN_PROGRESS)
        missing = max(0, k - done - begun)
        invited = len(states) + left.get(group.id, 0)
        groups.append(GroupStanding(group.name, group.kind, invited, begun, done, missing))
    return Standing(tuple(groups), by_code)
