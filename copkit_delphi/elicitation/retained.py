"""From the list to the last round, group by group against the target: where people were lost, and what is still needed.

Rounds that closed are read from their frozen results, so that somebody who withdraws changes no number of the past.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import departures, results
from copkit_delphi.elicitation.models import Panellist, Round, StakeholderGroup
from copkit_delphi.elicitation.panels import GroupProgress


@dataclass(frozen=True, slots=True)
class Kept:
    """One group: wanted, invited, agreed, and who answered round after round; None where it may not be printed."""

    name: str
    kind: str
    target: int
    invited: int
    agreed: int
    rounds: tuple[int | None, ...]

    @property
    def missing(self) -> int:
        """Return how many more have to agree to reach the target."""
        return max(0, self.target - self.agreed)


def by_group(session: Session, *, study_id: str, latest: Round, progress: list[GroupProgress]) -> list[Kept]:
    """Return how far each group came, in the order of ``progress``; the open round counts whoever finished."""
    frozen = results.of_study(session, study_id)
    closed = {one.round: {group.name: group.responded for group in one.response} for one in frozen}
    is_open = latest.state == RoundState.OPEN
    agreed = _agreed(session, study_id, latest)
    return [
        Kept(
            name=group.name,
            kind=group.kind,
            target=group.target,
            invited=group.invited,
            agreed=agreed.get(group.name, 0),
            rounds=tuple(
                group.done if is_open and number == latest.number else closed.get(number, {}).get(group.name)
                for number in range(1, latest.number + 1)
            ),
        )
        for group in progress
    ]


def _agreed(session: Session, study_id: str, latest: Round) -> dict[str, int]:
    """Return how many agreed to take part, by group; whoever left since the last round opened still counts."""
    query = (
        select(StakeholderGroup.id, StakeholderGroup.name, func.count(Panellist.id))
        .outerjoin(
            Panellist,
            (Panellist.group_id == StakeholderGroup.id)
            & Panellist.consent_version.is_not(None)
            & ~Panellist.declined,
        )
        .where(StakeholderGroup.study_id == study_id)
        .group_by(StakeholderGroup.id, StakeholderGroup.name)
    )
    left = departures.counted(session, round_id=latest.id)
    return {name: count + left.get(key, 0) for key, name, count in session.execute(query)}
