"""Parts of an ethics impact annex."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.ethics_results import RiskResult
from copkit_delphi.domain.risk import RiskLevel, RiskRating


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
class HeadlineRisk:
    """A headline risk; None rating prints "not assessed". ``about`` is threat, response, brief or study."""

    code: str
    text: str
    about: str
    rating: RiskRating | None
    reason: str = ""
    rated_by: str = ""
    contested: bool = False
    panel: RiskResult | None = None


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
    """Charter rights engaged by one judged threat and by the actions proposed against it; texts name ``scenario``."""

    number: int
    title: str
    threat: tuple[str, ...]
    response: tuple[str, ...] = ()
    scenario: str = ""


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
class FlagAnswer:
    """A flag of the panel, of a level or of the response, with its reply and why it was cleared."""

    code: str
    text: str
    level: str
    state: str
    reply: str = ""
    replied_by: str = ""
    reason: str = ""
    cleared_by: str = ""
    cleared_on: date | None = None


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
    kept_because: str = ""


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
