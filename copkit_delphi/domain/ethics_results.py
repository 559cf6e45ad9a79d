"""The frozen result of a closed ethics round as everyone reads it: already disclosed, plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.results import Frozen, GroupResponse
from copkit_delphi.domain.risk import RiskLevel

MANDATORY_KINDS = ("lea", "ind", "cso")
CONTESTED_LABELS = {
    "apart": N_("group levels lie two or more apart"),
    "line": N_(
        "two groups stand on different sides of the line between moderate and high, with a large effect"
    ),
    "split": N_("a quarter or more of a group lies two or more levels from its level"),
}


@dataclass(frozen=True, slots=True)
class GroupLevel:
    """One group's level of one risk; None below five ratings or where it would tell of a hidden group."""

    name: str
    kind: str
    n: int | None = None
    level: RiskLevel | None = None
    low: RiskLevel | None = None  # ends of the middle half, from ten ratings
    high: RiskLevel | None = None


@dataclass(frozen=True, slots=True)
class RiskResult:
    """One headline risk as the panel rated it.

    ``overall`` is the upper median of the group levels, ``gate`` the highest of them where they are contested.
    ``parts`` are the panel's medians of gravity, reach, irreversibility and likelihood, ``short`` the mandatory
    kinds of group with fewer than five ratings.
    """

    question: str
    groups: tuple[GroupLevel, ...]
    overall: RiskLevel | None
    gate: RiskLevel | None
    contested: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    short: tuple[str, ...] = ()
    precedent: str = ""

    @property
    def represented(self) -> bool:
        """Tell whether every mandatory kind of group has five ratings."""
        return not self.short


@dataclass(frozen=True, slots=True)
class Raised:
    """A stop question that somebody of the panel answered with a flag; never who, how many or which group."""

    question: str
    level: str


@dataclass(frozen=True, slots=True)
class EthicsRoundSnapshot(Frozen):
    """A closed ethics round, frozen once and never recomputed.

    ``heard`` is False where so few took part that a flag would tell whose answer it was: then none is raised, and a
    release waits for another ethics round.
    """

    study: str
    round: int
    closed_on: str
    subject: str
    bank_version: str
    risks: tuple[RiskResult, ...]
    raised: tuple[Raised, ...]
    response: tuple[GroupResponse, ...]
    previous_hash: str | None = None
    synthetic: bool = False
    heard: bool = True

    def risk(self, question: str) -> RiskResult | None:
        """Return a headline risk, None when it was not asked."""
        return next((risk for risk in self.risks if risk.question == question), None)

    @property
    def represented(self) -> bool:
        """Tell whether every mandatory kind of group rated every headline risk five times or more."""
        return all(risk.represented for risk in self.risks)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EthicsRoundSnapshot:
        """Rebuild a snapshot from its JSON data."""
        values = dict(data)
        values["risks"] = tuple(_risk(row) for row in values["risks"])
        values["raised"] = tuple(Raised(**row) for row in values["raised"])
        values["response"] = tuple(GroupResponse(**row) for row in values["response"])
        return cls(**values)


def _level(value: str | None) -> RiskLevel | None:
    return RiskLevel(value) if value else None


def _risk(data: Mapping[str, Any]) -> RiskResult:
    groups = tuple(
        GroupLevel(**{**row, **{name: _level(row[name]) for name in ("level", "low", "high")}})
        for row in data["groups"]
    )
    return RiskResult(
        **{
            **data,
            "groups": groups,
            "overall": _level(data["overall"]),
            "gate": _level(data["gate"]),
            "contested": tuple(data["contested"]),
            "short": tuple(data["short"]),
        }
    )


AGREED, RESERVED, OBJECTED = N_("agreed"), N_("reserved"), N_("objected")
ABSENT, NOT_SHOWN, NOT_ASKED = N_("absent"), N_("not shown"), N_("not asked: no ethics round in this study")
_ORDER = tuple(RiskLevel)


def civil_society(found: EthicsRoundSnapshot | None) -> str:
    """Return where civil society stands, in one untranslated word.

    Objected: on some risk its level is two or more above the panel's. Reserved: one above. Agreed: never above.
    """
    if found is None:
        return NOT_ASKED
    if any("cso" in risk.short for risk in found.risks):
        return ABSENT
    above = [_above(risk) for risk in found.risks]
    if None in above:
        return NOT_SHOWN
    highest = max((steps for steps in above if steps is not None), default=0)
    return AGREED if highest <= 0 else RESERVED if highest == 1 else OBJECTED


def _above(risk: RiskResult) -> int | None:
    levels = [group.level for group in risk.groups if group.kind == "cso"]
    if risk.overall is None or None in levels or not levels:
        return None
    return max(_ORDER.index(level) for level in levels if level) - _ORDER.index(risk.overall)
