"""What a brief, its ethics impact annex and an analysis report say: texts by people beside frozen snapshots.

A section without data is None or empty and prints exactly "Not part of this study."
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from copkit_delphi.domain.annex_parts import (
    MITIGATION_LABELS,
    AuthorityMisuse,
    ConsentStatement,
    CriminalMisuse,
    DimensionResult,
    FlagAnswer,
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
from copkit_delphi.domain.brief_parts import (
    CATEGORY_LABELS,
    GRADE_LABELS,
    Amendment,
    Category,
    Confidence,
    DeadlineFact,
    Decision,
    Dispute,
    DissentStatement,
    EarlyAction,
    EthicsGlance,
    Evidence,
    Grade,
    GroupTarget,
    Indicator,
    Judgement,
    Method,
    RoundFact,
    TrackRecordItem,
    WarningLevel,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.record_parts import StudyRecord
from copkit_delphi.domain.results import ItemResult, RoundSnapshot

__all__ = [
    "BOTTOM_LINE_WORDS",
    "CATEGORY_LABELS",
    "DISSENT_WORDS",
    "FLAG_LABELS",
    "GRADE_LABELS",
    "MAX_ACTIONS",
    "MAX_ARGUMENTS",
    "MAX_DECISIONS",
    "MAX_INDICATORS",
    "MAX_KEY_JUDGEMENTS",
    "MAX_QUESTIONS",
    "MITIGATION_LABELS",
    "NOT_PART",
    "Amendment",
    "AnnexDocument",
    "AuthorityMisuse",
    "BriefDocument",
    "Category",
    "Confidence",
    "ConsentStatement",
    "CriminalMisuse",
    "DeadlineFact",
    "Decision",
    "DimensionResult",
    "Dispute",
    "DissentStatement",
    "Document",
    "EarlyAction",
    "EthicsGlance",
    "Evidence",
    "Flag",
    "FlagAnswer",
    "Gate",
    "Grade",
    "GroupTarget",
    "HeadlineRisk",
    "Indicator",
    "Judgement",
    "Method",
    "Mitigation",
    "MitigationStatus",
    "Participation",
    "Proportionality",
    "ReportDocument",
    "Residual",
    "RoundFact",
    "ScenarioRights",
    "ScreeningAnswer",
    "SignOff",
    "TrackRecordItem",
    "WarningLevel",
]

NOT_PART = N_("Not part of this study.")
MAX_DECISIONS = 3
MAX_KEY_JUDGEMENTS = 8
MAX_INDICATORS = 8  # printed in a brief of six pages; the rest stays with the study and is counted there
MAX_ACTIONS = 12
MAX_QUESTIONS = 30
BOTTOM_LINE_WORDS = (60, 90)
DISSENT_WORDS = 80  # a printed view; the annex has it uncut
MAX_ARGUMENTS = 2  # printed a side in the brief


class Flag(StrEnum):
    """What every page of a document says about where its figures come from."""

    SYNTHETIC = "synthetic"
    PRACTICE = "practice"
    EXERCISE = "exercise"


FLAG_LABELS = {
    Flag.SYNTHETIC: N_("SYNTHETIC PANEL"),
    Flag.PRACTICE: N_("PRACTICE STUDY"),
    Flag.EXERCISE: N_("EXERCISE"),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A release gate: ``code`` G0 to G8."""

    code: str
    label: str
    met: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What every document carries; ``status`` prints on every page ("" once published)."""

    reference: str
    version: int
    title: str
    lede: str
    marking: Marking
    issued_on: date
    issued_by: str
    snapshots: tuple[RoundSnapshot, ...]
    community: str = ""
    status: str = ""
    state: BriefState = BriefState.DRAFT
    flags: tuple[Flag, ...] = ()
    gates: tuple[Gate, ...] = ()
    organisation: str = ""
    review_on: date | None = None
    valid_until: date | None = None
    ethics_contact: str = ""
    study_code: str = ""
    permitted_use: str = ""

    @property
    def snapshot(self) -> RoundSnapshot:
        """Return the latest closed round."""
        return self.snapshots[-1]

    @property
    def snapshot_hash(self) -> str:
        """Return the SHA-256 of the latest snapshot, in hex."""
        return self.snapshot.hash

    @property
    def protocol_hash(self) -> str:
        """Return the SHA-256 of the locked protocol, in hex."""
        return self.snapshot.protocol_hash

    def item(self, name: str) -> ItemResult:
        """Return an item of the latest round; raises KeyError."""
        return self.snapshot.item(name)

    def item_before(self, name: str) -> ItemResult | None:
        """Return the item one closed round earlier, None when there is none, or the last round did not ask it."""
        if len(self.snapshots) < 2 or name in self.snapshot.carried:
            return None
        return next((item for item in self.snapshots[-2].items if item.name == name), None)


@dataclass(frozen=True, kw_only=True)
class BriefDocument(Document):
    """An early-warning brief; judgements print in the given order, at most three decisions."""

    horizon: date
    bottom_line: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    commissioned_by: str = ""
    paid_by: str = ""
    received_by: str = ""
    warnings: tuple[WarningLevel, ...] = ()
    decisions: tuple[Decision, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    actions: tuple[EarlyAction, ...] = ()
    method: Method | None = None
    limits: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    track_record: tuple[TrackRecordItem, ...] = ()
    what_changed: tuple[str, ...] = ()
    ethics: EthicsGlance | None = None


@dataclass(frozen=True, kw_only=True)
class AnnexDocument(Document):
    """An ethics impact annex, sections 0 to 16 in order, and as section 17 the record of the study."""

    brief_reference: str
    result: str = ""
    summary: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    scope: tuple[tuple[str, str], ...] = ()
    not_assessed: str = ""
    participation: tuple[Participation, ...] = ()
    absent_voices: str = ""
    screening: tuple[ScreeningAnswer, ...] = ()
    dimensions: tuple[DimensionResult, ...] = ()
    rights: tuple[ScenarioRights, ...] = ()
    risks: tuple[HeadlineRisk, ...] = ()
    proportionality: tuple[Proportionality, ...] = ()
    action_checks: tuple[EarlyAction, ...] = ()
    by_criminals: tuple[CriminalMisuse, ...] = ()
    by_authorities: tuple[AuthorityMisuse, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    residuals: tuple[Residual, ...] = ()
    dissent: tuple[DissentStatement, ...] | None = None
    answered: tuple[FlagAnswer, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    limits: tuple[str, ...] = ()
    consent: ConsentStatement | None = None
    prohibited_uses: tuple[str, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    history: tuple[str, ...] = ()
    waiver: str = ""
    ethics_round: EthicsRoundSnapshot | None = None
    record: StudyRecord | None = None


@dataclass(frozen=True, kw_only=True)
class ReportDocument(Document):
    """An analysis report of imported ratings: never a brief, ethics not assessed."""

    source: str
    licence: str
    scale_note: str = ""
    criterion: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    limits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def title_of(self, item: str) -> str:
        """Return the item's title, the item's name when it has none."""
        return dict(self.titles).get(item, item)
