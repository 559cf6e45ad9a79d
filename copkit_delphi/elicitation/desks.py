"""Where a panellist stands in a study: who asks, which round, what is open and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.lifecycle import FeedbackState, Progress, RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.elicitation import (
    results,
    rounds,
    showing,
    steps,
)
from copkit_delphi.elicitation.holding import takes_answers
from copkit_delphi.elicitation.models import (
    Panellist,
    Participation,
    Round,
    StakeholderGroup,
    Study,
)
from copkit_delphi.elicitation.steps import Step

NOBODY = "preview"  # a code that no panellist has, and the id of a round that is only rehearsed: ids are hexadecimal


@dataclass(frozen=True, slots=True)
class Desk:
    """A panellist's view of the study: who asks, which round, what is open and how far it is."""

    study: Study
    panellist_id: str
    group: str
    quoting: str
    consented: bool
    declined: bool
    round: Round | None
    earlier: tuple[Round, ...]
    answering: bool
    progress: Progress
    steps: tuple[Step, ...]
    protocol: Protocol
    previous: RoundSnapshot | None
    feedback: Feedback

    @property
    def before(self) -> Round | None:
        """Return the round before."""
        return self.earlier[-1] if self.earlier else None

    @property
    def rehearsed(self) -> bool:
        """Tell whether this is a preview, on which nothing can be saved."""
        return self.round is not None and self.round.id == NOBODY

    @property
    def answered(self) -> int:
        """Return how many scenarios are answered."""
        return sum(step.state == "answered" for step in self.steps)

    @property
    def figures(self) -> dict[str, ItemResult]:
        """Return the results of the round before by item, where the study shows figures."""
        seen = self.previous if self.feedback.figures else None
        return {item.name: item for item in seen.items} if seen else {}

    def number(self, position: int) -> int:
        """Return which page of the round a scenario's is, 0 for one that is not asked."""
        return next((step.number for step in self.steps if step.position == position), 0)


def desk(session: Session, *, panellist: Panellist, at: datetime) -> Desk:
    """Return the panellist's desk."""
    study, group = session.execute(
        select(Study, StakeholderGroup.name)
        .join(StakeholderGroup, StakeholderGroup.study_id == Study.id)
        .where(StakeholderGroup.id == panellist.group_id)
    ).one()
    opened = [row for row in rounds.of_study(session, study.id) if row.state != RoundState.DRAFT]
    round_ = opened[-1] if opened else None
    protocol = Protocol.from_dict(study.protocol)
    seen = showing.feedback_in(round_, protocol)
    taking = session.get(Participation, (panellist.id, round_.id)) if round_ else None
    return Desk(
        study=study,
        panellist_id=panellist.id,
        group=group,
        quoting=panellist.quoting,
        consented=panellist.consent_version is not None and not panellist.asked_again,
        declined=panellist.declined,
        round=round_,
        earlier=tuple(opened[:-1]),
        answering=round_ is not None and takes_answers(round_, at),
        progress=Progress(taking.progress) if taking else Progress.NOT_STARTED,
        steps=steps.of_panellist(session, panellist, study, round_),
        protocol=protocol,
        previous=_previous(session, opened, seen),
        feedback=seen,
    )


def _previous(session: Session, opened: Sequence[Round], seen: Feedback) -> RoundSnapshot | None:
    """Return the snapshot the panel may see: of the last round whose feedback is open."""
    shown = [row for row in opened if row.feedback == FeedbackState.OPEN]
    return showing.cut(results.snapshot(session, shown[-1].id), seen) if shown else None
