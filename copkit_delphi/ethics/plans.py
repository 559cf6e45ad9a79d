"""What an assessor writes, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from copkit_delphi.domain.risk import RiskRating

SIDES = ("criminals", "authorities")
MISUSE_FIELDS = {
    "criminals": ("scenario", "route", "gain", "removed", "release"),
    "authorities": ("scenario", "use", "who", "limit", "sign", "watcher"),
}
PROPORTIONALITY_FIELDS = ("risk", "law", "aim", "essence", "suitability", "gentler", "balance")
ACCEPTANCE_FIELDS = ("by_role", "reason", "until")
PARTS = ("gravity", "reach", "irreversibility", "likelihood")


@dataclass(frozen=True, slots=True)
class RiskPlan:
    """One headline risk as judged, with the rating that remains where measures are in place."""

    question_id: str
    rating: RiskRating
    reason: str
    residual: RiskRating | None = None


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A measure against one headline risk."""

    code: str
    risk: str
    text: str
    owner: str
    due: date | None
    status: str = "planned"
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """Everything an assessor writes."""

    review_on: date
    scope: Mapping[str, str]
    screening: Sequence[Mapping[str, str]]
    risks: Sequence[RiskPlan]
    misuse: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    measures: Sequence[MeasurePlan] = ()
    acceptances: Sequence[Mapping[str, str]] = ()
    proportionality: Sequence[Mapping[str, str]] = ()
    who_carries: str = ""
    not_assessed: str = ""
