"""Several studies side by side in a constant number of statements: who is done by group, and what is deleted when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation import retention
from copkit_delphi.elicitation.kinds import KINDS
from copkit_delphi.elicitation.models import Panellist, Participation, Round, StakeholderGroup, Study
from copkit_delphi.elicitation.retention import Dates
from copkit_delphi.elicitation.traces import Erasure
from copkit_delphi.people import audit


@dataclass(frozen=True, slots=True)
class Response:
    """How many of a group are done with the open round; progress is no figure."""

    group: str
    done: int
    invited: int


def responses(session: Session, rounds: Iterable[Round]) -> dict[str, list[Response]]:
    """Return who is done by group for each of these open rounds, by study id; whoever withdrew still counts."""
    ids = {row.id: row.study_id for row in rounds}
    groups = session.scalars(
        select(StakeholderGroup)
        .where(StakeholderGroup.study_id.in_(ids.values()))
        .order_by(StakeholderGroup.study_id, StakeholderGroup.position)
    ).all()
    seated = select(Panellist.group_id, func.count()).where(Panellist.study_id.in_(ids.values()))
    done = (
        select(Panellist.group_id, func.count())
        .join(Participation, Participation.panellist_id == Panellist.id)
        .where(Participation.round_id.in_(ids), Participation.progress == Progress.DONE)
    )
    left = select(Erasure.group_id, func.count()).where(
        Erasure.round_id.in_(ids), Erasure.kind == "withdrawal"
    )
    counts = [dict(session.execute(query.group_by(Panellist.group_id)).all()) for query in (seated, done)]
    gone = (left, left.where(Erasure.progress == Progress.DONE))
    counts += [dict(session.execute(query.group_by(Erasure.group_id)).all()) for query in gone]
    found: dict[str, list[Response]] = {}
    for group in groups:
        seats, ready, away, away_ready = (one.get(group.id, 0) for one in counts)
        found.setdefault(group.study_id, []).append(Response(group.name, ready + away_ready, seats + away))
    return found


def deletions(session: Session, studies: Iterable[Study], reviews: Mapping[str, date]) -> dict[str, Dates]:
    """Return when data of each study are deleted; ``reviews`` are the latest review dates of briefs, by study."""
    known = {study.id: study for study in studies}
    every = {
        kind.name: session.scalars(select(kind.rounds).where(kind.rounds.study_id.in_(known))).all()
        for kind in KINDS
    }
    ended = audit.last_days(session, study_ids=known, actions=retention.ENDS)
    return {
        key: retention.due(
            study,
            {name: [row for row in rows if row.study_id == key] for name, rows in every.items()},
            ended=ended.get(key),
            review_on=reviews.get(key),
        )
        for key, study in known.items()
    }
