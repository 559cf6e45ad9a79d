"""Everything a brief and its annex are made of, read once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import LIKELIHOOD, Arguments, ItemResult, RoundSnapshot
from copkit_delphi.elicitation import (
    arguments,
    decision_log,
    moderation_log,
    results,
    retention,
    reveals,
    rounds,
    studies,
)
from copkit_delphi.elicitation.decision_log import Logged
from copkit_delphi.elicitation.models import Amendment, DeadlineMove, Round, Scenario, StakeholderGroup, Study
from copkit_delphi.elicitation.moderation_log import Summary
from copkit_delphi.ethics import assessments
from copkit_delphi.ethics.assessments import Standing
from copkit_delphi.people import accounts
from copkit_delphi.warning import levels, planning, progress, readings
from copkit_delphi.warning.models import Brief, Signature, WarningLevel
from copkit_delphi.warning.planning import Plans
from copkit_delphi.warning.progress import Tracked
from copkit_delphi.warning.readings import Watch


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows behind one brief version; ``ranked`` are likelihood items, most likely first."""

    brief: Brief
    study: Study
    protocol: Protocol
    groups: tuple[StakeholderGroup, ...]
    scenarios: dict[str, Scenario]
    rounds: tuple[Round, ...]
    moves: tuple[DeadlineMove, ...]
    snapshots: tuple[RoundSnapshot, ...]
    ranked: tuple[ItemResult, ...]
    arguments: dict[str, Arguments]
    plans: Plans
    levels: dict[str, tuple[WarningLevel, ...]]
    watched: dict[str, Watch]
    tracked: dict[str, Tracked]
    assessment: Standing | None
    signatures: tuple[Signature, ...]
    amendments: tuple[Amendment, ...]
    decided: tuple[Logged, ...]
    moderated: tuple[Summary, ...]
    policy: tuple[str, bool]
    dpo: str
    kept: retention.Dates
    reveals: int

    @property
    def numbers(self) -> dict[str, int]:
        """Return the number each scenario carries in every table, map and action."""
        return {item.scenario: number for number, item in enumerate(self.ranked, 1)}


def get(session: Session, *, study_id: str, brief_id: str) -> Brief:
    """Return a brief version of a study; raises ``NotFound``."""
    brief = session.get(Brief, brief_id)
    if brief is None or brief.study_id != study_id:
        raise NotFound(N_("There is no such brief in this study."))
    return brief


def gather(session: Session, brief: Brief) -> Gathered:
    """Read what ``brief`` is made of."""
    study = studies.get(session, brief.study_id)
    frozen = results.of_study(session, study.id)
    if not frozen:
        raise Conflict(N_("A brief needs at least one closed round."))
    protocol, by_number = Protocol.from_dict(study.protocol), {one.round: one for one in frozen}
    closed = tuple(row for row in rounds.of_study(session, study.id) if row.state == RoundState.CLOSED)
    return Gathered(
        brief=brief,
        study=study,
        protocol=protocol,
        groups=tuple(studies.groups(session, study.id)),
        scenarios={scenario.name: scenario for scenario in studies.scenarios(session, study.id)},
        rounds=closed,
        moves=_moves(session, closed),
        snapshots=frozen,
        ranked=ranked(frozen[-1]),
        arguments=arguments.by_item(
            arguments.standing(session, closed, k=protocol.k, frozen=by_number, quotable=True)
        ),
        plans=planning.of_study(session, study.id),
        levels=levels.of_study(session, study.id),
        watched={one.indicator.id: one for one in readings.of_study(session, study.id)},
        tracked={one.action.id: one for one in progress.of_study(session, study.id)},
        assessment=assessments.standing(session, study.id),
        signatures=tuple(session.scalars(select(Signature).where(Signature.brief_id == brief.id))),
        dpo=", ".join(
            name for role, name, _ in accounts.holders(session, study_id=study.id) if role is Role.DPO
        ),
        kept=retention.dates(session, study, review_on=brief.review_on),
        reveals=reveals.count(session, study.id),
        decided=decision_log.log(session, study.id),
        moderated=_moderated(session, study.id),
        policy=moderation_log.policy_or_default(session, study.id),
        amendments=tuple(
            session.scalars(select(Amendment).where(Amendment.study_id == study.id).order_by(Amendment.on))
        ),
    )


def _moves(session: Session, closed: tuple[Round, ...]) -> tuple[DeadlineMove, ...]:
    query = select(DeadlineMove).where(DeadlineMove.round_id.in_([row.id for row in closed]))
    return tuple(session.scalars(query.order_by(DeadlineMove.at, DeadlineMove.id)))


def _moderated(session: Session, study_id: str) -> tuple[Summary, ...]:
    """Return the moderation of each round as it was when its feedback opened last."""
    last = {one.round: one for one in moderation_log.summary(session, study_id=study_id)}
    return tuple(last[number] for number in sorted(last))


def ranked(snapshot: RoundSnapshot) -> tuple[ItemResult, ...]:
    """Return the likelihood items, most likely first; those without a shown median last."""
    items = [item for item in snapshot.items if item.kind == LIKELIHOOD]
    return tuple(
        sorted(items, key=lambda item: -1 if item.panel.median is None else item.panel.median, reverse=True)
    )
