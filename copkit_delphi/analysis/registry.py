"""Every measure of the engine once: what it is, who defined it, when it is undefined, what computes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from copkit_delphi.analysis import coefficients
from copkit_delphi.analysis.coefficients import Coefficient
from copkit_delphi.analysis.measures import shares, spread, stability
from copkit_delphi.analysis.sample import Floats, Pairs, Sample
from copkit_delphi.domain.errors import N_

Compute = TypeVar("Compute", bound=Callable[..., object])

ANY = ("ordinal", "continuous")
NO_RATINGS = N_("no ratings")
ONE_RATING = N_("fewer than two ratings")
NO_PAIRS = N_("no panellist rated this item in both rounds")
NO_CHANGE = N_("no paired rating changed")


@dataclass(frozen=True, slots=True)
class Measure(Generic[Compute]):
    """One measure: ``family`` is item, panel or stability; ``undefined`` says when there is no figure."""

    name: str
    family: str
    source: str
    scales: tuple[str, ...]
    undefined: str
    compute: Compute


ItemMeasure = Measure[Callable[[Sample], Floats]]
StabilityMeasure = Measure[Callable[[Pairs], Floats]]
PanelMeasure = Measure[Callable[[Floats], Coefficient]]

_HF = "Hyndman and Fan, 1996, type 7"

ITEM: tuple[ItemMeasure, ...] = (
    Measure("median", "item", _HF, ANY, NO_RATINGS, spread.median),
    Measure("q1", "item", _HF, ANY, NO_RATINGS, spread.q1),
    Measure("q3", "item", _HF, ANY, NO_RATINGS, spread.q3),
    Measure("iqr", "item", _HF, ANY, NO_RATINGS, spread.iqr),
    Measure("mean", "item", "von der Gracht, 2012", ANY, NO_RATINGS, spread.mean),
    Measure("sd", "item", "von der Gracht, 2012", ANY, ONE_RATING, spread.sd),
    Measure("p05", "item", _HF, ANY, NO_RATINGS, spread.p05),
    Measure("p95", "item", _HF, ANY, NO_RATINGS, spread.p95),
    Measure("percent_agreement", "item", "Diamond et al., 2014", ANY, NO_RATINGS, shares.share_inside),
)

STABILITY: tuple[StabilityMeasure, ...] = (
    Measure("share_changed", "stability", "von der Gracht, 2012", ANY, NO_PAIRS, stability.share_changed),
    Measure(
        "share_within_tolerance",
        "stability",
        "von der Gracht, 2012",
        ANY,
        NO_PAIRS,
        stability.share_within_tolerance,
    ),
    Measure("net_change", "stability", "Scheibe et al., 1975", ANY, NO_PAIRS, stability.net_change),
    Measure("wilcoxon_p", "stability", "Wilcoxon, 1945", ANY, NO_CHANGE, stability.wilcoxon_p),
)

PANEL: tuple[PanelMeasure, ...] = (
    Measure(
        "kendall_w",
        "panel",
        "Kendall and Babington Smith, 1939",
        ANY,
        coefficients.TOO_FEW_COMPLETE,
        coefficients.kendall_w,
    ),
    Measure(
        "alpha_ordinal",
        "panel",
        "Krippendorff, 2011",
        ANY,
        coefficients.NO_PAIRS,
        coefficients.alpha_ordinal,
    ),
    Measure(
        "alpha_interval",
        "panel",
        "Krippendorff, 2011",
        ANY,
        coefficients.NO_PAIRS,
        coefficients.alpha_interval,
    ),
)
