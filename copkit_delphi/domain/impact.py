"""Impact: seven dimensions, five levels with anchors; the headline is the highest dimension median."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up

LEVELS = (N_("None"), N_("Limited"), N_("Serious"), N_("Severe"), N_("Systemic"))
SEVERE = 3


@dataclass(frozen=True, slots=True)
class Dimension:
    """One impact dimension with what levels 1 to 4 mean."""

    key: str
    label: str
    anchors: tuple[str, str, str, str]


DIMENSIONS = (
    Dimension(
        "physical",
        N_("Physical harm"),
        (
            N_("isolated minor injuries"),
            N_("serious injuries or one death"),
            N_("several deaths"),
            N_("mass casualty"),
        ),
    ),
    Dimension(
        "psychological",
        N_("Psychological and victim harm"),
        (
            N_("short distress, few people"),
            N_("lasting harm to dozens, or any to vulnerable people"),
            N_("lasting harm to thousands"),
            N_("nationwide"),
        ),
    ),
    Dimension(
        "economic",
        N_("Economic loss per country and year"),
        (
            N_("EUR 0.1 to 1 million"),
            N_("EUR 1 to 25 million"),
            N_("EUR 25 to 500 million"),
            N_("over EUR 500 million"),
        ),
    ),
    Dimension(
        "services",
        N_("Critical services"),
        (N_("hours, local"), N_("days, regional"), N_("days, national"), N_("weeks, several states")),
    ),
    Dimension(
        "society",
        N_("Society, trust, democracy"),
        (
            N_("local concern"),
            N_("one group or sector"),
            N_("national, prolonged"),
            N_("erosion of institutions"),
        ),
    ),
    Dimension(
        "rights",
        N_("Fundamental rights"),
        (
            N_("few persons, reversible"),
            N_("many, reversible"),
            N_("many, hard to reverse"),
            N_("structural"),
        ),
    ),
    Dimension(
        "justice",
        N_("Justice and police capability"),
        (N_("single cases"), N_("one unit or region"), N_("national"), N_("EU-wide, evidence integrity")),
    ),
)

BY_KEY = {dimension.key: dimension for dimension in DIMENSIONS}


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline impact of a scenario: never a mean over dimensions, never a product."""

    level: int
    dimensions: tuple[str, ...]
    severe: int

    @property
    def word(self) -> str:
        """Return the untranslated word of the level."""
        return LEVELS[self.level]


def headline(medians: Mapping[str, float | None]) -> Headline | None:
    """Return the headline of dimension medians (0 to 4), None when no dimension has a shown median."""
    rounded = {key: int(round_half_up(value)) for key, value in medians.items() if value is not None}
    if not rounded:
        return None
    level = max(rounded.values())
    return Headline(
        level=level,
        dimensions=tuple(key for key, value in rounded.items() if value == level),
        severe=sum(value >= SEVERE for value in rounded.values()),
    )
