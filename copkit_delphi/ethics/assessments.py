"""An ethics assessment by the study's ethics reviewer: screening, headline risks, misuse both ways, mitigations.

Until a panel rates the headline risks in an ethics round of its own, they are one assessor's judgement,
and every page says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.models import Assessment, MisuseCase, Mitigation, RiskJudgement
from copkit_delphi.people import audit

SIDES = ("criminals", "authorities")
MISUSE_FIELDS = {
    "criminals": ("scenario", "route", "gain", "removed", "release"),
    "authorities": ("scenario", "use", "who", "limit", "sign", "watcher"),
}
PROPORTIONALITY_FIELDS = ("risk", "law", "aim", "essence", "suitability", "gentler", "balance")
_LEVELS = tuple(RiskLevel)
_EFFECTIVE = frozenset({"in_place", "verified"})


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """One headline risk as judged, with the rating that remains where measures are in place."""

    question_id: str
    rating: RiskRating
    reason: str
    residual: RiskRating | None = None


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A measure against one headline risk."""

    code: str
    risk: str
    text: str
    owner: str
    due: date | None
    status: str = "planned"
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """Everything an assessor writes."""

    review_on: date
    scope: Mapping[str, str]
    screening: Sequence[Mapping[str, str]]
    risks: Sequence[RiskPlan]
    misuse: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    measures: Sequence[MeasurePlan] = ()
    acceptances: Sequence[Mapping[str, str]] = ()
    proportionality: Sequence[Mapping[str, str]] = ()
    who_carries: str = ""
    not_assessed: str = ""


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


def save(session: Session, *, study_id: str, plan: AssessmentPlan, assessor: str, actor: str, at: datetime) -> None:
    """Store the assessment of a study, replacing what was there; raises ``Invalid``."""
    _check(plan)
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


def _check(plan: AssessmentPlan) -> None:
    known = {question.id for question in bank.headline_risks()}
    codes = {measure.code for measure in bank.catalogue()}
    for risk in plan.risks:
        if risk.question_id not in known:
            raise Invalid(N_("“%(id)s” is not a headline risk of the bank."), id=risk.question_id)
        if risk.rating.gravity >= 4 and not risk.reason.strip():  # noqa: PLR2004 - the scale's anchor
            raise Invalid(N_("%(id)s: give a reason. It is needed at gravity 4 or 5."), id=risk.question_id)
        _check_residual(risk, plan.measures)
    for measure in plan.measures:
        if measure.code not in codes or measure.risk not in known:
            raise Invalid(N_("A measure needs a code of the catalogue and a headline risk."))


def _check_residual(risk: RiskPlan, measures: Sequence[MeasurePlan]) -> None:
    """A planned measure earns no credit; gravity falls only by an avoid measure; one level down at most."""
    if risk.residual is None:
        return
    before, after = risk.rating, risk.residual
    kinds = {measure.code: measure.kind for measure in bank.catalogue()}
    effective = {m.code for m in measures if m.risk == risk.question_id and m.status in _EFFECTIVE and m.owner and m.due}
    if _LEVELS.index(after.level) < _LEVELS.index(before.level) - 1:
        raise Invalid(N_("%(id)s: measures in place lower a risk by one level at most."), id=risk.question_id)
    if after != before and not effective:
        raise Invalid(N_("%(id)s: only a measure in place, with owner and date, lowers a risk."), id=risk.question_id)
    if after.gravity < before.gravity and not any(kinds.get(code) == "avoid" for code in effective):
        raise Invalid(N_("%(id)s: only an avoid measure lowers gravity."), id=risk.question_id)


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
    return {
        "gravity": rating.gravity,
        "reach": rating.reach,
        "irreversibility": rating.irreversibility,
        "likelihood": rating.likelihood,
    }


def standing(session: Session, study_id: str) -> Standing | None:
    """Return the assessment of a study with all its parts, None when nobody has made one."""
    row = session.get(Assessment, study_id)
    if row is None:
        return None
    judged = {j.question_id: j for j in session.scalars(select(RiskJudgement).where(RiskJudgement.study_id == study_id))}
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
    residual = RiskRating(**row.residual, **parts) if row.residual else None
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
