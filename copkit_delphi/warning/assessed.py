"""The sections of an annex that an ethics assessment fills: screening, risks, misuse, measures, what remains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from copkit_delphi.domain.documents import (
    AnnexDocument,
    AuthorityMisuse,
    BriefDocument,
    CriminalMisuse,
    DimensionResult,
    FlagAnswer,
    HeadlineRisk,
    Mitigation,
    MitigationStatus,
    Proportionality,
    Residual,
    ScreeningAnswer,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.risk import LEVEL_LABELS, RiskLevel
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.assessments import RiskStanding, Standing, flags
from copkit_delphi.warning.annex_texts import SCOPE_LABELS
from copkit_delphi.warning.gathered import Gathered

_HIGH = frozenset({RiskLevel.HIGH, RiskLevel.VERY_HIGH})


def assessed(
    document: AnnexDocument, found: Gathered, standing: Standing, brief: BriefDocument
) -> AnnexDocument:
    """Return ``document`` with the sections that an ethics assessment fills."""
    row = standing.assessment
    return replace(
        document,
        issued_by=row.assessor,
        result=brief.ethics.result if brief.ethics else "",
        summary=_summary(standing),
        conditions=tuple(f"{m.text} ({m.owner})" for m in standing.measures if m.status == "planned")[:3],
        scope=tuple((label, row.scope[key]) for key, label in SCOPE_LABELS.items() if row.scope.get(key)),
        not_assessed=row.not_assessed,
        absent_voices=row.who_carries,
        screening=_screening(standing),
        dimensions=_dimensions(standing),
        risks=tuple(_risk(risk, row.assessor) for risk in standing.risks),
        proportionality=tuple(_proportionality(entry) for entry in row.proportionality),
        by_criminals=_by_criminals(found, standing),
        by_authorities=_by_authorities(found, standing),
        mitigations=_mitigations(standing),
        answered=_answered(standing),
        residuals=tuple(
            _residual(standing, risk, before, risk.after)
            for risk in standing.risks
            if (before := risk.before) and before != RiskLevel.LOW and risk.after
        ),
    )


def _proportionality(entry: Mapping[str, str]) -> Proportionality:
    return Proportionality(
        right=_dimension(entry["risk"]),
        law=entry.get("law", ""),
        aim=entry.get("aim", ""),
        essence=entry.get("essence", ""),
        suitability=entry.get("suitability", ""),
        gentler=entry.get("gentler", ""),
        balance=entry.get("balance", ""),
    )


def _by_criminals(found: Gathered, standing: Standing) -> tuple[CriminalMisuse, ...]:
    return tuple(
        CriminalMisuse(_code(found, case), case["route"], case["gain"], case["removed"], case["release"])
        for case in standing.criminals
    )


def _by_authorities(found: Gathered, standing: Standing) -> tuple[AuthorityMisuse, ...]:
    return tuple(
        AuthorityMisuse(
            _code(found, case), case["use"], case["who"], case["limit"], case["sign"], case["watcher"]
        )
        for case in standing.authorities
    )


def _code(found: Gathered, case: Mapping[str, str]) -> str:
    number = found.numbers.get(case.get("scenario", ""))
    return str(number) if number else case.get("scenario", "")


def _dimension(question_id: str) -> str:
    dimension = question_id.split("-", maxsplit=1)[0]
    return next((label for key, label, _ in bank.dimensions() if key == dimension), question_id)


def _risk_text(question: str) -> str:
    """Return a question of the bank ("Rate the risk that ...") as the risk it asks for."""
    text = question.removeprefix("Rate the ")
    return text[:1].upper() + text[1:]


def _summary(standing: Standing) -> tuple[str, ...]:
    remaining = [
        f"{LEVEL_LABELS[level]}: {'; '.join(named)}."
        for level in reversed(RiskLevel)
        if (named := [_named(risk) for risk in standing.risks if risk.after is level])
    ]
    in_place = sum(m.status in {"in_place", "verified"} for m in standing.measures)
    return (
        _rated_by(standing),
        N_("What remains with the measures in place."),
        *remaining,
        f"Measures in the register: {len(standing.measures)}. In place or verified: {in_place}.",
    )


def _rated_by(standing: Standing) -> str:
    if standing.panel is None:
        return N_("The headline risks were judged by one assessor. The panel has not rated them.")
    if all(risk.by_panel for risk in standing.risks):
        return N_("The headline risks were rated by the whole panel, one vote a group.")
    return N_(
        "The headline risks were rated by the panel; where it has no level, one assessor's judgement stands in."
    )


def _named(risk: RiskStanding) -> str:
    return f"{_dimension(risk.question.id)} ({risk.question.id})"


def _screening(standing: Standing) -> tuple[ScreeningAnswer, ...]:
    raised = {code: flag for code, flag, _ in flags(standing)}
    given = {answer["question"]: answer for answer in standing.assessment.screening}
    rows = []
    for question in bank.screening():
        answer = given.get(question.id, {})
        chosen = next(
            (o.label for o in question.options if o.value == answer.get("answer")), N_("not answered")
        )
        rows.append(
            ScreeningAnswer(
                question.id, question.text, chosen, raised.get(question.id, ""), answer.get("reason", "")
            )
        )
    return tuple(rows)


def _dimensions(standing: Standing) -> tuple[DimensionResult, ...]:
    by_dimension = {risk.question.dimension: risk for risk in standing.risks}
    return tuple(
        DimensionResult(
            code=key,
            label=label,
            level=by_dimension[key].after if key in by_dimension else None,
            rights=anchors,
            reason=by_dimension[key].reason if key in by_dimension else "",
            contested=key in by_dimension and _contested(by_dimension[key]),
        )
        for key, label, anchors in bank.dimensions()
        if key != "SCR"
    )


def _contested(risk: RiskStanding) -> bool:
    return bool(risk.panel and risk.panel.contested)


def _risk(risk: RiskStanding, assessor: str) -> HeadlineRisk:
    return HeadlineRisk(
        code=risk.question.id,
        text=_risk_text(risk.question.text),
        about=risk.question.object,
        rating=None if risk.by_panel else risk.rating,
        reason=risk.reason,
        rated_by=N_("the panel") if risk.by_panel else assessor,
        contested=_contested(risk),
        panel=risk.panel if risk.by_panel else None,
    )


def _mitigations(standing: Standing) -> tuple[Mitigation, ...]:
    levels = {risk.question.id: risk for risk in standing.risks}
    return tuple(
        Mitigation(
            code=row.code,
            text=row.text,
            kind=row.kind,
            against=(row.against,),
            owner=row.owner,
            due_on=row.due,
            status=MitigationStatus(row.status),
            evidence=row.evidence,
            before=levels[row.against].before if row.against in levels else None,
            after=levels[row.against].after if row.against in levels else None,
        )
        for row in standing.measures
    )


def _answered(standing: Standing) -> tuple[FlagAnswer, ...]:
    texts = bank.texts()
    return tuple(
        FlagAnswer(
            code=flag.question_id,
            text=texts[flag.question_id],
            level=flag.level,
            state=flag.state,
            reply=flag.reply,
            replied_by=flag.replied_by,
            reason=flag.cleared_reason,
            cleared_by=flag.cleared_by,
            cleared_on=flag.cleared_on,
        )
        for flag in standing.raised
    )


def _residual(standing: Standing, risk: RiskStanding, before: RiskLevel, after: RiskLevel) -> Residual:
    accepted = standing.acceptance(risk.question.id) or {}
    until = accepted.get("until")
    return Residual(
        code=risk.question.id,
        text=_risk_text(risk.question.text),
        before=before,
        after=after,
        accepted_by=accepted.get("by_role", "") if after in _HIGH else "",
        reason=accepted.get("reason", "") if after in _HIGH else "",
        until=date.fromisoformat(until) if until and after in _HIGH else None,
    )
