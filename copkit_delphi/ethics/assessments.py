"""An ethics assessment by the study's ethics reviewer: screening, headline risks, misuse both ways, mitigations.

The panel's levels come from its ethics rounds. Where it has none, they are one assessor's judgement, and every
page says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot, RiskResult
from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from copkit_delphi.ethics import bank, checks, mitigations, residuals, results, waivers
from copkit_delphi.ethics import flags as flags_of
from copkit_delphi.ethics.models import (
    Assessment,
    EthicsFlag,
    EthicsWaiver,
    MisuseCase,
    Mitigation,
    RiskJudgement,
)
from copkit_delphi.ethics.plans import (
    MISUSE_FIELDS,
    PARTS,
    SIDES,
    AssessmentPlan,
    RiskPlan,
)
from copkit_delphi.ethics.residuals import Judged
from copkit_delphi.people import audit

__all__ = [
    "AssessmentPlan",
    "RiskPlan",
    "RiskStanding",
    "Standing",
    "flags",
    "save",
    "standing",
]

_LEVELS = tuple(RiskLevel)


@dataclass(frozen=True, slots=True)
class RiskStanding:
    """One headline risk with its level before and after measures; None while not assessed."""

    question: bank.Question
    reason: str
    judged: Judged

    @property
    def rating(self) -> RiskRating | None:
        """Return the assessor's own rating."""
        return self.judged.rating

    @property
    def residual(self) -> RiskRating | None:
        """Return the rating that the assessor says remains."""
        return self.judged.residual

    @property
    def panel(self) -> RiskResult | None:
        """Return what the panel said in its last ethics round."""
        return self.judged.panel[-1][1] if self.judged.panel else None

    @property
    def by_panel(self) -> bool:
        """Tell whether the level is the panel's; the assessor's own stands in only where the panel has none."""
        return self.judged.last is not None

    @property
    def before(self) -> RiskLevel | None:
        """Return the level before measures."""
        return residuals.before(self.judged)

    @property
    def after(self) -> RiskLevel | None:
        """Return the level that remains."""
        return residuals.after(self.judged)


@dataclass(frozen=True, slots=True)
class Standing:
    """An assessment as it stands, read once."""

    assessment: Assessment
    risks: tuple[RiskStanding, ...]
    criminals: tuple[Mapping[str, str], ...]
    authorities: tuple[Mapping[str, str], ...]
    measures: tuple[Mitigation, ...]
    rounds: tuple[EthicsRoundSnapshot, ...] = ()
    raised: tuple[EthicsFlag, ...] = ()
    waiver: EthicsWaiver | None = None

    @property
    def panel(self) -> EthicsRoundSnapshot | None:
        """Return the frozen result of the last ethics round, None where the panel was not asked."""
        return self.rounds[-1] if self.rounds else None

    def acceptance(self, question_id: str) -> Mapping[str, str] | None:
        """Return the named acceptance of a residual risk, None when there is none."""
        return next((row for row in self.assessment.acceptances if row.get("risk") == question_id), None)

    @property
    def highest_residual(self) -> RiskLevel | None:
        """Return the highest level that remains."""
        levels = [risk.after for risk in self.risks if risk.after is not None]
        return max(levels, key=_LEVELS.index) if levels else None


def save(
    session: Session, *, study_id: str, plan: AssessmentPlan, assessor: str, actor: str, at: datetime
) -> None:
    """Store the assessment of a study, replacing what was there; raises ``Invalid``."""
    checks.check(plan, mitigations.of_study(session, study_id))
    row = session.get(Assessment, study_id) or Assessment(study_id=study_id)
    row.assessor, row.assessed_on, row.review_on = assessor, at.date(), plan.review_on
    row.scope, row.screening = dict(plan.scope), [dict(answer) for answer in plan.screening]
    row.who_carries, row.not_assessed = plan.who_carries, plan.not_assessed
    row.acceptances = [dict(entry) for entry in plan.acceptances]
    row.proportionality = [dict(entry) for entry in plan.proportionality]
    session.add(row)
    session.flush()  # the parts refer to the assessment
    _replace_parts(session, study_id, plan)
    audit.record(session, actor=actor, action="ethics:assess", at=at, study_id=study_id)


