"""Parts of an early-warning brief: texts by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from copkit_delphi.domain.alert import Change, Level
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.risk import RiskLevel


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
    wording: str = ""  # the statement as it was rated, where ``statement`` is its one-line claim


@dataclass(frozen=True, slots=True)
class DissentStatement:
    """A view that differs, identity removed; ``group`` only where five or more of it rated.

    ``side`` is higher, lower or "" of the panel's median of ``item``.
    """

    text: str
    group: str | None = None
    item: str | None = None
    reply: str = ""
    side: str = ""


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
    """An observable to watch; ``diagnosticity`` is low, medium or high; without a reading ``read_on`` is None."""

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
    status: str = ""
    value: str = ""
    read_on: date | None = None
    counts_until: date | None = None


@dataclass(frozen=True, slots=True)
class EarlyAction:
    """An early action; lead time in months; ``rights_level`` is low, medium or high; ``key`` is its place in the register."""

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
    status: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class GroupTarget:
    """A stakeholder group and how many panellists it should have."""

    name: str
    kind: str
    target: int


@dataclass(frozen=True, slots=True)
class DeadlineFact:
    """A move of a deadline, with its reason; ``before`` is None where there was none."""

    before: date | None
    after: date
    reason: str


@dataclass(frozen=True, slots=True)
class RoundFact:
    """When a round was open; ``note`` is the reason for closing against the advice, if any."""

    number: int
    opened_on: date
    closed_on: date
    note: str = ""
    moves: tuple[DeadlineFact, ...] = ()


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
    """The warning level of a judgement, set by a person; ``proposed`` is what the rule gave that day."""

    level: Level
    number: int
    title: str
    reason: str
    changed: Change
    set_by: str
    set_on: date
    expires_on: date
    proposed: Level
    before: Level | None = None

    def expired(self, on: date) -> bool:
        """Tell whether the level no longer stands on a day."""
        return self.expires_on < on


@dataclass(frozen=True, slots=True)
class EthicsGlance:
    """The box on page 1 that the annex cannot be detached from; ``waiver`` is why the panel rated no risk."""

    result: str
    highest_residual: RiskLevel | None
    flags_open: int
    flags_answered: int
    contested: int
    civil_society: str
    review_on: date | None
    annex_reference: str
    waiver: str = ""
