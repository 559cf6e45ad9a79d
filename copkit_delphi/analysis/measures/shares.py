"""Shares of ratings within a range: of the panel, with its interval, and balanced over groups."""

from __future__ import annotations

import math

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, SHARE, Measure
from copkit_delphi.analysis.measures.spread import median
from copkit_delphi.analysis.results import Share
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, count, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import thresholds_for

Z95 = 1.959963984540054


def bounds(sample: Sample) -> tuple[Floats, Floats]:
    """Return the range counted as agreement per item.

    That is the range of the sample's criterion, else the scale's tolerance around the unrounded median.
    """
    criterion = sample.criterion
    if criterion.low is not None and criterion.high is not None:
        size = len(sample.scales)
        return np.full(size, criterion.low), np.full(size, criterion.high)
    centre = median(sample)
    tolerance = np.array([thresholds_for(scale).percent_agreement for scale in sample.scales])
    return centre - tolerance, centre + tolerance


def inside(sample: Sample, low: Floats, high: Floats) -> Ints:
    """Return how many ratings of each item lie in ``low`` to ``high``, both included."""
    slack = SLACK * np.array([scale.range for scale in sample.scales])
    held = (sample.values >= low - slack) & (sample.values <= high + slack)
    return count(held)


def share_inside(sample: Sample) -> Floats:
    """Return the percent agreement of each item as a share, 0 to 1 (Diamond et al., 2014); NaN without ratings.

    >>> share_inside(item(1, 5, 5, 5))
    array([0.75])
    """
    return divide(inside(sample, *bounds(sample)), sample.n)


def wilson(share: float, n: int) -> Share:
    """Return ``share`` of ``n`` ratings with its 95 % score interval (Wilson, 1927)."""
    square = Z95 * Z95
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return Share(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def balanced(shares: Floats, n: Ints, minimum: int) -> Floats:
    """Return the mean of group shares, each group counting the same, per item.

    ``shares`` and ``n`` are G x I; groups with fewer than ``minimum`` ratings do not count. NaN where
    no group counts. Post-stratification with equal weights (Holt and Smith, 1979).
    """
    counts = n >= minimum
    return divide(np.where(counts, shares, 0.0).sum(axis=0), counts.sum(axis=0))


_LIMITS = ("share", "ci_low", "ci_high")
MEASURES = (
    Measure(
        "percent_agreement",
        "item",
        N_("Percent agreement"),
        "Diamond et al., 2014; interval: Wilson, 1927",
        "share of ratings in the range of the criterion, else within the scale's tolerance of the median; (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)",
        N_("The most usual definition of consensus; fix range and threshold before round 1."),
        N_("Not alone: it is blind to where the others stand."),
        N_("Of the ratings given; “cannot judge” is reported beside it."),
        share_inside,
        ("percent_agreement__delphi_rounds",),
        undefined=(NO_RATINGS,),
        schema={"type": "object", "properties": dict.fromkeys(_LIMITS, SHARE), "required": list(_LIMITS)},
        convention=N_("75 % (the median threshold of 25 studies in Diamond et al., 2014): a convention."),
    ),
)
