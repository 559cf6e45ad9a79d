"""Fill the form of an ethics assessment with what is stored, or with what was sent; spare rows are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from copkit_delphi.domain.risk import Burden, RiskRating
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.assessments import Standing
from copkit_delphi.ethics.plans import PARTS
from copkit_delphi.web.briefs.forms import choices
from copkit_delphi.web.ethics.forms import NOTHING, SCOPE_FIELDS, AssessmentForm

SPARE = 2


def make(
    found: Standing | None, scenarios: Iterable[tuple[str, str]], *, stands: bool = False
) -> AssessmentForm:
    """Return the form with what is stored; what was sent wins unless asked for what ``stands``."""
    data = _stored(found)
    form = AssessmentForm(formdata=None, data=data) if stands else AssessmentForm(data=data)
    offer(form, scenarios)
    return form


def offer(form: AssessmentForm, scenarios: Iterable[tuple[str, str]]) -> None:
    """Say in every row what can be chosen there, and which question it is about."""
    options = choices(NOTHING, *scenarios)
    for part in (*form.criminals, *form.authorities):
        part.form.scenario.choices = options
    for question, part in zip(bank.screening(), form.screening, strict=True):
        part.form.answer.choices = choices(*((option.value, option.label) for option in question.options))
        part.label.text = f"{question.id}: {question.text}"
    for question, part in zip(bank.headline_risks(), form.risks, strict=True):
        part.label.text = f"{question.id}: {question.text}"


def _stored(found: Standing | None) -> dict[str, Any]:
    if found is None:
        return _spare(
            {"risks": [{} for _ in bank.headline_risks()], "screening": [{} for _ in bank.screening()]}
        )
    row = found.assessment
    given = {answer["question"]: answer for answer in row.screening}
    return _spare(
        {
            **{name: row.scope.get(name, "") for name in SCOPE_FIELDS},
            "screening": [given.get(question.id, {}) for question in bank.screening()],
            "risks": [_risk_data(risk) for risk in found.risks],
            "criminals": list(found.criminals),
            "authorities": list(found.authorities),
            "acceptances": [
                entry | {"until": date.fromisoformat(entry["until"])} for entry in row.acceptances
            ],
            "proportionality": row.proportionality,
            "who_carries": row.who_carries,
            "not_assessed": row.not_assessed,
            "review_on": row.review_on,
        }
    )


def _risk_data(risk: Any) -> dict[str, Any]:
    def parts(rating: RiskRating | None) -> Mapping[str, str]:
        return {part: str(getattr(rating, part)) for part in PARTS} if rating else {}

    rating = risk.rating
    return {
        "before": parts(rating),
        "after": parts(risk.residual),
        "burden": str(rating.burden) if rating else str(Burden.GENERAL),
        "precedent": bool(rating and rating.precedent),
        "reason": risk.reason,
    }


def _spare(data: dict[str, Any]) -> dict[str, Any]:
    rows = ("criminals", "authorities", "acceptances", "proportionality")
    return {**data, **{name: [*data.get(name, []), *({} for _ in range(SPARE))] for name in rows}}
