"""Location and spread of each item, and the columns of its distribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, ONE_RATING, Measure
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale

TENTHS = 10


def quantile(sample: Sample, p: float) -> Floats:
    """Return the ``p`` quantile (0 to 1) of each item by type 7 (Hyndman and Fan, 1996); NaN without ratings."""
    position = np.maximum(sample.n - 1, 0) * p
    lower = np.floor(position).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(sample.n - 1, 0))
    low = np.take_along_axis(sample.ordered, lower[None, :], axis=0)[0]
    high = np.take_along_axis(sample.ordered, upper[None, :], axis=0)[0]
    return between(low, high, position - lower)


def between(low: Floats, high: Floats, part: Floats | float) -> Floats:
    """Return what lies a ``part`` (0 to 1) of the way from ``low`` to ``high``.

    From the nearer end, as numpy does: 90 stays 90 and does not become 89.999...
    """
    found = np.where(np.less(part, 0.5), low + (high - low) * part, high - (high - low) * (1 - part))
    return np.asarray(found, dtype=np.float64)


def median(sample: Sample) -> Floats:
    """Return the median of each item.

    >>> median(item(1, 2, 2, 9, scale="1:9"))
    array([2.])
    """
    return quantile(sample, 0.5)


def q1(sample: Sample) -> Floats:
    """Return the lower quartile of each item.

    >>> q1(item(1, 2, 2, 9, scale="1:9"))
    array([1.75])
    """
    return quantile(sample, 0.25)


def q3(sample: Sample) -> Floats:
    """Return the upper quartile of each item.

    >>> q3(item(1, 2, 2, 9, scale="1:9"))
    array([3.75])
    """
    return quantile(sample, 0.75)


def iqr(sample: Sample) -> Floats:
    """Return the width of the middle half of each item.

    >>> iqr(item(1, 2, 2, 9, scale="1:9"))
    array([2.])
    """
    return q3(sample) - q1(sample)


def p05(sample: Sample) -> Floats:
    """Return the 5th percentile of each item.

    >>> p05(item(0, 100, scale="0:100"))
    array([5.])
    """
    return quantile(sample, 0.05)


def p95(sample: Sample) -> Floats:
    """Return the 95th percentile of each item.

    >>> p95(item(0, 100, scale="0:100"))
    array([95.])
    """
    return quantile(sample, 0.95)


def mean(sample: Sample) -> Floats:
    """Return the arithmetic mean of each item.

    >>> mean(item(1, 2, None))
    array([1.5])
    """
    return divide(np.nansum(sample.values, axis=0), sample.n)


def sd(sample: Sample) -> Floats:
    """Return the standard deviation of each item with n - 1; NaN below two ratings.

    >>> sd(item(1, 2, 3))
    array([1.])
    """
    squares = np.nansum((sample.values - mean(sample)) ** 2, axis=0)
    return np.sqrt(divide(squares, np.where(sample.n > 1, sample.n - 1, 0)))


def bins(scale: Scale) -> tuple[tuple[float, float], ...]:
    """Return the columns of a distribution: the points of an ordinal scale, else tenths of the range.

    On 0:100, and where tenths are whole numbers of a scale of whole steps, a column names the whole
    numbers it holds, ``(0, 9)``; elsewhere it names its edges, the upper one belonging to the next.
    """
    if scale.points:
        return tuple((scale.low + point, scale.low + point) for point in range(scale.points))
    width = scale.range / TENTHS
    whole = width == int(width) and (scale.step == 1 or scale.range == 100)
    edges = [scale.low + width * tenth for tenth in range(TENTHS)]
    return (*((low, low + width - whole) for low in edges[:-1]), (edges[-1], float(scale.high)))


def bin_counts(values: Floats, scale: Scale) -> Ints:
    """Return how many of ``values`` (without NaN) fall into each column of ``scale``."""
    count = len(bins(scale))
    width = 1.0 if scale.points else scale.range / TENTHS
    index = np.floor((values - scale.low) / width + SLACK).astype(np.int64)
    return np.bincount(np.clip(index, 0, count - 1), minlength=count)


def histogram(values: Floats, scale: Scale) -> tuple[tuple[float, float, int], ...]:
    """Return the columns of one item's ratings as (low, high, count)."""
    counts = bin_counts(values[~np.isnan(values)], scale)
    return tuple((low, high, int(count)) for (low, high), count in zip(bins(scale), counts, strict=True))


def _quantile_measure(name: str, title: str, compute: Callable[[Sample], Floats], use: str) -> Measure:
    return Measure(
        name,
        "item",
        title,
        "Hyndman and Fan, 1996, type 7",
        "h = (n - 1) p + 1; x[h] with linear interpolation between neighbours",
        use,
        N_(
            "Not with fewer than five ratings. Other programs use other rules (SPSS type 6), which can change a width by a point."
        ),
        N_("Over the ratings given; “cannot judge” and gaps are left out."),
        compute,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
    )


MEASURES = (
    _quantile_measure("median", N_("Median"), median, N_("The panel's answer on any scale.")),
    _quantile_measure("q1", N_("Lower quartile"), q1, N_("Where the middle half begins.")),
    _quantile_measure("q3", N_("Upper quartile"), q3, N_("Where the middle half ends.")),
    _quantile_measure(
        "iqr", N_("Middle half"), iqr, N_("How far the panel is apart: the default criterion.")
    ),
    _quantile_measure("p05", N_("5th percentile"), p05, N_("How far down the lowest answers reach.")),
    _quantile_measure("p95", N_("95th percentile"), p95, N_("How far up the highest answers reach.")),
    Measure(
        "mean",
        "item",
        N_("Mean"),
        "von der Gracht, 2012",
        "sum(x) / n",
        N_("For probabilities and quantities, beside the median."),
        N_("Not for ordinal answers as a headline: the distances between points are not known."),
        N_("Over the ratings given."),
        mean,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
    ),
    Measure(
        "sd",
        "item",
        N_("Standard deviation"),
        "von der Gracht, 2012",
        "sqrt(sum((x - mean)^2) / (n - 1))",
        N_("To compare with studies that report it."),
        N_("Not for skewed or ordinal answers: one distant answer can double it."),
        N_("Over the ratings given; at least two."),
        sd,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(ONE_RATING,),
        convention=N_("Below 1.5 on short scales (Giannarou and Zervas, 2014): a convention."),
    ),
)