def _replace_parts(session: Session, study_id: str, plan: AssessmentPlan) -> None:
    for table in (RiskJudgement, MisuseCase):
        session.execute(delete(table).where(table.study_id == study_id))
    for risk in plan.risks:
        session.add(_risk_row(study_id, risk))
    for side in SIDES:
        for position, case in enumerate(plan.misuse.get(side, ())):
            session.add(
                MisuseCase(
                    id=secrets.token_hex(8),
                    study_id=study_id,
                    side=side,
                    position=position,
                    fields={name: case.get(name, "") for name in MISUSE_FIELDS[side]},
                )
            )


def _risk_row(study_id: str, risk: RiskPlan) -> RiskJudgement:
    rating, residual = risk.rating, risk.residual
    return RiskJudgement(
        study_id=study_id,
        question_id=risk.question_id,
        gravity=rating.gravity,
        reach=rating.reach,
        irreversibility=rating.irreversibility,
        likelihood=rating.likelihood,
        burden=rating.burden,
        precedent=rating.precedent,
        reason=risk.reason.strip(),
        residual=_parts(residual) if residual else None,
    )


def _parts(rating: RiskRating) -> dict[str, int]:
    return {part: getattr(rating, part) for part in PARTS}


def standing(session: Session, study_id: str) -> Standing | None:
    """Return the assessment of a study with all its parts, None when nobody has made one."""
    row = session.get(Assessment, study_id)
    if row is None:
        return None
    judged = {
        j.question_id: j
        for j in session.scalars(select(RiskJudgement).where(RiskJudgement.study_id == study_id))
    }
    cases = session.scalars(
        select(MisuseCase).where(MisuseCase.study_id == study_id).order_by(MisuseCase.position)
    ).all()
    measures = mitigations.of_study(session, study_id)
    frozen = results.of_study(session, study_id)
    return Standing(
        assessment=row,
        risks=tuple(
            _standing(question, judged.get(question.id), frozen, measures)
            for question in bank.headline_risks()
        ),
        criminals=tuple(case.fields for case in cases if case.side == "criminals"),
        authorities=tuple(case.fields for case in cases if case.side == "authorities"),
        measures=measures,
        rounds=frozen,
        raised=flags_of.of_study(session, study_id),
        waiver=waivers.of_study(session, study_id),
    )


def _standing(
    question: bank.Question,
    row: RiskJudgement | None,
    frozen: Sequence[EthicsRoundSnapshot],
    measures: Sequence[Mitigation],
) -> RiskStanding:
    """Put the assessor's rating, the panel's results and the measures of one headline risk together."""
    rated = [(one.round, one.risk(question.id)) for one in frozen]
    judged = Judged(
        *_ratings(row),
        panel=tuple((number, result) for number, result in rated if result is not None),
        measures=tuple(measure for measure in measures if measure.against == question.id),
    )
    return RiskStanding(question, row.reason if row else "", judged)


def _ratings(row: RiskJudgement | None) -> tuple[RiskRating | None, RiskRating | None]:
    if row is None:
        return None, None
    parts: dict[str, Any] = {"burden": Burden(row.burden), "precedent": row.precedent}
    rating = RiskRating(row.gravity, row.reach, row.irreversibility, row.likelihood, **parts)
    left: dict[str, Any] | None = row.residual
    return rating, RiskRating(**left, **parts) if left else None


def flags(found: Standing) -> list[tuple[str, str, str]]:
    """Return ``(question, flag, reply)`` of every screening answer that raises a flag."""
    return _screened(found.assessment)


def screened(session: Session, study_id: str) -> list[tuple[str, str, str]]:
    """Return the same of a study, empty while nobody has assessed it."""
    row = session.get(Assessment, study_id)
    return _screened(row) if row else []


def _screened(row: Assessment) -> list[tuple[str, str, str]]:
    replies = {answer["question"]: answer for answer in row.screening}
    raised = []
    for question in bank.screening():
        answer = replies.get(question.id, {})
        option = next((o for o in question.options if o.value == answer.get("answer")), None)
        if option is not None and option.flag:
            raised.append((question.id, option.flag, answer.get("reason", "")))
    return raised
