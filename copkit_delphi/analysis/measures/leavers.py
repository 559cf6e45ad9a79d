"""Leavers against stayers on one item: how far apart they rated, and what the leavers could have changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import Measure
from copkit_delphi.analysis.measures.spread import between
from copkit_delphi.analysis.measures.two_groups import Z95
from copkit_delphi.analysis.sample import Floats, Ints, count, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale

NO_SPREAD = N_("leavers and stayers do not differ among themselves")


def hedges_g(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the standardised mean difference of a over b per item, and its 95 % interval (rows x I, NaN = none).

    d (1 - 3 / (4 df - 1)) with the pooled deviation, df = n_a + n_b - 2 (Hedges, 1981); interval: Hedges and
    Olkin (1985). NaN without ratings on a side, or where nobody differs within the sides.

    >>> g, low, high = hedges_g(matrix([[7], [8], [9]]), matrix([[4], [5], [6]]))
    >>> g
    array([2.4])
    """
    n_a, n_b = count(~np.isnan(a)), count(~np.isnan(b))
    mean_a, mean_b = divide(np.nansum(a, axis=0), n_a), divide(np.nansum(b, axis=0), n_b)
    squares = np.nansum((a - mean_a) ** 2, axis=0) + np.nansum((b - mean_b) ** 2, axis=0)
    df = np.maximum(n_a + n_b - 2, 0)
    d = divide(mean_a - mean_b, np.sqrt(divide(squares, df)))
    g = d * (1 - divide(np.full(len(df), 3.0), 4 * df - 1))
    n = (n_a + n_b).astype(np.float64)
    error = np.sqrt(divide(n, n_a * n_b) + divide(g**2, 2 * n))
    return g, g - Z95 * error, g + Z95 * error


def agreement_bounds(inside: Ints, n: Ints, gone: Ints) -> tuple[Floats, Floats]:
    """Return the lowest and highest share of agreement had ``gone`` people also rated, per item (Manski, 1990).

    a / (n + d) if all of them disagreed, (a + d) / (n + d) if all agreed.

    >>> agreement_bounds(np.array([8]), np.array([10]), np.array([2]))
    (array([0.6667]), array([0.8333]))
    """
    return divide(inside, n + gone), divide(inside + gone, n + gone)


@dataclass(frozen=True, slots=True)
class Width:
    """A middle half as people see it: as it is, and the narrowest and widest that leavers could have made it."""

    now: float
    low: float
    high: float


def width_bounds(ratings: Floats, gone: int, scale: Scale) -> Width:
    """Return the width of the middle half of ``ratings`` (without NaN, at least one) and its bounds (Manski, 1990).

    Never narrower than the lowest upper quartile less the highest lower one. Widest if they had split over both
    ends of the scale: a quartile distance has its largest value there, since it falls and then rises in each rating.

    >>> from copkit_delphi.domain.scale import Scale
    >>> width_bounds(np.array([5.0, 5, 5, 6, 6]), 2, Scale(1, 9))
    Width(now=1.0, low=1.0, high=3.0)
    """
    ordered = np.sort(ratings)
    ends = np.concatenate((np.full(gone, scale.low), ordered, np.full(gone, scale.high)))
    # One window of n + gone for each number at the low end that is left out.
    q1, q3 = _quartiles(ends, len(ordered) + gone, scale)
    ((now_q1,), (now_q3,)) = _quartiles(ordered, len(ordered), scale)
    return Width(float(now_q3 - now_q1), max(0.0, float(q3[0] - q1[-1])), float((q3 - q1).max()))


def _quartiles(ordered: Floats, size: int, scale: Scale) -> Floats:
    """Return both quartiles (type 7, 2 x windows) of each ``size`` neighbours of sorted ratings as people see them."""
    windows = np.arange(len(ordered) - size + 1)
    found = np.array([_quantile(ordered, windows, (size - 1) * p) for p in (0.25, 0.75)])
    distinct, place = np.unique(found, return_inverse=True)  # few: each is rounded once
    return np.array([scale.rounded(value) for value in distinct.tolist()])[place.reshape(found.shape)]


def _quantile(ordered: Floats, windows: Ints, position: float) -> Floats:
    """Return what stands at ``position`` of each window, which is sorted as the whole is."""
    lower, upper = int(np.floor(position)), int(np.ceil(position))
    return between(ordered[windows + lower], ordered[windows + upper], position - lower)


_PROOF = ("attrition__three_groups",)
_MISSING = N_(
    "Leavers are those who rated the item in the earlier round and neither rated nor could not judge it in the later."
)
MEASURES = (
    Measure(
        "hedges_g",
        "library",
        N_("Standardised mean difference (Hedges' g)"),
        "Hedges, 1981; interval: Hedges and Olkin, 1985",
        "g = (mean_a - mean_b) / s_pooled (1 - 3 / (4 df - 1)); g -+ z sqrt((n_a + n_b) / (n_a n_b) + g^2 / (2 (n_a + n_b)))",
        N_("How far leavers and stayers were apart, in standard deviations."),
        N_("Not for ordinal answers as a headline; read Cliff's delta beside it."),
        _MISSING,
        hedges_g,
        _PROOF,
        undefined=(NO_SPREAD,),
        convention=N_("|g| above 0.5 (Cohen, 1988, medium): a convention."),
    ),
    Measure(
        "agreement_bounds",
        "library",
        N_("Worst and best case of percent agreement"),
        "Manski, 1990",
        "a / (n + d) to (a + d) / (n + d)",
        N_("Whether a verdict could be another one had nobody left."),
        N_("Not as an estimate: it assumes nothing about those who left."),
        _MISSING,
        agreement_bounds,
        ("derivation: counting all leavers as disagreeing, then as agreeing",),
        schema={"type": "number", "minimum": 0, "maximum": 1},
    ),
    Measure(
        "width_bounds",
        "library",
        N_("Worst and best case of the middle half"),
        "Manski, 1990",
        "lowest Q3 less highest Q1, to the largest Q3 - Q1 over all splits of d ratings between both ends of the scale",
        N_("Whether a verdict by the middle half could be another one had nobody left."),
        N_("Not as an estimate: it assumes nothing about those who left."),
        _MISSING,
        width_bounds,
        ("derivation: the width is quasi-convex in each rating; checked against all placements",),
        schema={"type": "number", "minimum": 0},
    ),
)
