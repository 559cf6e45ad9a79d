"""The ethics impact annex as a value: what was assessed, what remains, who signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from copkit_delphi.domain.documents import (
    AnnexDocument,
    AuthorityMisuse,
    BriefDocument,
    ConsentStatement,
    CriminalMisuse,
    DimensionResult,
    DissentStatement,
    Gate,
    HeadlineRisk,
    Mitigation,
    MitigationStatus,
    Participation,
    Proportionality,
    Residual,
    ScenarioRights,
    ScreeningAnswer,
    SignOff,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.risk import LEVEL_LABELS, RiskLevel
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.assessments import RiskStanding, Standing, flags
from copkit_delphi.warning.annex_texts import PROHIBITED_USES, ROLE_LABELS, SCOPE_LABELS
from copkit_delphi.warning.gates import required_signers
from copkit_delphi.warning.gathered import Gathered

SHEET_VERSION = "1.0"
_HIGH = frozenset({RiskLevel.HIGH, RiskLevel.VERY_HIGH})


def annex_document(
    found: Gathered, *, brief: BriefDocument, checked: tuple[Gate, ...], content_hash: str = ""
) -> AnnexDocument:
    """Return the annex of ``brief``; without an assessment its sections say that they are not part of the study.

    Only signatures over ``content_hash`` are printed.
    """
    common: dict[str, Any] = {
        "reference": f"{brief.reference}-A",
        "version": brief.version,
        "title": brief.title,
        "lede": N_(
            "Whose rights are at stake, from the threats and from our response, and what risk remains."
        ),
        "marking": brief.marking,
        "community": brief.community,
        "issued_on": brief.issued_on,
        "issued_by": brief.issued_by,
        "snapshots": brief.snapshots,
        "status": brief.status,
        "state": brief.state,
        "flags": brief.flags,
        "gates": checked,
        "organisation": brief.organisation,
        "review_on": brief.review_on,
        "valid_until": brief.valid_until,
        "ethics_contact": brief.ethics_contact,
        "study_code": brief.study_code,
        "brief_reference": brief.reference,
        "participation": _participation(found),
        "rights": _rights(found),
        "action_checks": brief.actions,
        "dissent": _dissent(brief),
        "evidence": brief.evidence,
        "limits": brief.limits,
        "consent": _consent(found),
        "prohibited_uses": PROHIBITED_USES,
        "sign_offs": _sign_offs(found, content_hash),
        "history": (f"Version {brief.version}, {brief.issued_on.isoformat()}",),
    }
    if found.assessment is None:
        return AnnexDocument(**common)
    return AnnexDocument(**common, **_assessed(found, found.assessment, brief))


def _assessed(found: Gathered, standing: Standing, brief: BriefDocument) -> dict[str, Any]:
    row = standing.assessment
    return {
        "result": brief.ethics.result if brief.ethics else "",
        "summary": _summary(standing),
        "conditions": tuple(f"{m.text} ({m.owner})" for m in standing.measures if m.status == "planned")[:3],
        "scope": tuple((label, row.scope[key]) for key, label in SCOPE_LABELS.items() if row.scope.get(key)),
        "not_assessed": row.not_assessed,
        "absent_voices": row.who_carries,
        "screening": _screening(standing),
        "dimensions": _dimensions(standing),
        "risks": tuple(_risk(risk, row.assessor) for risk in standing.risks),
        "proportionality": tuple(
            Proportionality(
                right=_right(entry["risk"]),
                **{
                    name: entry.get(name, "")
                    for name in ("law", "aim", "essence", "suitability", "gentler", "balance")
                },
            )
            for entry in row.proportionality
        ),
        "by_criminals": tuple(
            CriminalMisuse(_code(found, case), case["route"], case["gain"], case["removed"], case["release"])
            for case in standing.criminals
        ),
        "by_authorities": tuple(
            AuthorityMisuse(
                _code(found, case), case["use"], case["who"], case["limit"], case["sign"], case["watcher"]
            )
            for case in standing.authorities
        ),
        "mitigations": _mitigations(standing),
        "residuals": tuple(
            _residual(standing, risk)
            for risk in standing.risks
            if risk.before and risk.before != RiskLevel.LOW
        ),
    }


def _code(found: Gathered, case: Mapping[str, str]) -> str:
    number = found.numbers.get(case.get("scenario", ""))
    return str(number) if number else case.get("scenario", "")


def _right(question_id: str) -> str:
    dimension = question_id.split("-", maxsplit=1)[0]
    return next((label for key, label, _ in bank.dimensions() if key == dimension), question_id)


def _summary(standing: Standing) -> tuple[str, ...]:
    by_level = {level: [r.question.id for r in standing.risks if r.after is level] for level in RiskLevel}
    parts = [
        f"{LEVEL_LABELS[level]}: {', '.join(codes)}." for level, codes in reversed(by_level.items()) if codes
    ]
    in_place = sum(m.status in {"in_place", "verified"} for m in standing.measures)
    return (
        N_("The eight headline risks were judged by one assessor. The panel has not rated them."),
        "After measures in place: " + " ".join(parts),
        f"{len(standing.measures)} measures are in the register, {in_place} of them in place.",
    )


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
        )
        for key, label, anchors in bank.dimensions()
        if key != "SCR"
    )


def _risk(risk: RiskStanding, assessor: str) -> HeadlineRisk:
    return HeadlineRisk(
        code=risk.question.id,
        text=risk.question.text,
        about=risk.question.object,
        rating=risk.rating,
        reason=risk.reason,
        rated_by=assessor,
    )


def _mitigations(standing: Standing) -> tuple[Mitigation, ...]:
    levels = {risk.question.id: risk for risk in standing.risks}
    return tuple(
        Mitigation(
            code=row.code,
            text=row.text,
            kind=row.kind,
            against=(row.risk,),
            owner=row.owner,
            due_on=row.due,
            status=MitigationStatus(row.status),
            evidence=row.evidence,
            before=levels[row.risk].before,
            after=levels[row.risk].after,
        )
        for row in standing.measures
    )


def _residual(standing: Standing, risk: RiskStanding) -> Residual:
    accepted = standing.acceptance(risk.question.id) or {}
    until = accepted.get("until")
    assert risk.before is not None and risk.after is not None  # noqa: S101, PT018 - the caller filters
    return Residual(
        code=risk.question.id,
        text=risk.question.text,
        before=risk.before,
        after=risk.after,
        accepted_by=accepted.get("by_role", "") if risk.after in _HIGH else "",
        reason=accepted.get("reason", "") if risk.after in _HIGH else "",
        until=date.fromisoformat(until) if until and risk.after in _HIGH else None,
    )


def _participation(found: Gathered) -> tuple[Participation, ...]:
    targets = {group.name: group.target for group in found.groups}
    last = found.snapshots[-1]
    by_round = [{r.name: r.responded for r in snapshot.response} for snapshot in found.snapshots]
    return tuple(
        Participation(
            r.name, r.kind, targets.get(r.name), r.invited, tuple(rated.get(r.name) for rated in by_round)
        )
        for r in last.response
    )


def _rights(found: Gathered) -> tuple[ScenarioRights, ...]:
    return tuple(
        ScenarioRights(number, found.scenarios[name].short or name, tuple(found.scenarios[name].rights))
        for name, number in found.numbers.items()
    )


def _dissent(brief: BriefDocument) -> tuple[DissentStatement, ...]:
    return tuple(
        DissentStatement(text=text, item=dispute.item)
        for dispute in brief.disputes
        for text in (*dispute.higher, *dispute.lower)
    )


def _consent(found: Gathered) -> ConsentStatement:
    last = found.rounds[-1].closed_at
    ended = last.date() if last else found.brief.issued_on
    return ConsentStatement(
        sheet_version=SHEET_VERSION,
        controller=found.study.controller,
        legal_basis=found.study.legal_basis,
        dpo=found.study.ethics_contact,
        recipients=found.study.received_by,
        key_deleted_on=ended + timedelta(days=90),
        answers_deleted_on=found.brief.review_on + timedelta(days=365),
        complain_to=N_("the data protection authority of your country"),
        reidentifications=0,
    )


def _sign_offs(found: Gathered, content_hash: str) -> tuple[SignOff, ...]:
    given = {
        signature.role: signature for signature in found.signatures if signature.content_hash == content_hash
    }
    return tuple(
        SignOff(
            role=ROLE_LABELS[role], name=given[role].name, on=given[role].at.date(), decision=N_("signed")
        )
        if role in given
        else SignOff(role=ROLE_LABELS[role])
        for role in required_signers(found)
    )
