"""One peak or two, and whether the panel is split along its groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.dip import DRAWS, FEWEST, SEED, Points, dips, p_of, points_of
from copkit_delphi.analysis.measure import COMPLETE, NO_RATINGS, NUMBER, SHARE, Figures, Measure
from copkit_delphi.analysis.measures.spread import mean
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Ints, Sample, count, divide
from copkit_delphi.domain.errors import N_

TOO_FEW = N_("fewer than four ratings")
ONE_GROUP = N_("fewer than two groups rated this item")
UNIFORM = 5 / 9  # the coefficient of the uniform distribution
AT_ONCE = 500_000  # ratings off whole points whose dips are looked for together: about 60 MB


def unanimous(sample: Sample) -> NDArray[np.bool_]:
    """Return which items have ratings that are all the same."""
    last = np.maximum(sample.n - 1, 0)
    highest = np.take_along_axis(sample.ordered, last[None, :], axis=0)[0]
    return np.asarray((sample.n > 0) & (highest == sample.ordered[0]))


def _continuous(sample: Sample) -> Ints:
    return np.array([place for place, scale in enumerate(sample.scales) if not scale.points], dtype=np.int64)


def bimodality_coefficient(sample: Sample) -> Figures:
    """Return the bimodality coefficient of each item (Pfister et al., 2013), above 0, with reasons.

    In large panels a uniform distribution has 5/9, a normal one 1/3 and two equal points 1; in small ones less.

    >>> bimodality_coefficient(item(1, 1, 2, 1, 9, 8, 9, 9, scale="1:9")).values.round(3)
    array([0.456])
    """
    n = np.where((sample.n >= FEWEST) & ~unanimous(sample), sample.n, np.nan)
    second, third, fourth = _moments(sample)
    skewness = third / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    kurtosis = ((n + 1) * (fourth / second**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    found = (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    cases = {NO_RATINGS: sample.n == 0, TOO_FEW: sample.n < FEWEST, COMPLETE: unanimous(sample)}
    return explained(found, cases)


def _moments(sample: Sample) -> Floats:
    """Return the second to fourth central moments of each item, 3 x I; NaN where they are of no use."""
    found = np.full((3, len(sample.scales)), np.nan)
    for one in sample.categories:
        points = np.arange(one.counts.shape[1])
        centre = divide(one.counts @ points, one.counts.sum(axis=1))
        found[:, one.items] = _powers(points - centre[:, None], one.counts)
    items = _continuous(sample)
    if items.size:
        away = (sample.values[:, items] - mean(sample)[items]).T
        found[:, items] = _powers(
            np.where(np.isnan(away), 0.0, away), np.asarray(~np.isnan(away), dtype=np.int64)
        )
    found[:, unanimous(sample)] = np.nan
    return found


def _powers(away: Floats, counts: Ints) -> Floats:
    square = away * away
    n = counts.sum(axis=1)
    return np.array(
        [divide((power * counts).sum(axis=1), n) for power in (square, square * away, square * square)]
    )


def hartigan_dip(ratings: Sequence[float] | Floats) -> float:
    """Return the dip of one item's ratings (Hartigan and Hartigan, 1985), 1 / 2n to 1/4; NaN where there are none.

    >>> hartigan_dip([1, 1, 1, 9, 9, 9])
    0.25
    """
    values = np.asarray(ratings, dtype=np.float64)
    found, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    if not found.size:
        return math.nan
    return float(dips(points_of(found, counts, np.zeros(len(found), dtype=np.int64), 1))[0])


def dip_p(sample: Sample) -> Figures:
    """Return the p of Hartigan's dip test of each item (Hartigan and Hartigan, 1985), above 0 to 1, with reasons.

    How probable a dip at least as large is among as many ratings from a uniform distribution.

    >>> dip_p(item(1, 1, 2, 1, 2, 2, 9, 8, 9, 9, 8, 9, scale="0:100")).values[0] < 0.01
    np.True_
    """
    found = np.full(len(sample.scales), np.nan)
    for items, points in _parts(sample, np.flatnonzero(sample.n >= FEWEST)):
        found[items] = p_of(dips(points), points.n)
    return explained(found, {NO_RATINGS: sample.n == 0, TOO_FEW: sample.n < FEWEST})


def _parts(sample: Sample, enough: Ints) -> Iterator[tuple[Ints, Points]]:
    """Return the items with ratings ``enough``, and their distinct values: from counts, else from the sorted ratings."""
    for one in sample.categories:
        kept = np.isin(one.items, enough)
        if kept.any():
            owner, point = np.nonzero(one.counts[kept])
            counts = one.counts[kept][owner, point]
            yield one.items[kept], points_of(point.astype(np.float64), counts, owner, int(kept.sum()))
    items = np.intersect1d(_continuous(sample), enough)
    for some in np.array_split(items, len(items) * len(sample.ordered) // AT_ONCE + 1):
        if some.size:
            yield some, _distinct(sample.ordered[:, some].T)


def _distinct(ordered: Floats) -> Points:
    """Return the distinct values of each row of ``ordered``, which ends with NaN."""
    new = ~np.isnan(ordered)
    new[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    owner, place = np.nonzero(new)
    ends = np.count_nonzero(~np.isnan(ordered), axis=1)
    following = np.append(place[1:], 0)
    last = np.append(owner[1:] != owner[:-1], True)
    counts = np.where(last, ends[owner], following) - place
    return points_of(ordered[owner, place], counts, owner, len(ordered))


def between_group_share(sample: Sample) -> Figures:
    """Return which share of an item's variance lies between the groups (eta squared; Fisher, 1925), 0 to 1, with reasons.

    >>> between_group_share(item(1, 2, 4, 5, groups="aabb")).values
    array([0.9])
    """
    rated = ~np.isnan(sample.values)
    away = np.where(rated, sample.values - mean(sample), 0.0)
    order, starts = _by_group(sample)
    # Sums of sorted rows rather than a product of matrices: no threads to wait for on a busy machine.
    sums = np.add.reduceat(away[order], starts, axis=0)
    sizes = np.add.reduceat(rated[order], starts, axis=0, dtype=np.int64)
    between = np.nansum(divide(sums**2, sizes), axis=0)
    within = (away * away).sum(axis=0)
    cases = {NO_RATINGS: sample.n == 0, ONE_GROUP: count(sizes > 0) < 2, COMPLETE: unanimous(sample)}
    return explained(np.minimum(divide(between, within), 1.0), cases)


def _by_group(sample: Sample) -> tuple[Ints, Ints]:
    """Return the rows in order of their groups, and where each group begins; all are one where there are none."""
    if not sample.groups:
        return np.arange(len(sample.values)), np.zeros(1, dtype=np.int64)
    _, codes = np.unique(np.array(sample.groups), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    return order, np.flatnonzero(np.diff(codes[order], prepend=-1))


def ashman_d(mean_1: float, sd_1: float, mean_2: float, sd_2: float) -> float:
    """Return how far two parts lie apart in units of their spread (Ashman, Bird and Zepf, 1994), 0 and up.

    Infinite where neither part has any spread. Raises ``ValueError`` where they also share their mean.

    >>> ashman_d(2, 1, 7, 1)
    5.0
    """
    spread = math.hypot(sd_1, sd_2)
    if spread == 0:
        if mean_1 == mean_2:
            raise ValueError("both parts are the same point")
        return math.inf
    # Divided first: the root of two halves the rounding of whole spreads.
    return abs(mean_1 - mean_2) / (spread / math.sqrt(2))


_BIMODAL = ("bimodality__bim", "bimodality__prob")
MEASURES = (
    Measure(
        "bimodality_coefficient",
        "item",
        N_("Bimodality coefficient"),
        "Pfister et al., 2013, after SAS",
        "(g1^2 + 1) / (g2 + 3 (n - 1)^2 / ((n - 2) (n - 3))), skewness g1 and excess kurtosis g2 of type 2",
        N_("A first hint of two peaks, to be looked at beside the distribution."),
        N_(
            "Not alone: a single peak with a long tail raises it as two peaks do, and so does one distant answer. In a panel of ten two clear camps stay below the usual threshold."
        ),
        N_("Over the ratings given; at least four."),
        bimodality_coefficient,
        _BIMODAL,
        undefined=(NO_RATINGS, TOO_FEW, COMPLETE),
        schema={**NUMBER, "minimum": 0},
        convention=N_(
            "Above 5/9, the value of the uniform distribution, hints at two peaks (Pfister et al., 2013): a convention."
        ),
    ),
    Measure(
        "dip_p",
        "item",
        N_("Dip test for more than one peak"),
        "Hartigan and Hartigan, 1985",
        "dip = sup |F - G| for the nearest G with one peak; p = share of uniform samples of the same size with at least that dip",
        N_("Whether a distribution of probabilities or quantities has more than one peak."),
        N_(
            "Not on scales of few points: answers that share a point count as peaks, and from about 20 ratings on a panel with one plain peak falls below 0.05 as a rule. There read van der Eijk's A and the camps. A small panel keeps a large p whatever it thinks."
        ),
        N_("Over the ratings given; at least four."),
        dip_p,
        _BIMODAL,
        undefined=(NO_RATINGS, TOO_FEW),
        schema=SHARE,
        options={"seed": SEED, "draws": DRAWS},
    ),
    Measure(
        "hartigan_dip",
        "library",
        N_("Hartigan's dip"),
        "Hartigan and Hartigan, 1985",
        "sup |F - G| for the nearest distribution G with one peak",
        N_("To repeat a published dip; its p says what it means."),
        N_("Not to compare panels of different size: it shrinks with the number of ratings."),
        N_("Over the ratings given."),
        hartigan_dip,
        _BIMODAL,
        undefined=(NO_RATINGS,),
        schema={**NUMBER, "minimum": 0, "maximum": 0.25},
    ),
    Measure(
        "between_group_share",
        "item",
        N_("Share of the variance between groups"),
        "Fisher, 1925",
        "SSB / SST = sum_g n_g (mean_g - mean)^2 / sum (x - mean)^2",
        N_("Beside agreement: a split along the groups (near 1) or across all of them (near 0)."),
        N_(
            "Not with groups of one or two: each then explains itself, and the share is high by chance. Two groups that split inside alike give 0 however divided they are, and one distant answer in a small group can make most of it."
        ),
        N_("Over the ratings given, by panellists' groups."),
        between_group_share,
        (
            "derivation: 0 when every group has the same mean, 1 when each group is of one mind and they differ, and 0.9 for 1, 2 against 4, 5: SSB 9, SST 10",
        ),
        undefined=(NO_RATINGS, ONE_GROUP, COMPLETE),
        schema=SHARE,
    ),
    Measure(
        "ashman_d",
        "library",
        N_("Ashman's D"),
        "Ashman, Bird and Zepf, 1994",
        "sqrt(2) |m1 - m2| / sqrt(s1^2 + s2^2)",
        N_("How cleanly two groups, or the two parts of a fitted mixture, are apart."),
        N_("Not on two halves that were cut from one peak: cutting alone gives a normal distribution 2.6."),
        N_("From means and standard deviations, which leave gaps out."),
        ashman_d,
        ("ashman_d__formula",),
        schema={**NUMBER, "minimum": 0},
        convention=N_("Above 2 is a clean separation (Ashman, Bird and Zepf, 1994): a convention."),
    ),
)
