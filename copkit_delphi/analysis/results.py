"""What the engine returns: plain numbers, None where undefined, with the reason beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from copkit_delphi.analysis.data import ItemSpec
from copkit_delphi.domain.verdict import Agreement, Stability, Verdict


@dataclass(frozen=True, slots=True)
class Share:
    """A share of ratings, 0 to 1, with the bounds of its 95 % Wilson interval."""

    share: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class GroupAnalysis:
    """One stakeholder group's figures for one item, in scale units."""

    name: str
    n: int
    median: float | None
    q1: float | None
    q3: float | None
    iqr: float | None


@dataclass(frozen=True, slots=True)
class ItemStability:
    """Movement of one item between two rounds over the panellists who rated it in both; shares 0 to 1."""

    item: str
    from_round: int
    to_round: int
    n_paired: int
    n_once: tuple[int, int]  # who rated it in the earlier, in the later round alone
    share_changed: float | None
    share_within_tolerance: float | None
    net_change: float | None
    wilcoxon_p: float | None
    reason: dict[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """Everything the engine says of one item in one round; ``reason`` explains each None."""

    item: ItemSpec
    n: int
    n_cannot_judge: int
    median: float | None
    q1: float | None
    q3: float | None
    iqr: float | None
    mean: float | None
    sd: float | None
    p05: float | None
    p95: float | None
    histogram: tuple[tuple[float, float, int], ...]
    percent_agreement: Share | None
    balanced_share: float | None
    consensus: bool | None
    agreement: Agreement | None
    stability: Stability
    verdict: Verdict
    reasons: tuple[str, ...]
    group_guard: bool
    groups: tuple[GroupAnalysis, ...]
    movement: ItemStability | None
    reason: dict[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PanelCoefficients:
    """Coefficients over all items of a round; ``kendall_panellists`` rated every item."""

    kendall_w: float | None
    kendall_panellists: int
    alpha_ordinal: float | None
    alpha_interval: float | None
    reason: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundAnalysis:
    """One analysed round; ``n_panellists`` rated or could not judge at least one item."""

    number: int
    n_panellists: int
    items: tuple[ItemAnalysis, ...]
    coefficients: PanelCoefficients
    reason: dict[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StudyAnalysis:
    """All rounds with every measure of the registry; ``more`` holds what is about the study as a whole.

    ``more`` of rounds, items and movements holds the measures that have no field of their own, by name.
    """

    rounds: tuple[RoundAnalysis, ...]
    options: Mapping[str, object]
    more: Mapping[str, object]
    reason: dict[str, str] = field(default_factory=dict)
