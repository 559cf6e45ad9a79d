"""An ethics assessment by the study's ethics reviewer: screening, headline risks, misuse both ways, mitigations.

Until a panel rates the headline risks in an ethics round of its own, they are one assessor's judgement,
and every page says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from copkit_delphi.ethics import bank, checks
from copkit_delphi.ethics.models import Assessment, MisuseCase, Mitigation, RiskJudgement
from copkit_delphi.ethics.plans import (
    MISUSE_FIELDS,
    PARTS,
    SIDES,
    AssessmentPlan,
    MeasurePlan,
    RiskPlan,
)
from copkit_delphi.people import audit

__all__ = [
    "AssessmentPlan",
    "MeasurePlan",
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
    rating: RiskRating | None
    reason: str
    residual: RiskRating | None

    @property
    def before(self) -> RiskLevel | None:
        """Return the level before measures."""
        return self.rating.level if self.rating else None

    @property
    def after(self) -> RiskLevel | None:
        """Return the level that remains."""
        return self.residual.level if self.residual else self.before


@dataclass(frozen=True, slots=True)
class Standing:
    """An assessment as it stands, read once."""

    assessment: Assessment
    risks: tuple[RiskStanding, ...]
    criminals: tuple[Mapping[str, str], ...]
    authorities: tuple[Mapping[str, str], ...]
    measures: tuple[Mitigation, ...]

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
    checks.check(plan)
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
    for table in (RiskJudgement, MisuseCase, Mitigation):
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
    kinds = {measure.code: measure.kind for measure in bank.catalogue()}
    for position, measure in enumerate(plan.measures):
        session.add(
            Mitigation(
                id=secrets.token_hex(8),
                study_id=study_id,
                position=position,
                kind=kinds[measure.code],
                code=measure.code,
                risk=measure.risk,
                text=measure.text,
                owner=measure.owner,
                due=measure.due,
                status=measure.status,
                evidence=measure.evidence,
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
    measures = session.scalars(
        select(Mitigation).where(Mitigation.study_id == study_id).order_by(Mitigation.position)
    ).all()
    return Standing(
        assessment=row,
        risks=tuple(_standing(question, judged.get(question.id)) for question in bank.headline_risks()),
        criminals=tuple(case.fields for case in cases if case.side == "criminals"),
        authorities=tuple(case.fields for case in cases if case.side == "authorities"),
        measures=tuple(measures),
    )


def _standing(question: bank.Question, row: RiskJudgement | None) -> RiskStanding:
    if row is None:
        return RiskStanding(question, None, "", None)
    parts: dict[str, Any] = {"burden": Burden(row.burden), "precedent": row.precedent}
    rating = RiskRating(row.gravity, row.reach, row.irreversibility, row.likelihood, **parts)
    left: dict[str, Any] | None = row.residual
    residual = RiskRating(**left, **parts) if left else None
    return RiskStanding(question, rating, row.reason, residual)


def flags(found: Standing) -> list[tuple[str, str, str]]:
    """Return ``(question, flag, reply)`` of every screening answer that raises a flag."""
    replies = {answer["question"]: answer for answer in found.assessment.screening}
    raised = []
    for question in bank.screening():
        answer = replies.get(question.id, {})
        option = next((o for o in question.options if o.value == answer.get("answer")), None)
        if option is not None and option.flag:
            raised.append((question.id, option.flag, answer.get("reason", "")))
    return raised
