"""What an assessment must say, and which measures may lower a risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.ethics import bank, residuals
from copkit_delphi.ethics.models import Mitigation
from copkit_delphi.ethics.plans import ACCEPTANCE_FIELDS, PARTS, AssessmentPlan, RiskPlan

REASON_FROM = 4
_LEVELS = tuple(RiskLevel)


def check(plan: AssessmentPlan, measures: Sequence[Mitigation]) -> None:
    """Raise ``Invalid`` where an assessment does not fit the bank or credits a risk that is not lowered."""
    known = {question.id for question in bank.headline_risks()}
    named = [risk.question_id for risk in plan.risks]
    for entry in (*named, *(row["risk"] for row in (*plan.acceptances, *plan.proportionality))):
        if entry not in known:
            raise Invalid(N_("“%(id)s” is not a headline risk of the bank."), id=entry)
    if len(set(named)) < len(named):
        raise Invalid(N_("Each headline risk is rated once."))
    for accepted in plan.acceptances:
        _check_acceptance(accepted)
    for risk in plan.risks:
        _check_reason(risk)
        _check_residual(risk, measures)


def _check_acceptance(accepted: Mapping[str, str]) -> None:
    if not all(accepted.get(name, "").strip() for name in ACCEPTANCE_FIELDS):
        raise Invalid(N_("%(id)s: an acceptance names who accepts, why and until when."), id=accepted["risk"])
    try:
        date.fromisoformat(accepted["until"])
    except ValueError:
        raise Invalid(N_("%(id)s: give the end of the acceptance as a date."), id=accepted["risk"]) from None


def _check_reason(risk: RiskPlan) -> None:
    if max(risk.rating.gravity, risk.rating.likelihood) >= REASON_FROM and not risk.reason.strip():
        raise Invalid(
            N_("%(id)s: give a reason. It is needed at gravity or likelihood 4 or 5."), id=risk.question_id
        )


def _check_residual(risk: RiskPlan, measures: Sequence[Mitigation]) -> None:
    """A planned measure earns no credit; each part falls only by a measure that can lower it; one level at most."""
    if risk.residual is None or risk.residual == risk.rating:
        return
    before, after = risk.rating, risk.residual
    effective = residuals.in_effect(one for one in measures if one.against == risk.question_id)
    if not effective:
        raise Invalid(
            N_("%(id)s: only a measure in place, with owner and date, lowers a risk."), id=risk.question_id
        )
    if after.gravity < before.gravity and not any(m.kind == residuals.AVOID for m in effective):
        raise Invalid(N_("%(id)s: only an avoid measure lowers gravity."), id=risk.question_id)
    can = {part for measure in effective for part in residuals.lowers(measure)}
    for part in PARTS:
        if getattr(after, part) < getattr(before, part) and part not in can:
            raise Invalid(N_("%(id)s: no measure in place lowers %(part)s."), id=risk.question_id, part=part)
    if _LEVELS.index(after.level) < _LEVELS.index(before.level) - 1:
        raise Invalid(N_("%(id)s: measures in place lower a risk by one level at most."), id=risk.question_id)
