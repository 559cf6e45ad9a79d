"""From rows to documents: the brief, its annex and the analysis report as plain values that reporting prints."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from copkit_delphi.domain.decisions import disputed
from copkit_delphi.domain.documents import (
    BriefDocument,
    Confidence,
    Decision,
    Dispute,
    EthicsGlance,
    Evidence,
    Flag,
    Gate,
    Grade,
    Judgement,
    ReportDocument,
    TrackRecordItem,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.ethics_results import civil_society
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.protocol import Protocol, digest
from copkit_delphi.domain.results import TRACK_RECORD, ItemResult, RoundSnapshot
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.elicitation.models import Study
from copkit_delphi.ethics import assessments
from copkit_delphi.warning import gates, printed
from copkit_delphi.warning.annex import annex_document
from copkit_delphi.warning.gathered import Gathered
from copkit_delphi.warning.method import criterion_in_words, method

KEY_JUDGEMENTS = 5
STATUS = {
    BriefState.DRAFT: N_("Draft, not released"),
    BriefState.ASSESSED: N_("Draft for signature, not released"),
    BriefState.SIGNED: N_("Signed, not released"),
    BriefState.PUBLISHED: "",
    BriefState.WITHDRAWN: N_("Retracted"),
}
NO_ETHICS = N_("Not released: no ethics assessment")


def study_flags(study: Study) -> tuple[Flag, ...]:
    """Return what every page must say of where the figures come from."""
    found = []
    if study.synthetic:
        found.append(Flag.SYNTHETIC)
    if study.practice:
        found.append(Flag.EXERCISE if study.exercise else Flag.PRACTICE)
    return tuple(found)


def brief_document(found: Gathered, *, checked: tuple[Gate, ...] = ()) -> BriefDocument:
    """Return the brief as a value; ``checked`` are the gates of the day, empty for hashing."""
    brief = found.brief
    return BriefDocument(
        **_front(found),
        gates=checked,
        horizon=found.study.horizon or brief.issued_on,
        bottom_line=tuple(part.strip() for part in brief.bottom_line.split("\n") if part.strip()),
        judgements=tuple(_judgement(found, number, item) for number, item in enumerate(found.ranked, 1)),
        commissioned_by=found.study.commissioned_by,
        paid_by=found.study.paid_by,
        received_by=found.study.received_by,
        decisions=tuple(
            Decision(d["text"], d["owner"], date.fromisoformat(d["by"]), d.get("waiting", ""))
            for d in brief.decisions
        ),
        disputes=tuple(_dispute(found, item) for item in found.ranked if disputed(item)),
        indicators=printed.indicators(found),
        warnings=printed.warnings(found),
        actions=printed.actions(found),
        method=method(found),
        limits=tuple(brief.limits),
        evidence=evidence(found),
        track_record=_track_record(found),
        what_changed=(N_("First version of this brief."),) if brief.version == 1 else (),
        ethics=_glance(found),
    )


def _front(found: Gathered) -> dict[str, Any]:
    """Return what stands on every page of the brief and in its masthead."""
    brief, study = found.brief, found.study
    state = BriefState(brief.state)
    return {
        "reference": brief.reference,
        "version": brief.version,
        "title": brief.title,
        "lede": brief.lede,
        "marking": Marking(brief.marking),
        "community": brief.community,
        "issued_on": brief.issued_on,
        "issued_by": study.controller or study.commissioned_by,
        "snapshots": found.snapshots,
        "status": STATUS[state] if found.assessment else NO_ETHICS,
        "state": state,
        "flags": study_flags(study),
        "organisation": study.controller,
        "review_on": brief.review_on,
        "valid_until": brief.review_on,
        "ethics_contact": study.ethics_contact,
        "study_code": study.id,
    }


def _judgement(found: Gathered, number: int, item: ItemResult) -> Judgement:
    scenario = found.scenarios[item.scenario]
    graded = found.brief.confidence.get(item.scenario)
    return Judgement(
        number=number,
        item=item.name,
        scenario=item.scenario,
        title=scenario.short or scenario.title,
        statement=scenario.claim or item.wording,
        wording=item.wording,
        place=scenario.place,
        by=found.study.horizon,
        counts=" ".join(scenario.counts),
        excludes=" ".join(scenario.counts_not),
        confidence=_confidence(graded, found.brief.analyst) if graded and graded.get("grade") else None,
        key=number <= KEY_JUDGEMENTS,
    )


def _confidence(graded: dict[str, str], analyst: str) -> Confidence:
    return Confidence(
        Grade(graded["grade"]),
        graded.get("information", ""),
        graded.get("rigour", ""),
        graded.get("volatility", ""),
        analyst,
    )


def _dispute(found: Gathered, item: ItemResult) -> Dispute:
    sides = found.arguments.get(item.name)
    return Dispute(
        item=item.name,
        higher=sides.higher if sides else (),
        lower=sides.lower if sides else (),
        settles=found.brief.settle.get(item.scenario, ""),
    )


def evidence(found: Gathered) -> tuple[Evidence, ...]:
    """Return the graded sources of each scenario."""
    return tuple(
        Evidence(
            scenario=name,
            text=source["title"],
            source=f"{source['publisher']}, {source['year']}",
            grade=source["grade"],
        )
        for name in found.numbers
        for source in found.scenarios[name].sources
    )


def _track_record(found: Gathered) -> tuple[TrackRecordItem, ...]:
    asked = {item.scenario: item.wording for item in found.snapshots[-1].items if item.kind == TRACK_RECORD}
    return tuple(TrackRecordItem(question, None, "", scenario) for scenario, question in asked.items())


def _glance(found: Gathered) -> EthicsGlance | None:
    if found.assessment is None:
        return None
    raised = assessments.flags(found.assessment)
    answered = sum(bool(reply) for _, flag, reply in raised if flag != "stop")
    rows = found.assessment.raised
    holding = len(gates.holding(found.assessment))
    return EthicsGlance(
        result=result_word(found),
        highest_residual=found.assessment.highest_residual,
        flags_open=len(raised) - answered + holding,
        flags_answered=answered + len(rows) - holding,
        contested=sum(bool(risk.panel and risk.panel.contested) for risk in found.assessment.risks),
        civil_society=civil_society(found.assessment.panel),
        review_on=found.assessment.assessment.review_on,
        annex_reference=f"{found.brief.reference}-A",
        waiver=gates.waived(found.assessment),
    )


def result_word(found: Gathered) -> str:
    """Return publishable, publishable with conditions, or blocked."""
    checked = gates.check(found, content_hash="", on=found.brief.issued_on)
    if any(not gate.met for gate in checked if gate.code in {"G0", "G2", "G3"}):
        return N_("blocked")
    planned = found.assessment is not None and any(m.status == "planned" for m in found.assessment.measures)
    accepted = found.assessment is not None and bool(found.assessment.assessment.acceptances)
    return N_("publishable with conditions") if planned or accepted else N_("publishable")


def content_hash(found: Gathered) -> str:
    """Return the SHA-256 of everything a reader would see in brief and annex.

    State, signatures and the day of issue are left out: they follow from signing and releasing that very text.
    """
    brief = replace(brief_document(found), status="", state=BriefState.DRAFT, issued_on=date.min)
    annex = replace(
        annex_document(found, brief=brief, checked=()), status="", state=BriefState.DRAFT, sign_offs=()
    )
    plain_data = json.loads(json.dumps([asdict(brief), asdict(annex)], default=str))
    return digest(plain_data)


def report_document(
    study: Study, found: tuple[RoundSnapshot, ...], *, titles: dict[str, str], on: date
) -> ReportDocument:
    """Return the analysis report of an imported study: never an early warning, ethics not assessed."""
    first = found[-1].items[0] if found and found[-1].items else None
    return ReportDocument(
        reference=f"AR-{study.id[:8]}",
        version=1,
        title=study.title,
        lede=N_("Ratings of a study run elsewhere, analysed with the measures of this product."),
        marking=Marking(study.marking),
        issued_on=on,
        issued_by="COPKIT Delphi",
        snapshots=found,
        status=NO_ETHICS,
        flags=study_flags(study),
        study_code=study.id,
        source=study.attribution,
        licence="",
        scale_note=f"Ratings from {plain(first.low)} to {plain(first.high)}." if first else "",
        criterion=criterion_in_words(
            Protocol.from_dict(study.protocol).criterion, first.scale if first else PERCENT
        ),
        titles=tuple(titles.items()),
    )
