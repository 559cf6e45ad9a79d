"""Ethics ratings: severity and level of a headline risk. A look-up table, never a product or a sum."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up


class RiskLevel(StrEnum):
    """Level of a headline risk, rising."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Burden(StrEnum):
    """Who carries the harm."""

    GENERAL = "general"
    PARTLY_VULNERABLE = "partly_vulnerable"
    MAINLY_VULNERABLE = "mainly_vulnerable"


LEVEL_LABELS = {
    RiskLevel.LOW: N_("Low"),
    RiskLevel.MODERATE: N_("Moderate"),
    RiskLevel.HIGH: N_("High"),
    RiskLevel.VERY_HIGH: N_("Very high"),
}
LEVEL_LETTERS = {RiskLevel.LOW: "L", RiskLevel.MODERATE: "M", RiskLevel.HIGH: "H", RiskLevel.VERY_HIGH: "V"}
LIKELIHOOD_BANDS = {
    1: N_("under 5%"),
    2: N_("5 to under 25%"),
    3: N_("25 to under 50%"),
    4: N_("50 to under 80%"),
    5: N_("80% and over"),
}

_L, _M, _H, _V = RiskLevel
_MATRIX = (
    (_L, _L, _L, _L, _M),
    (_L, _L, _M, _M, _M),
    (_L, _M, _M, _H, _H),
    (_M, _H, _H, _V, _V),
    (_H, _H, _V, _V, _V),
)


@dataclass(frozen=True, slots=True)
class RiskRating:
    """One rating of a headline risk; gravity, reach, irreversibility and likelihood 1 to 5."""

    gravity: int
    reach: int
    irreversibility: int
    likelihood: int
    burden: Burden = Burden.GENERAL
    precedent: bool = False

    def __post_init__(self) -> None:
        parts = (self.gravity, self.reach, self.irreversibility, self.likelihood)
        if not all(1 <= part <= 5 for part in parts):
            raise ValueError("gravity, reach, irreversibility and likelihood are 1 to 5")

    @property
    def severity(self) -> int:
        """Return 1 to 5; gravity is never averaged down, a vulnerable burden raises by one."""
        mean = int(round_half_up((self.gravity + self.reach + self.irreversibility) / 3))
        lasting = 4 if self.irreversibility == 5 and self.gravity >= 3 else 1
        raised = self.burden is Burden.MAINLY_VULNERABLE
        return min(5, max(self.gravity, mean, lasting) + raised)

    @property
    def effective_likelihood(self) -> int:
        """Return the likelihood, at least 3 when a comparable case is documented."""
        return max(self.likelihood, 3) if self.precedent else self.likelihood

    @property
    def level(self) -> RiskLevel:
        """Return the level of severity and likelihood."""
        return _MATRIX[self.severity - 1][self.effective_likelihood - 1]
