"""Realistic documents for tests: eight judged threats, two rounds, 34 panellists (14, 12 and 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from copkit_delphi.domain.alert import Change, Level
from copkit_delphi.domain.documents import (
    Amendment,
    BriefDocument,
    Category,
    Confidence,
    Decision,
    Dispute,
    DissentStatement,
    EarlyAction,
    EthicsGlance,
    Evidence,
    Flag,
    Gate,
    Grade,
    GroupTarget,
    Indicator,
    Judgement,
    Method,
    RoundFact,
    TrackRecordItem,
    WarningLevel,
)
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.risk import RiskLevel
from tests.reporting.long_texts import (
    ACTIONS_TEXT,
    BASELINES,
    COUNTS,
    EXCLUDES,
    HIGHER,
    INDICATORS,
    LEVEL_REASON,
    LIMITS,
    LOWER,
    NOTES,
    OWNERS,
    QUESTION,
    RATED,
    REASONS,
    SETTLES,
    SIGNS_AGAINST,
    STOPS,
    THRESHOLDS,
    TITLE,
    TRIGGERS,
    WAIVER,
)
from tests.reporting.panels import GROUPS, snapshot

BY = date(2028, 12, 31)
THREATS = {
    "S02": (
        "Fraud run by software agents",
        "Police in three or more EU states report fraud series run mainly by AI agents.",
    ),
    "S12": (
        "Minors recruited online for violence",
        "Six or more EU states convict recruiters of minors for violent offences.",
    ),
    "S14": ("Stolen port release codes", "Drug networks use stolen release codes at five further EU ports."),
    "S04": ("Drones against prisons and airports", "Drone incidents at EU prisons double against 2025."),
    "S06": (
        "3D-printed firearms in shootings",
        "A 3D-printed firearm is used in fatal shootings in three EU states.",
    ),
    "S13": (
        "AI propaganda in attack cases",
        "EU courts find AI-made propaganda decisive in two or more attack cases.",
    ),
    "S15": (
        "Navigation jamming for cargo theft",
        "Jamming is proven in cargo thefts worth EUR 10 million in one year.",
    ),
    "S17": (
        "Poisoned code from AI assistants",
        "A poisoned AI code suggestion leads to a breach at a public body.",
    ),
}
GATES = tuple(
    Gate(code, label, met)
    for code, label, met in (
        ("G0", "Red lines", True),
        ("G1", "Representation", True),
        ("G2", "Flags", False),
        ("G3", "Residual risk", False),
        ("G4", "Misuse read", False),
        ("G5", "Dissent", False),
        ("G6", "Sign-off", False),
        ("G7", "Review date", True),
        ("G8", "Integrity", True),
    )
)
ACTIONS = (
    (
        Category.PREPAREDNESS,
        "Train one digital-fraud liaison officer in every region.",
        "Police academy",
        (4, 6),
        (1,),
        "low",
    ),
    (
        Category.PREPAREDNESS,
        "Agree response plans for drones at airports, prisons and events.",
        "Aviation authority",
        (6, 9),
        (4,),
        "medium",
    ),
    (
        Category.MITIGATION,
        "Recall fraudulent payments within four hours.",
        "Banks and fraud desk",
        (5, 5),
        (1,),
        "low",
    ),
    (
        Category.MITIGATION,
        "Give approached minors one trusted contact point.",
        "Youth services",
        (3, 6),
        (2,),
        "medium",
    ),
    (
        Category.PREVENTION,
        "Release containers late and with strong authentication.",
        "Port authorities",
        (4, 8),
        (3,),
        "low",
    ),
    (
        Category.PREVENTION,
        "Agree removal paths for recruitment adverts with five services.",
        "Digital services coordinator",
        (6, 10),
        (2, 6),
        "high",
    ),
    (
        Category.POLICY,
        "Make backup positioning a condition of high-value transport.",
        "Transport ministry",
        (12, 18),
        (7,),
        "low",
    ),
    (
        Category.POLICY,
        "Require provenance records for public-sector software.",
        "Digital ministry",
        (12, 24),
        (8,),
        "low",
    ),
)
WATCH = (
    (
        "Fraud reports in which an automated dialogue is confirmed",
        "Fraud desk",
        "4% of reports",
        "over 15% in two quarters",
        (1,),
        False,
    ),
    (
        "Recruitment adverts for violent tasks aimed at minors",
        "Situation centre",
        "310 a month",
        "over 500 in two months",
        (2,),
        False,
    ),
    (
        "Minors who turn to the contact point before an offence",
        "Youth services",
        "not counted yet",
        "over 40% of known approaches",
        (2,),
        True,
    ),
    (
        "Containers released with a code reported stolen",
        "Customs",
        "11 in 2025",
        "30 or more in a year",
        (3,),
        False,
    ),
    ("Drone incidents at prisons", "Prison service", "1,260 in 2025", "over 2,500 in a year", (4,), False),
    (
        "Court findings that rest on AI-made propaganda",
        "Prosecution service",
        "none",
        "two findings",
        (6,),
        False,
    ),
    ("Transports with tested backup positioning", "Transport inspectorate", "18%", "over 60%", (7,), True),
)


LEVELS = (
    (Level.WARNING, Level.URGENT, Level.ADVISORY, date(2027, 5, 20)),
    (Level.ADVISORY, Level.ADVISORY, None, date(2027, 5, 20)),
    (Level.WATCH, Level.ADVISORY, None, date(2027, 5, 20)),
    (Level.URGENT, Level.WARNING, None, date(2026, 11, 1)),
)


def level(number: int, chosen: Level, proposed: Level, before: Level | None, until: date) -> WarningLevel:
    """Return the level of the judgement with a number."""
    title, _ = list(THREATS.values())[number - 1]
    reason = "Losses doubled in two quarters and the recall needs five months"
    day = date(2026, 11, 19)
    return WarningLevel(
        chosen, number, title, reason, Change.EVIDENCE, "A. Lind", day, until, proposed, before
    )


def judgement(number: int, scenario: str) -> Judgement:
    """Return the judgement of one of the eight threats."""
    title, statement = THREATS[scenario]
    grades = (
        Grade.HIGH,
        Grade.HIGH,
        Grade.MODERATE,
        Grade.MODERATE,
        Grade.LOW,
        Grade.LOW,
        Grade.MODERATE,
        None,
    )
    grade = grades[(number - 1) % 8]
    reasons = (
        "Two independent sources",
        "Method tested, no weak step",
        "Stable between rounds",
        "A. Lind, analyst",
    )
    return Judgement(
        number=number,
        item=f"{scenario}.likelihood",
        scenario=scenario,
        title=title,
        statement=statement,
        place="EU Member States",
        by=BY,
        counts="Cases confirmed by a court or a national police report",
        excludes="Media reports without official confirmation",
        confidence=Confidence(grade, *reasons) if grade else None,
        key=number <= 5,
    )


def wordings() -> dict[str, str]:
    """Return the statement of each threat by scenario."""
    return {scenario: statement for scenario, (_, statement) in THREATS.items()}


def brief(**changes: object) -> BriefDocument:
    """Return the full brief; ``changes`` replace fields."""
    document = BriefDocument(
        reference="EWB-2026-07",
        version=1,
        title="Technology threats that call for early action",
        lede="What 34 experts from law enforcement, industry and civil society expect by 31 December 2028, and what to do first.",
        marking=Marking.GREEN,
        community="EU law-enforcement innovation network",
        status="Draft, not released",
        flags=(Flag.SYNTHETIC,),
        gates=GATES,
        issued_on=date(2026, 11, 20),
        horizon=BY,
        review_on=date(2027, 5, 20),
        valid_until=date(2027, 11, 20),
        issued_by="Police Innovation Unit",
        commissioned_by="Interior ministry",
        paid_by="Interior ministry",
        received_by="Ministries of interior, justice and transport",
        ethics_contact="ethics@innovation.example",
        bottom_line=(
            (
                "Act first on fraud run by software agents and on minors recruited online for violence. The panel finds "
                "both highly likely (87% and 82%) by the end of 2028, and the experts agree."
            ),
            "Stolen port release codes are likely (69%); the countermeasure exists and needs funding, not research.",
            (
                "Prepare now for AI propaganda in attack cases, on which experts do not agree (31 to 66%). "
                "Waiting for agreement costs the lead time of every action listed here."
            ),
        ),
        decisions=(
            Decision(
                "Set up one four-hour payment recall for all banks.",
                "Finance ministry",
                date(2027, 1, 31),
                "Losses continue at the present rate.",
            ),
            Decision(
                "Fund late release of container codes in all ports.",
                "Transport ministry",
                date(2027, 3, 31),
                "Smaller ports stay the weakest point.",
            ),
            Decision(
                "Open one contact point for approached minors.",
                "Youth ministry",
                date(2027, 6, 30),
                "Recruiters keep a head start.",
            ),
        ),
        judgements=tuple(judgement(number, scenario) for number, scenario in enumerate(THREATS, 1)),
        disputes=(
            Dispute(
                item="S13.likelihood",
                higher=("Police see machine-made material in most new cases; courts will have to weigh it.",),
                lower=(
                    "Courts look at acts and intent. Propaganda is rarely found decisive, whoever or whatever made it.",
                ),
                settles="A yearly count of judgments that name the origin of propaganda and its weight.",
                dissent=(
                    DissentStatement(
                        "A finding of this kind says more about how courts write than about the threat.",
                        "Civil society",
                    ),
                ),
            ),
        ),
        indicators=tuple(
            Indicator(
                text,
                owner,
                baseline,
                threshold,
                f"{owner}, yearly report",
                "quarterly",
                date(2027, 11, 20),
                "high",
                numbers,
                off,
            )
            for text, owner, baseline, threshold, numbers, off in WATCH
        ),
        actions=tuple(
            EarlyAction(
                category,
                text,
                owner,
                "Decision taken",
                *lead,
                "No case in two quarters",
                level,
                "Checked with the annex",
                numbers,
            )
            for category, text, owner, lead, numbers, level in ACTIONS
        ),
        method=Method(
            criterion="Consensus when the middle half spans at most 15 points",
            stopping_rule="Stop after round 2 at the earliest, when every item is stable (75% of paired experts within 10 points); at most 3 rounds.",
            stopping_result="Met after round 2: all eight items are stable.",
            groups=tuple(GroupTarget(name, kind, size) for name, kind, size in GROUPS),
            rounds=(
                RoundFact(1, date(2026, 9, 1), date(2026, 9, 16)),
                RoundFact(2, date(2026, 10, 1), date(2026, 10, 16)),
            ),
            amendments=(
                Amendment(
                    date(2026, 9, 20),
                    "Deadline of round 2 moved by one week.",
                    "Public holiday in four states",
                ),
            ),
        ),
        limits=(
            "These are judgements, not measurements or forecasts from data.",
            "The panel is not a sample of all experts; civil society is the smallest group.",
            "Shared training or news can make groups agree for the same wrong reason.",
        ),
        evidence=tuple(
            Evidence(scenario, f"{title}: trend reporting", "Europol, 2025", "B2")
            for scenario, (title, _) in THREATS.items()
        ),
        track_record=(
            TrackRecordItem(
                "Will the next situation report record a completed drone attack in the EU?",
                date(2028, 6, 30),
                "EU TE-SAT",
                "S04",
            ),
            TrackRecordItem(
                "Will five further ports report stolen release codes?",
                date(2028, 6, 30),
                "Port-security committees",
                "S14",
            ),
        ),
        what_changed=("First version of this brief.",),
        warnings=tuple(level(number, *values) for number, values in enumerate(LEVELS, 1)),
        ethics=EthicsGlance(
            "Conditions apply", RiskLevel.HIGH, 2, 5, 1, "reserved", date(2027, 5, 20), "EWB-2026-07-A"
        ),
        snapshots=(snapshot(1, wordings()), snapshot(2, wordings())),
    )
    return replace(document, **changes)


def brief_of(count: int, **changes: object) -> BriefDocument:
    """Return a brief of ``count`` items (1 to 16): the eight threats, then their twins."""
    full = brief()
    later = {f"{scenario}b": replace_scenario for scenario, replace_scenario in wordings().items()}
    names = [*THREATS, *later][:count]
    judgements = tuple(_twin(number, name) for number, name in enumerate(names, 1))
    rounds = tuple(_twin_items(one, names) for one in full.snapshots)
    disputes = tuple(dispute for dispute in full.disputes if dispute.item.split(".")[0] in names)
    return replace(full, judgements=judgements, snapshots=rounds, disputes=disputes, **changes)


def realistic(count: int) -> BriefDocument:
    """Return a brief of ``count`` items (4 to 12) whose every text is as long as people write them.

    Lengths follow the demonstration: full statements, two sentences each of what counts and what does not,
    three reasons for each grade, four arguments a side, two sources a scenario, three indicators and four
    actions a judgement, a waiver, nine gates with notes.
    """
    document = brief_of(count)
    judgements = tuple(_written_out(judgement) for judgement in document.judgements)
    named = {judgement.scenario: judgement for judgement in judgements}
    return replace(
        document,
        judgements=judgements,
        decisions=tuple(
            replace(
                one,
                text=f"{one.text[:-1]}, before any new measure takes effect.",
                owner=f"Example {one.owner}",
            )
            for one in document.decisions
        ),
        disputes=tuple(_argued(one) for one in _disputes(document)),
        indicators=tuple(row for number in range(1, count + 1) for row in _watched(number)),
        actions=tuple(
            replace(
                action,
                judgements=(number,),
                trigger=TRIGGERS[number % 2],
                stop_rule=STOPS[number % 2],
                owner=OWNERS[number % 2],
                text=ACTIONS_TEXT[number % 2],
            )
            for number in range(1, count + 1)
            for action in document.actions[::2]
        ),
        limits=LIMITS,
        evidence=tuple(
            Evidence(
                name,
                f"{judgement.title if part == 'A' else number // 2}: {TITLE} {part}",
                "Example Agency, 2025",
                "B2",
            )
            for number, (name, judgement) in enumerate(named.items())
            for part in ("A", "B")
        ),
        track_record=tuple(TrackRecordItem(QUESTION, None, "", name) for name in named),
        warnings=tuple(
            replace(brief().warnings[0], number=number, title=judgement.title, reason=LEVEL_REASON)
            for number, judgement in enumerate(judgements, 1)
        ),
        ethics=replace(document.ethics, waiver=WAIVER) if document.ethics else None,
        gates=tuple(
            Gate(
                gate.code,
                gate.label,
                met=True,
                note=WAIVER if gate.code == "G1" else NOTES.get(gate.code, ""),
            )
            for gate in GATES
        ),
    )


def _disputes(document: BriefDocument) -> tuple[Dispute, ...]:
    """Return two disputes for four items, three for more."""
    first = brief().disputes[0]
    items = [judgement.item for judgement in document.judgements]
    return tuple(
        replace(first, item=item, dissent=()) for item in (items[2:4] if len(items) < 5 else items[3:6])
    )


def _argued(dispute: Dispute) -> Dispute:
    return replace(dispute, higher=(HIGHER,) * 4, lower=(LOWER,) * 4, settles=SETTLES)


def _written_out(judgement: Judgement) -> Judgement:
    reasons = Confidence(Grade.MODERATE, *REASONS, "Anton Analyst")
    wording = f"By 31 December 2028: {judgement.statement[:-1]}, {RATED}"
    return replace(
        judgement, wording=wording, counts=COUNTS, excludes=EXCLUDES, confidence=reasons,
        statement=f"{judgement.statement[:-1]}, as official figures confirm.",
    )  # fmt: skip


def _watched(number: int) -> tuple[Indicator, ...]:
    row = Indicator(
        text=INDICATORS[number % 2],
        owner=OWNERS[number % 2],
        baseline=BASELINES[number % 2],
        threshold=THRESHOLDS[number % 2],
        source="Prosecution services, case summaries",
        cadence="half-yearly",
        expires_on=date(2027, 5, 31),
        diagnosticity="high",
        judgements=(number,),
    )
    return (
        row,
        replace(row, diagnosticity="low"),
        replace(row, text=SIGNS_AGAINST[number % 2], disconfirming=True),
    )


def _twin(number: int, name: str) -> Judgement:
    return replace(judgement(number, name.rstrip("b")), item=f"{name}.likelihood", scenario=name)


def _twin_items(one, names):
    rows = []
    for name in names:
        rows += [
            replace(item, scenario=name, name=item.name.replace(name.rstrip("b"), name, 1))
            for item in one.scenario_items(name.rstrip("b"))
        ]
    return replace(one, items=tuple(rows))
