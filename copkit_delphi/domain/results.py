"""The frozen result of a closed round as everyone reads it: already disclosed, plain JSON data.

Page, table twin, chart title, PDF, API and export read a ``RoundSnapshot`` and nothing else. A figure
that the disclosure rules hold back is ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, cast

from copkit_delphi.domain.impact import Headline, headline
from copkit_delphi.domain.protocol import canonical_json, digest_of
from copkit_delphi.domain.scale import Scale

LIKELIHOOD = "likelihood"
IMPACT_KIND = "impact"
CONFIDENCE_KIND = "confidence"
TRACK_RECORD = "track_record"
PROBABILITY = "probability"  # of a further dated statement
RATING_KIND = "rating"  # an item of an imported study, on its own scale


_LATER = frozenset({"carried", "held", "versions", "supersedes", "marked"})


class Frozen:
    """What is stored once and hashed: a dataclass as canonical JSON, written once however often it is asked for."""

    @cached_property
    def _text(self) -> str:
        return canonical_json(self.plain())

    def to_json(self) -> str:
        """Return the canonical JSON that the hash is taken over."""
        return self._text

    @cached_property
    def hash(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hex."""
        return digest_of(self._text)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(cast(Any, self))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a distribution: values ``low`` to ``high`` inclusive (last one) and how many ratings."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of one item in one set (the panel or a group).

    ``n`` is None below five ratings: then nothing else is shown either. Quartiles from ten, columns
    and the 5th to 95th percentile for the whole panel from fifteen and twenty, mean and SD from thirty.
    """

    n: int | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    p05: float | None = None
    p95: float | None = None
    mean: float | None = None
    sd: float | None = None
    columns: tuple[Column, ...] | None = None

    @property
    def shown(self) -> bool:
        """Tell whether anything may be shown."""
        return self.n is not None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One stakeholder group's figures for one item."""

    name: str
    kind: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class StabilityFigures:
    """Movement of one item since the round before; shares only where count and complement allow."""

    from_round: int
    n_paired: int | None = None
    share_within_tolerance: float | None = None
    share_changed: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """Moderated reasons of one item, pooled over groups; no name, group, code, time or count."""

    higher: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedArgument:
    """How many found an argument on an item useful and how many say it changed their mind; None for fewer than k."""

    item: str
    argument: str
    useful: int | None
    changed: int | None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of a closed round."""

    name: str
    kind: str
    scenario: str
    wording: str
    low: float
    high: float
    step: float
    panel: Figures
    groups: tuple[GroupFigures, ...]
    agreement: str | None
    stability: str
    verdict: str
    reasons: tuple[str, ...] = ()
    dimension: str | None = None
    criterion_met: bool | None = None
    share: float | None = None  # percent agreement, 0 to 1, where it may be printed
    group_guard: bool = False
    movement: StabilityFigures | None = None
    more: Mapping[str, Any] = field(
        default_factory=dict
    )  # what its item type froze: options, bounds, anchors

    @property
    def scale(self) -> Scale:
        """Return the item's scale."""
        return Scale(self.low, self.high, self.step)

    @property
    def split(self) -> bool:
        """Tell whether the panel is divided or polarised on this item."""
        return self.agreement in {"divided", "polarised"}


@dataclass(frozen=True, slots=True)
class GroupResponse:
    """How many of a group were invited and rated in a round; None where fewer than five."""

    name: str
    kind: str
    invited: int | None
    responded: int | None


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Panel coefficients over likelihood (or imported) items, from ten panellists; reasons explain nulls."""

    kendall_w: float | None = None
    kendall_panellists: int | None = None
    alpha_ordinal: float | None = None
    alpha_interval: float | None = None
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundSnapshot(Frozen):
    """A closed round, frozen once and never recomputed.

    ``carried`` names the items not asked in it, whose result stands as it was frozen in the round given. ``held``
    are items of a round that was opened again and changed by too few since: they keep the result of its close
    before, whose hash is ``supersedes``. ``versions`` names reworded items with the version that was asked.
    """

    study: str
    round: int
    closed_on: str
    n_panellists: int | None
    items: tuple[ItemResult, ...]
    response: tuple[GroupResponse, ...]
    coefficients: Coefficients
    protocol_hash: str
    previous_hash: str | None = None
    synthetic: bool = False
    imported: bool = False
    notes: tuple[str, ...] = ()
    carried: Mapping[str, int] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)
    supersedes: str | None = None
    marked: tuple[MarkedArgument, ...] = ()

    def round_of(self, name: str) -> int:
        """Return the round in which the item called ``name`` was last asked."""
        return self.carried.get(name, self.round)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; what came later only where there is any: the hash of an older result stands."""
        data = {name: value for name, value in asdict(self).items() if name not in _LATER or value}
        for item in data["items"]:
            if not item["more"]:
                del item["more"]
        return data

    def item(self, name: str) -> ItemResult:
        """Return the item called ``name``; raises KeyError."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def scenario_items(self, scenario: str) -> tuple[ItemResult, ...]:
        """Return the items of one scenario, in order."""
        return tuple(item for item in self.items if item.scenario == scenario)

    def headline(self, scenario: str) -> Headline | None:
        """Return the headline impact of a scenario, None when nothing may be shown."""
        return headline(
            {
                item.dimension: item.panel.median
                for item in self.scenario_items(scenario)
                if item.kind == IMPACT_KIND and item.dimension
            }
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RoundSnapshot:
        """Rebuild a snapshot from its JSON data."""
        values = dict(data)
        values["items"] = tuple(_item(row) for row in values["items"])
        values["response"] = tuple(GroupResponse(**row) for row in values["response"])
        values["coefficients"] = Coefficients(**values["coefficients"])
        values["notes"] = tuple(values.get("notes", ()))
        values["held"] = tuple(values.get("held", ()))
        values["marked"] = tuple(MarkedArgument(**row) for row in values.get("marked", ()))
        return cls(**values)


def _figures(data: Mapping[str, Any]) -> Figures:
    columns = data.get("columns")
    return Figures(
        **{**data, "columns": tuple(Column(**c) for c in columns) if columns is not None else None}
    )


def _item(data: Mapping[str, Any]) -> ItemResult:
    movement = data.get("movement")
    return ItemResult(
        **{
            **data,
            "panel": _figures(data["panel"]),
            "groups": tuple(GroupFigures(**{**g, "figures": _figures(g["figures"])}) for g in data["groups"]),
            "reasons": tuple(data.get("reasons", ())),
            "movement": StabilityFigures(**movement) if movement else None,
        }
    )
