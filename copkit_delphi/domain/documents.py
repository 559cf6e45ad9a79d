"""What a brief, its ethics impact annex and an analysis report say: texts by people beside frozen snapshots.

A section without data is None or empty and prints exactly "Not part of this study."
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.domain.risk import RiskLevel, RiskRating

NOT_PART = N_("Not part of this study.")
MAX_DECISIONS = 3
MAX_KEY_JUDGEMENTS = 8
BOTTOM_LINE_WORDS = (60, 90)
DISSENT_WORDS = 80


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


class Grade(StrEnum):
    """Analytic confidence, set by a named analyst."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


GRADE_LABELS = {Grade.LOW: N_("Low"), Grade.MODERATE: N_("Moderate"), Grade.HIGH: N_("High")}


class Category(StrEnum):
    """Category of an early action."""

    PREPAREDNESS = "preparedness"
    MITIGATION = "mitigation"
    PREVENTION = "prevention"
    POLICY = "policy"


CATEGORY_LABELS = {
    Category.PREPAREDNESS: N_("Preparedness: be ready to respond"),
    Category.MITIGATION: N_("Mitigation: reduce the harm"),
    Category.PREVENTION: N_("Prevention: stop it earlier"),
    Category.POLICY: N_("Policy: change the rules"),
}


class MitigationStatus(StrEnum):
    """How far a mitigation is; only one in place or verified lowers a risk."""

    PLANNED = "planned"
    IN_PLACE = "in_place"
    VERIFIED = "verified"
    DROPPED = "dropped"


