"""A realistic ethics impact annex and analysis reports for tests."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from copkit_delphi.domain.documents import (
    AnnexDocument,
    AuthorityMisuse,
    ConsentStatement,
    CriminalMisuse,
    DimensionResult,
    DissentStatement,
    HeadlineRisk,
    Mitigation,
    MitigationStatus,
    Participation,
    Proportionality,
    ReportDocument,
    Residual,
    ScenarioRights,
    ScreeningAnswer,
    SignOff,
)
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.results import Coefficients, GroupFigures, GroupResponse, ItemResult, RoundSnapshot
from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from tests.reporting.factory import GATES, GROUPS, THREATS, brief
from tests.reporting.panels import agreement, figures

RIGHTS = {
    "S02": ("protection of personal data", "right to property"),
    "S12": (
        "rights of the child",
        "private and family life",
        "presumption of innocence and right of defence",
    ),
    "S14": ("protection of personal data", "fair and just working conditions"),
    "S04": ("right to life", "private and family life", "freedom of assembly and association"),
    "S06": ("right to life", "freedom of expression and information"),
    "S13": ("freedom of expression and information", "non-discrimination", "rights of the child"),
    "S15": ("right to property",),
    "S17": ("protection of personal data",),
}
RESPONSE = {
    "S12": ("private and family life",),
    "S13": ("freedom of expression and information", "non-discrimination"),
    "S04": ("private and family life",),
}
DIMENSIONS = (
    ("SCR", "Screening and red lines", RiskLevel.LOW),
    ("NEC", "Necessity and proportionality", RiskLevel.MODERATE),
    ("PDP", "Privacy and data protection", RiskLevel.HIGH),
    ("NDN", "Equality and non-discrimination", RiskLevel.MODERATE),
    ("PIF", "Presumption of innocence and fair trial", RiskLevel.LOW),
    ("FEA", "Expression, belief, assembly", RiskLevel.HIGH),
    ("SMC", "Security and misuse by criminals", RiskLevel.MODERATE),
    ("MAU", "Misuse by authorities, undemocratic use", RiskLevel.VERY_HIGH),
    ("ENV", "Economic and environmental burden", None),
)


def annex(**changes: object) -> AnnexDocument:
    """Return the full annex; ``changes`` replace fields."""
    source = brief()
    high = RiskRating(4, 3, 3, 3)
    document = AnnexDocument(
        reference="EWB-2026-07-A",
        brief_reference="EWB-2026-07",
        version=1,
        title=source.title,
        lede="Whose rights are at stake, from the threats and from our own response, and what risk remains.",
        marking=Marking.GREEN,
        community=source.community,
        status=source.status,
        flags=source.flags,
        gates=GATES,
        issued_on=source.issued_on,
        issued_by="Police Innovation Unit",
        review_on=source.review_on,
        ethics_contact=source.ethics_contact,
        snapshots=source.snapshots,
        result="publishable with conditions",
        summary=(
            "No red line is touched. Two of the eight proposed actions carry a high risk for rights.",
            "The removal of recruitment adverts can silence lawful speech; drone plans can reach lawful assemblies.",
            "One risk, misuse of removal paths by an authority against critics, is not accepted without a second key.",
        ),
        conditions=(
            "Removal requests carry a verified sender, a log and a right to object.",
            "Drone response plans exclude the recording of participants in assemblies.",
            "The contact point for minors is run outside the police.",
        ),
        scope=(
            ("Objects", "The threat, the response, the brief and the study"),
            ("Horizon and place", "To 31 December 2028, EU Member States"),
            ("Depth", "Full, because two scenarios engage the rights of the child"),
        ),
        not_assessed="Covert use of the same techniques by authorities, and military uses: outside the mandate of the study.",
        participation=tuple(
            Participation(name, kind, size, size, (size, size - 1 if size > 8 else None))
            for name, kind, size in GROUPS
        ),
        absent_voices="Minors and their families, port workers, sports clubs that fly drones.",
        screening=(
            ScreeningAnswer(
                "SCR-01",
                "Does anything recommended amount to a practice banned by Article 5 of the AI Act?",
                "No",
                "",
                "Checked by counsel",
            ),
            ScreeningAnswer(
                "SCR-02",
                "Does a recommendation need processing of special categories of data?",
                "Unsure",
                "minor",
                "Contact point for minors",
            ),
            ScreeningAnswer("STU-04", "Is a mandatory group missing from the panel?", "No", "", ""),
        ),
        dimensions=tuple(
            DimensionResult(
                code, label, level, "Charter 7, 8", "Main reason in one sentence.", contested=code == "FEA"
            )
            for code, label, level in DIMENSIONS
        ),
        rights=tuple(
            ScenarioRights(n, THREATS[s][0], RIGHTS[s], RESPONSE.get(s, ())) for n, s in enumerate(THREATS, 1)
        ),
        risks=(
            HeadlineRisk(
                "PDP-H",
                "Contact data of minors reach investigators.",
                "response",
                high,
                "The contact point knows who was approached.",
                "Panel of 24 and ethics reviewer",
            ),
            HeadlineRisk(
                "FEA-H",
                "Lawful speech is removed as recruitment.",
                "response",
                RiskRating(3, 4, 3, 4),
                "Two comparable cases are documented.",
                "Panel of 24",
                contested=True,
            ),
            HeadlineRisk(
                "MAU-H",
                "Removal paths are used against critics.",
                "response",
                RiskRating(5, 3, 4, 3, Burden.GENERAL, precedent=True),
                "A precedent abroad.",
                "Panel of 24",
            ),
            HeadlineRisk("ENV-H", "Burden on small ports and hauliers.", "response", None),
        ),
        proportionality=(
            Proportionality(
                "Expression and information",
                "Digital Services Act",
                "Protect minors from recruitment",
                "Untouched: notices, no filtering",
                "Adverts fall where paths exist",
                "Media literacy alone reaches few",
                "Accepted with a log and a right to object",
            ),
        ),
        action_checks=tuple(action for action in source.actions if action.rights_level != "low"),
        by_criminals=(
            CriminalMisuse(
                "C1",
                "Read thresholds to stay just below what is counted",
                "Later detection",
                "Threshold values stay out of the public version",
                "After six months",
                RiskLevel.MODERATE,
                ("M1",),
            ),
            CriminalMisuse(
                "C2",
                "Send false removal requests to silence rivals",
                "Silence",
                "Nothing removed",
                "",
                RiskLevel.HIGH,
                ("M2",),
            ),
        ),
        by_authorities=(
            AuthorityMisuse(
                "A1",
                "Use removal paths against critics",
                "Any authority with access",
                "Two keys, outside log",
                "Requests about politics",
                "Digital services coordinator",
                RiskLevel.VERY_HIGH,
                ("M2",),
            ),
            AuthorityMisuse(
                "A2",
                "Film assemblies under drone plans",
                "Police",
                "Plan excludes recording",
                "Footage without incident",
                "Data protection authority",
                RiskLevel.HIGH,
                ("M3",),
            ),
        ),
        mitigations=(
            Mitigation(
                "M1",
                "Only trends are published; values keep the marking of the brief",
                "inform",
                ("C1",),
                "Police Innovation Unit",
                date(2026, 11, 30),
                MitigationStatus.IN_PLACE,
                "Brief, page 4",
                RiskLevel.MODERATE,
                RiskLevel.LOW,
            ),
            Mitigation(
                "M2",
                "Verified sender, outside log, objection within 48 hours",
                "reduce",
                ("C2", "A1"),
                "Interior ministry",
                date(2027, 3, 31),
                MitigationStatus.PLANNED,
                "",
                RiskLevel.VERY_HIGH,
                RiskLevel.VERY_HIGH,
            ),
            Mitigation(
                "M3",
                "Plans bar recording of assemblies",
                "avoid",
                ("A2",),
                "",
                None,
                MitigationStatus.PLANNED,
            ),
        ),
        residuals=(
            Residual(
                "PDP-H",
                "Contact data of minors",
                RiskLevel.HIGH,
                RiskLevel.MODERATE,
                "Study owner",
                "Run outside the police",
                date(2027, 5, 20),
            ),
            Residual(
                "MAU-H",
                "Removal paths used against critics",
                RiskLevel.VERY_HIGH,
                RiskLevel.VERY_HIGH,
                "",
                "M2 is only planned",
            ),
        ),
        dissent=(
            DissentStatement(
                "Removal paths made for recruitment will meet protest first. We would not open them without a judge.",
                "Civil society",
                reply="A judge is not foreseen by the present law; M2 asks for two keys.",
            ),
            DissentStatement(
                "The burden on small ports was not asked about at all.",
                "Industry",
                reply="Noted as not assessed in section 5.",
            ),
        ),
        evidence=source.evidence[:3],
        limits=("Rated on a synthetic panel; real experts may see other harms.",),
        consent=ConsentStatement(
            "1.2",
            "Police Innovation Unit",
            "Public task; consent to take part",
            "dpo@innovation.example",
            "Named ministries",
            date(2027, 2, 20),
            date(2028, 5, 20),
            "the national data protection authority",
            0,
            None,
        ),
        prohibited_uses=(
            "Identifying, scoring, watching or taking measures against any person or group.",
            "Suspicion, evidence or a ground for coercion in any proceeding.",
            "A legal basis, or proof that a tool is lawful, proportionate or tested.",
            "Quoting a result without its range, contested mark and dissent.",
            "Any use after the review date or after withdrawal.",
        ),
        sign_offs=(
            SignOff(
                "Ethics reviewer, independent",
                "Dr E. Novak",
                "Publish when M2 is in place",
                date(2026, 11, 16),
                "Conditional",
            ),
            SignOff("Accountable owner"),
            SignOff("Data protection officer", "", "PDP is flagged: signature needed"),
        ),
        history=("Version 1: first assessment.",),
    )
    return replace(document, **changes)


def imported(
    number: int, *, items: int, groups: tuple[str, ...], low: int, high: int, each: int = 5
) -> RoundSnapshot:
    """Return an imported round on the scale ``low`` to ``high``; ``each`` ratings a group."""
    draw = random.Random(f"{number}:{items}:{low}:{high}")
    rows = []
    for index in range(items):
        by_group = []
        whole: list[float] = []
        for name in groups or ("",):
            values = [draw.randint(low, high) for _ in range(each if groups else 25)]
            whole += values
            by_group.append(GroupFigures(name, "other", figures(values, low, high)))
        panel = figures(whole, low, high, panel=True)
        shown = tuple(by_group) if groups else ()
        rows.append(
            ItemResult(
                f"C{index + 1}",
                "rating",
                f"C{index + 1}",
                "",
                low,
                high,
                1 if high - low < 11 else 0,
                panel,
                shown,
                agreement(panel, shown, high > 20),
                "not_assessable",
                "not_yet_stable",
            )
        )
    return RoundSnapshot(
        study="IMPORT",
        round=number,
        closed_on="2026-11-20",
        n_panellists=25,
        items=tuple(rows),
        response=tuple(GroupResponse(name, "other", None, each) for name in groups),
        coefficients=Coefficients(reason={"kendall_w": "nobody rated all items"}),
        protocol_hash="ab" * 32,
        imported=True,
    )


def report(
    *,
    items: int = 25,
    groups: tuple[str, ...] = ("Team Aspen", "Team Birch", "Team Cedar", "Team Dogwood", "Team Elm"),
    low: int = 0,
    high: int = 100,
) -> ReportDocument:
    """Return an analysis report of two imported rounds."""
    rounds = tuple(imported(number, items=items, groups=groups, low=low, high=high) for number in (1, 2))
    return ReportDocument(
        reference="AR-2026-01",
        version=1,
        title="Will published claims replicate?",
        lede="Ratings of 25 experts on 25 claims in two rounds, read from a file and analysed as they are.",
        marking=Marking.CLEAR,
        issued_on=date(2026, 11, 20),
        issued_by="COPKIT Delphi demonstration",
        snapshots=rounds,
        source="repliCATS project, open data on group judgements of research claims.",
        licence="CC BY 4.0",
        scale_note=f"Scale {low} to {high}.",
        criterion="Consensus when the middle half spans at most 15 points",
        titles=tuple((f"C{n}", f"Claim {n}: effect found again") for n in range(1, items + 1)),
        limits=("Who the experts are and how they were chosen is known from the source only.",),
    )
