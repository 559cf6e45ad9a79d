"""Shares of ratings within a range, with their interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS, ORDINAL, SHARE, Figures, Measure
from copkit_delphi.analysis.measures.spread import median
from copkit_delphi.analysis.reasons import rows
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


def lie_inside(sample: Sample, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Return which ratings (P x I) lie in ``low`` to ``high``, both included."""
    slack = SLACK * np.array([scale.range for scale in sample.scales])
    return np.asarray((sample.values >= low - slack) & (sample.values <= high + slack))


def inside(sample: Sample, low: Floats, high: Floats) -> Ints:
    """Return how many ratings of each item lie in ``low`` to ``high``, both included."""
    return count(lie_inside(sample, low, high))


def share_inside(sample: Sample) -> Floats:
    """Return the percent agreement of each item as a share, 0 to 1 (Diamond et al., 2014); NaN without ratings.

    >>> share_inside(item(1, 5, 5, 5))
    array([0.75])
    """
    return divide(inside(sample, *bounds(sample)), sample.n)


def wilson_bounds(shares: Floats, n: Ints | Floats) -> tuple[Floats, Floats]:
    """Return the 95 % score interval (Wilson, 1927) of each of ``shares`` (0 to 1) of ``n`` ratings; NaN where n is 0.

    >>> low, high = wilson_bounds(np.array([0.5]), np.array([10]))
    >>> low.round(4), high.round(4)
    (array([0.2366]), array([0.7634]))
    """
    square = Z95 * Z95
    n = np.where(np.asarray(n) > 0, n, np.nan)
    centre = (shares + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * np.sqrt(shares * (1 - shares) / n + square / (4 * n * n))
    return np.maximum(0.0, np.minimum(shares, centre - half)), np.minimum(
        1.0, np.maximum(shares, centre + half)
    )


def wilson(share: float, n: int) -> Share:
    """Return ``share`` of ``n`` ratings with its 95 % score interval (Wilson, 1927)."""
    low, high = wilson_bounds(np.array([share]), np.array([n]))
    return Share(share, float(low[0]), float(high[0]))


def boxes(sample: Sample, points: int = 2, *, top: bool = True) -> Figures:
    """Return the share of ratings on the ``points`` highest (else lowest) points of each item, with its Wilson interval.

    One object an item: ``share``, ``ci_low``, ``ci_high``, 0 to 1. Ordinal scales only.

    >>> boxes(item(1, 4, 5, 5)).values[0]["share"]
    0.75
    """
    held = np.full(len(sample.scales), np.nan)
    for one in sample.categories:
        held[one.items] = one.counts[:, -points:].sum(axis=1) if top else one.counts[:, :points].sum(axis=1)
    share = divide(held, sample.n)
    low, high = wilson_bounds(share, sample.n)
    columns = {"share": share.tolist(), "ci_low": low.tolist(), "ci_high": high.tolist()}
    return rows(columns, {NEEDS_ORDINAL: np.isnan(held), NO_RATINGS: sample.n == 0}, len(held))


def weighted_share(values: Floats, weights: Floats, low: float, high: float) -> Floats:
    """Return the weight of the ratings in ``low`` to ``high`` over that of all ratings, per item, 0 to 1.

    ``values`` and ``weights`` are P x I; a rating without a weight (NaN) does not count; NaN where nothing counts.
    Raises ``ValueError`` for a negative weight.

    >>> weighted_share(matrix([[1], [5]]), matrix([[1], [3]]), 4, 5)
    array([0.75])
    """
    counts = ~(np.isnan(values) | np.isnan(weights))
    if (weights[counts] < 0).any():
        raise ValueError("a weight is not negative")
    held = counts & (values >= low - SLACK) & (values <= high + SLACK)
    total = np.where(counts, weights, 0.0).sum(axis=0)
    return divide(np.where(held, weights, 0.0).sum(axis=0), total)


@dataclass(frozen=True, slots=True, eq=False)
class Apmo:
    """The cut-off of a round, and per item the shares that agree and disagree and whether the larger one reaches it."""

    cutoff: float
    agree: Floats
    disagree: Floats
    consensus: NDArray[np.bool_]


def apmo(sample: Sample, agree_from: float, disagree_to: float) -> Apmo:
    """Return the average percent of majority opinions of a round (Kapoor, 1987), 0 to 1, and which items reach it.

    A rating agrees from ``agree_from`` up and disagrees down from ``disagree_to``; what lies between is an opinion
    without a side. NaN without ratings. No item reaches a cut-off of 0: nothing has a majority then.

    >>> round(apmo(panel([[4, 1, 4], [4, 2, 1], [3, 1, 4], [4, 4, 1]], "1:4"), 3, 2).cutoff, 4)
    0.5833
    """
    slack = SLACK * np.array([scale.range for scale in sample.scales])
    agree, disagree = count(sample.values >= agree_from - slack), count(sample.values <= disagree_to + slack)
    larger = np.maximum(agree, disagree)
    cutoff = divide(larger[2 * larger > sample.n].sum(), sample.n.sum())[()]
    shares = divide(agree, sample.n), divide(disagree, sample.n)
    reached = (np.maximum(*shares) >= cutoff - SLACK) & (cutoff > 0)
    return Apmo(float(cutoff), *shares, reached)


_LIMITS = ("share", "ci_low", "ci_high")
_SHARE_WITH_LIMITS = {
    "type": "object",
    "properties": dict.fromkeys(_LIMITS, SHARE),
    "required": list(_LIMITS),
}
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
        schema=_SHARE_WITH_LIMITS,
        convention=N_("75 % (the median threshold of 25 studies in Diamond et al., 2014): a convention."),
    ),
    Measure(
        "boxes",
        "library",
        N_("Top and bottom boxes"),
        "Giannarou and Zervas, 2014; interval: Wilson, 1927",
        "share of ratings on the highest (lowest) points; interval as for percent agreement",
        N_("To say how many chose the strongest answers, and how sure that share is."),
        N_("Not with boxes chosen after the answers are known."),
        N_("Of the ratings given."),
        boxes,
        (
            "derivation: a box is a range that ends at the end of the scale, so that percent_agreement__delphi_rounds holds it",
        ),
        undefined=(NEEDS_ORDINAL, NO_RATINGS),
        scales=ORDINAL,
        schema=_SHARE_WITH_LIMITS,
        convention=N_("51 % in the top boxes (Giannarou and Zervas, 2014): a convention."),
        options={"points": 2, "top": True},
    ),
    Measure(
        "weighted_share",
        "library",
        N_("Weighted share in a range"),
        "Holt and Smith, 1979",
        "sum(w over ratings in range) / sum(w)",
        N_("Where a study states weights in advance, for example one vote a group."),
        N_("Not with weights made after the answers are known."),
        N_("Ratings and weights must both be there; what has no weight does not count."),
        weighted_share,
        ("derivation: with whole weights it is the plain share of the ratings written out w times",),
        undefined=(NO_RATINGS,),
        schema=SHARE,
    ),
    Measure(
        "apmo",
        "library",
        N_("Average percent of majority opinions"),
        "Kapoor, 1987, as in von der Gracht, 2012",
        "(majority agreements + majority disagreements) / all opinions; an item passes when its larger side reaches it",
        N_("Where a study takes its threshold from the data rather than from a book."),
        N_("Not as an absolute standard: a divided panel sets itself a low bar."),
        N_("Of the ratings given; an item without ratings adds nothing."),
        apmo,
        ("apmo__delphi_round2",),
        undefined=(NO_RATINGS,),
        schema=SHARE,
    ),
)
