"""What an assessor writes, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from copkit_delphi.domain.risk import RiskRating
from copkit_delphi.ethics.bank import PARTS

__all__ = [
    "ACCEPTANCE_FIELDS",
    "MISUSE_FIELDS",
    "PARTS",
    "PROPORTIONALITY_FIELDS",
    "SIDES",
    "AssessmentPlan",
    "MeasurePlan",
    "RiskPlan",
]

SIDES = ("criminals", "authorities")
MISUSE_FIELDS = {
    "criminals": ("scenario", "route", "gain", "removed", "release"),
    "authorities": ("scenario", "use", "who", "limit", "sign", "watcher"),
}
PROPORTIONALITY_FIELDS = ("risk", "law", "aim", "essence", "suitability", "gentler", "balance")
ACCEPTANCE_FIELDS = ("by_role", "reason", "until")


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """One headline risk as judged, with the rating that remains where measures are in place."""

    question_id: str
    rating: RiskRating
    reason: str
    residual: RiskRating | None = None


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A measure against a headline risk or a flag; one of the study's own has no ``code`` and names its ``kind``."""

    code: str
    against: str
    text: str
    owner: str
    due: date | None
    status: str = "planned"
    evidence: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """Everything an assessor writes."""

    review_on: date
    scope: Mapping[str, str]
    screening: Sequence[Mapping[str, str]]
    risks: Sequence[RiskPlan]
    misuse: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    acceptances: Sequence[Mapping[str, str]] = ()
    proportionality: Sequence[Mapping[str, str]] = ()
    who_carries: str = ""
    not_assessed: str = ""
