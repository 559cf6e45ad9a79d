"""Location and spread of each item, and the columns of its distribution."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, divide
from copkit_delphi.domain.scale import Scale

TENTHS = 10


def quantile(sample: Sample, p: float) -> Floats:
    """Return the ``p`` quantile (0 to 1) of each item by type 7 (Hyndman and Fan, 1996); NaN without ratings."""
    position = np.maximum(sample.n - 1, 0) * p
    lower = np.floor(position).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(sample.n - 1, 0))
    low = np.take_along_axis(sample.ordered, lower[None, :], axis=0)[0]
    high = np.take_along_axis(sample.ordered, upper[None, :], axis=0)[0]
    part = position - lower
    # From the nearer end, as numpy does: 90 stays 90 and does not become 89.999...
    found = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    return np.asarray(found, dtype=np.float64)


def median(sample: Sample) -> Floats:
    """Return the median of each item."""
    return quantile(sample, 0.5)


def q1(sample: Sample) -> Floats:
    """Return the lower quartile of each item."""
    return quantile(sample, 0.25)


def q3(sample: Sample) -> Floats:
    """Return the upper quartile of each item."""
    return quantile(sample, 0.75)


def iqr(sample: Sample) -> Floats:
    """Return the width of the middle half of each item."""
    return q3(sample) - q1(sample)


def p05(sample: Sample) -> Floats:
    """Return the 5th percentile of each item."""
    return quantile(sample, 0.05)


def p95(sample: Sample) -> Floats:
    """Return the 95th percentile of each item."""
    return quantile(sample, 0.95)


def mean(sample: Sample) -> Floats:
    """Return the arithmetic mean of each item."""
    return divide(np.nansum(sample.values, axis=0), sample.n)


def sd(sample: Sample) -> Floats:
    """Return the standard deviation of each item with n - 1; NaN below two ratings."""
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
