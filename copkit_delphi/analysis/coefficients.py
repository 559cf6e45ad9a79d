"""Agreement of a whole panel: Kendall's W and Krippendorff's alpha."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.ranks import ranked
from copkit_delphi.analysis.sample import Floats, count
from copkit_delphi.domain.errors import N_

COMPLETE = N_("complete agreement")
TOO_FEW_COMPLETE = N_("fewer than two panellists rated all items")
ONE_ITEM = N_("one item cannot be ranked")
ALL_ALIKE = N_("each panellist rated all items alike")
NO_PAIRS = N_("no item has two ratings")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient, or None with the reason; ``panellists`` tells how many it rests on."""

    value: float | None
    reason: str | None = None
    panellists: int = 0


def kendall_w(values: Floats) -> Coefficient:
    """Return Kendall's W with ties (Kendall and Babington Smith, 1939) of ratings P x I.

    Over the panellists who rated every item that anyone rated. W = S / (m * sum of the squared rank
    deviations of each panellist), which is 12 S / (m^2 (n^3 - n) - m T) with the tie correction T.
    """
    rated = values[:, ~np.isnan(values).all(axis=0)]
    complete = rated[~np.isnan(rated).any(axis=1)] if rated.shape[1] else rated[:0]
    panellists, items = complete.shape
    if panellists < 2:
        return Coefficient(None, TOO_FEW_COMPLETE, panellists)
    if items < 2:
        return Coefficient(None, ONE_ITEM, panellists)
    return _concordance(complete)


def _concordance(complete: Floats) -> Coefficient:
    panellists, items = complete.shape
    deviations = ranked(complete, axis=1) - (items + 1) / 2
    within = float((deviations**2).sum())
    if within == 0:
        return Coefficient(None, COMPLETE if np.ptp(complete) == 0 else ALL_ALIKE, panellists)
    between = float((deviations.sum(axis=0) ** 2).sum())
    return Coefficient(between / (panellists * within), None, panellists)


def alpha_interval(values: Floats) -> Coefficient:
    """Return Krippendorff's alpha with the interval difference (Krippendorff, 2011) of ratings P x I.

    The coincidences of a pair of ratings never have to be listed: within an item of m ratings their
    squared differences sum to 2 m times the squared deviations from the item's mean.
    """
    return _alpha(values, _pairable(values), ranked=False)


def alpha_ordinal(values: Floats) -> Coefficient:
    """Return Krippendorff's alpha with the ordinal difference (Krippendorff, 2011) of ratings P x I.

    The ordinal difference of two values is the distance of their mid-ranks among all pairable
    ratings, so that this is the interval alpha of mid-ranks.
    """
    return _alpha(values, _pairable(values), ranked=True)


def _pairable(values: Floats) -> NDArray[np.bool_]:
    rated = ~np.isnan(values)
    return rated & (count(rated) >= 2)


def _alpha(values: Floats, pairable: NDArray[np.bool_], *, ranked: bool) -> Coefficient:
    pooled = values[pairable]
    if not pooled.size:
        return Coefficient(None, NO_PAIRS)
    if np.ptp(pooled) == 0:
        return Coefficient(None, COMPLETE)
    scores = np.zeros_like(values)
    scores[pairable] = _mid_ranks(pooled) if ranked else pooled
    return Coefficient(1.0 - _observed(scores, pairable) / _expected(scores[pairable]))


def _observed(scores: Floats, pairable: NDArray[np.bool_]) -> float:
    kept = pairable.any(axis=0)
    scores, pairable = scores[:, kept], pairable[:, kept]
    m = count(pairable)
    deviations = np.where(pairable, scores - scores.sum(axis=0) / m, 0.0)
    return float((m * (deviations**2).sum(axis=0) / (m - 1)).sum() / m.sum())


def _expected(scores: Floats) -> float:
    return float(((scores - scores.mean()) ** 2).sum() / (len(scores) - 1))


def _mid_ranks(pooled: Floats) -> Floats:
    """Rank by counting where the values are few whole numbers, which is a hundred times faster than sorting."""
    low = pooled.min()
    codes = (pooled - low).astype(np.int64)
    if np.ptp(pooled) > 1000 or not np.array_equal(codes, pooled - low):
        return ranked(pooled)
    counts = np.bincount(codes)
    return np.asarray((np.cumsum(counts) - counts / 2)[codes], dtype=np.float64)
