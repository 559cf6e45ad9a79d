"""What each group has and what it lacks: counts of people, never of answers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import departures, panels, rounds
from copkit_delphi.elicitation.models import Panellist, StakeholderGroup, Study
from copkit_delphi.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Gap:
    """One group. ``agreed`` counts everybody who ever agreed; who ``declined`` is named on the overview.

    ``to_k`` and ``to_target`` are how many people more the list needs, without those who declined.
    """

    name: str
    kind: str
    target: int
    listed: int
    invited: int
    agreed: int
    declined: int
    to_k: int
    to_target: int

    @property
    def staying(self) -> int:
        """Return how many on the list did not decline."""
        return self.listed - self.declined


@dataclass(frozen=True, slots=True)
class Gaps:
    """All groups of a study with the least number that is ever shown apart."""

    k: int
    groups: tuple[Gap, ...]

    @property
    def listed(self) -> int:
        """Return how many are on the list."""
        return sum(one.listed for one in self.groups)

    @property
    def target(self) -> int:
        """Return how many are wanted."""
        return sum(one.target for one in self.groups)


def of_study(session: Session, seals: Vault, *, study_id: str) -> Gaps:
    """Return the groups of a study with what is missing, as it stands now."""
    study = session.get_one(Study, study_id)
    k = Protocol.from_dict(study.protocol).k
    listed = panels.seats(session, seals, study_id=study_id)
    latest = rounds.latest(session, study_id)
    gone = departures.counted(session, round_id=latest.id) if latest else {}
    counts = {row.group_id: row for row in session.execute(_counts(study_id))}
    groups = session.scalars(
        select(StakeholderGroup)
        .where(StakeholderGroup.study_id == study_id)
        .order_by(StakeholderGroup.position)
    )
    return Gaps(
        k, tuple(_gap(group, listed, counts.get(group.id), gone.get(group.id, 0), k) for group in groups)
    )


def _counts(study_id: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a Select of four columns
    agreed = Panellist.consent_version.is_not(None)
    return (
        select(
            Panellist.group_id,
            func.count().label("invited"),
            func.count().filter(agreed).label("agreed"),
            func.count().filter(Panellist.declined).label("declined"),
        )
        .where(Panellist.study_id == study_id)
        .group_by(Panellist.group_id)
    )


def _gap(group: StakeholderGroup, listed: dict[str, int], counted, gone: int, k: int) -> Gap:  # type: ignore[no-untyped-def]  # noqa: ANN001
    here = listed.get(group.id, 0) + gone  # as everywhere: no number tells of a withdrawal in the open round
    invited, agreed, declined = (counted.invited, counted.agreed, counted.declined) if counted else (0, 0, 0)
    staying = here - declined
    return Gap(
        name=group.name,
        kind=group.kind,
        target=group.target,
        listed=here,
        invited=invited + gone,
        agreed=agreed + gone,
        declined=declined,
        to_k=max(0, k - staying),
        to_target=max(0, group.target - staying),
    )