MITIGATION_LABELS = {
    MitigationStatus.PLANNED: N_("Planned"),
    MitigationStatus.IN_PLACE: N_("In place"),
    MitigationStatus.VERIFIED: N_("Verified"),
    MitigationStatus.DROPPED: N_("Dropped"),
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
        """Return the item one closed round earlier, None when there is none."""
        if len(self.snapshots) < 2:
            return None
        return next((item for item in self.snapshots[-2].items if item.name == name), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision requested; ``consequence`` is what waiting costs."""

    text: str
    owner: str
    by: date
    consequence: str


@dataclass(frozen=True, slots=True)
class Confidence:
    """Analytic confidence with its three reasons and the analyst who set it."""

    grade: Grade
    information_base: str
    rigour: str
    volatility: str
    set_by: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One likelihood item as the brief states it. ``key`` puts it on page 1; None confidence is "not graded"."""

    number: int
    item: str
    scenario: str
    title: str
    statement: str
    place: str
    by: date | None
    counts: str
    excludes: str
    confidence: Confidence | None = None
    key: bool = True


@dataclass(frozen=True, slots=True)
class DissentStatement:
    """A view that differs, identity removed; ``group`` only where five or more of it rated."""

    text: str
    group: str | None = None
    item: str | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item on which the panel is divided, polarised or a group stands apart."""

    item: str
    higher: tuple[str, ...]
    lower: tuple[str, ...]
    settles: str
    dissent: tuple[DissentStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """An observable to watch; ``diagnosticity`` is low, medium or high."""

    text: str
    owner: str
    baseline: str
    threshold: str
    source: str
    cadence: str
    expires_on: date
    diagnosticity: str
    judgements: tuple[int, ...]
    disconfirming: bool = False


@dataclass(frozen=True, slots=True)
class EarlyAction:
    """An early action; lead time in months; ``rights_level`` is low, medium or high."""

    category: Category
    text: str
    owner: str
    trigger: str
    lead_from: int
    lead_to: int
    stop_rule: str
    rights_level: str
    rights_note: str
    judgements: tuple[int, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """A stakeholder group and how many panellists it should have."""

    name: str
    kind: str
    target: int


@dataclass(frozen=True, slots=True)
class RoundFact:
    """When a round was open; ``note`` is the reason for closing against the advice, if any."""

    number: int
    opened_on: date
    closed_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A dated change of the protocol after round 1 opened."""

    on: date
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Method:
    """Facts of the locked protocol, in words."""

    criterion: str
    stopping_rule: str
    stopping_result: str
    groups: tuple[GroupTarget, ...]
    rounds: tuple[RoundFact, ...]
    amendments: tuple[Amendment, ...] = ()
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source behind a scenario with its Admiralty grade, for example B2; None supports is neutral."""

    scenario: str
    text: str
    source: str
    grade: str
    supports: bool | None = True


@dataclass(frozen=True, slots=True)
class TrackRecordItem:
    """A question that will be resolved; ``outcome`` None while it is open."""

    question: str
    resolves_on: date | None
    source: str
    scenario: str = ""
    outcome: bool | None = None


@dataclass(frozen=True, slots=True)
class WarningLevel:
    """A warning level 0 to 4, set by a person with reason and expiry."""

    level: int
    reason: str
    set_by: str
    expires_on: date
    before: int | None = None


@dataclass(frozen=True, slots=True)
class EthicsGlance:
    """The box on page 1 that the annex cannot be detached from."""

    result: str
    highest_residual: RiskLevel | None
    flags_open: int
    flags_answered: int
    contested: int
    civil_society: str
    review_on: date | None
    annex_reference: str


@dataclass(frozen=True, kw_only=True)
class BriefDocument(Document):
    """An early-warning brief; judgements print in the given order, at most three decisions."""

    horizon: date
    bottom_line: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    commissioned_by: str = ""
    paid_by: str = ""
    received_by: str = ""
    warning: WarningLevel | None = None
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


@dataclass(frozen=True, slots=True)
class HeadlineRisk:
    """A headline risk; None rating prints "not assessed". ``about`` is threat, response, brief or study."""

    code: str
    text: str
    about: str
    rating: RiskRating | None
    reason: str = ""
    rated_by: str = ""
    contested: bool = False


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One ethics dimension; None level prints "not assessed"."""

    code: str
    label: str
    level: RiskLevel | None
    rights: str = ""
    reason: str = ""
    contested: bool = False


@dataclass(frozen=True, slots=True)
class ScenarioRights:
    """Charter rights engaged by one judged threat and by the actions proposed against it."""

    number: int
    title: str
    threat: tuple[str, ...]
    response: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proportionality:
    """The reasoning for one right at High or above."""

    right: str
    law: str
    aim: str
    essence: str
    suitability: str
    gentler: str
    balance: str


@dataclass(frozen=True, slots=True)
class CriminalMisuse:
    """A way offenders could use the brief or the measures."""

    code: str
    route: str
    gain: str
    removed: str
    timing: str = ""
    level: RiskLevel | None = None
    mitigations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorityMisuse:
    """A way authorities could use the measures undemocratically."""

    code: str
    text: str
    who: str
    limit: str
    sign: str
    watcher: str
    level: RiskLevel | None = None
    mitigations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mitigation:
    """A line of the mitigation register; without owner or date it lowers nothing."""

    code: str
    text: str
    kind: str
    against: tuple[str, ...]
    owner: str
    due_on: date | None
    status: MitigationStatus
    evidence: str = ""
    before: RiskLevel | None = None
    after: RiskLevel | None = None


@dataclass(frozen=True, slots=True)
class Residual:
    """What remains of a risk and who accepts it, why and until when."""

    code: str
    text: str
    before: RiskLevel
    after: RiskLevel
    accepted_by: str = ""
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """A group's numbers; None where fewer than five, ``rated`` one entry a round."""

    group: str
    kind: str
    target: int | None
    invited: int | None
    rated: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """The fields of the consent and data-protection statement."""

    sheet_version: str
    controller: str
    legal_basis: str
    dpo: str
    recipients: str
    key_deleted_on: date | None
    answers_deleted_on: date | None
    complain_to: str
    reidentifications: int
    withdrawn: int | None = None


@dataclass(frozen=True, slots=True)
class ScreeningAnswer:
    """A screening question with its answer; ``flag`` is "", minor, major or stop."""

    code: str
    question: str
    answer: str
    flag: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature, or the place for one while ``on`` is None."""

    role: str
    name: str = ""
    finding: str = ""
    on: date | None = None
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class AnnexDocument(Document):
    """An ethics impact annex, sections 0 to 16 in order."""

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
    evidence: tuple[Evidence, ...] = ()
    limits: tuple[str, ...] = ()
    consent: ConsentStatement | None = None
    prohibited_uses: tuple[str, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    history: tuple[str, ...] = ()


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
