"""One group, one vote: figures of a panel in which no group outnumbers another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, SHARE, Figures, Measure
from copkit_delphi.analysis.measures.shares import bounds, lie_inside
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Ints, Sample, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.verdict import MIN_RATINGS

NO_GROUP_COUNTS = N_("no group has five ratings")
HALF = 1e-12  # how near a half the weights below a rating must come to meet it


def group_weights(n: Ints, minimum: int, target: Floats | None = None) -> Floats:
    """Return the weight of one rating in each group (G x I): T / n, 0 in groups below ``minimum`` ratings.

    ``target`` (G) states the weight T of each group, equal ones if None. Each item's weights of all ratings sum to 1;
    all are 0 where no group counts.
    """
    stated = np.ones(len(n)) if target is None else np.asarray(target, dtype=np.float64)
    held = np.where(n >= max(minimum, 1), stated[:, None], 0.0)
    total = held.sum(axis=0)
    return np.nan_to_num(divide(divide(held, np.where(total > 0, total, 0.0)), n))


def balanced(figures: Floats, n: Ints, minimum: int, target: Floats | None = None) -> Floats:
    """Return the mean of group figures per item, each group counting the same or by ``target`` (G).

    ``figures`` and ``n`` are G x I; groups with fewer than ``minimum`` ratings do not count. NaN where
    no group counts. Post-stratification (Holt and Smith, 1979).

    >>> balanced(matrix([[1.0], [0.0]]), np.array([[40], [5]]), 5)
    array([0.5])
    """
    weights = group_weights(n, minimum, target)
    total = np.where(weights > 0, weights * n * figures, 0.0).sum(axis=0)
    return np.where((weights > 0).any(axis=0), total, np.nan)


def group_shares(sample: Sample) -> Floats:
    """Return the share of each group's ratings in the range that counts as agreement, G x I; NaN without ratings."""
    return divide(sample.group_counts(lie_inside(sample, *bounds(sample))), sample.group_n)


def balanced_share(sample: Sample) -> Figures:
    """Return the percent agreement with each group counting the same, 0 to 1, over groups with five ratings.

    >>> panel = item(5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1, groups="aaaaaaaaaabbbbb")
    >>> balanced_share(panel).values
    array([0.5])
    """
    return _figures(sample, balanced(group_shares(sample), sample.group_n, MIN_RATINGS))


def balanced_mean(sample: Sample, minimum: int = MIN_RATINGS, target: Floats | None = None) -> Figures:
    """Return the mean of each item with each group counting the same.

    >>> balanced_mean(item(5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1, groups="aaaaaabbbbb")).values
    array([3.])
    """
    weights = group_weights(sample.group_n, minimum, target)
    own = weights[sample.group_codes] if sample.groups else np.zeros_like(sample.values)
    return _figures(sample, np.nansum(own * sample.values, axis=0), weights)


def min_group_share(sample: Sample) -> Figures:
    """Return the smallest percent agreement of a group with at least five ratings, 0 to 1.

    >>> panel = item(5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 5, groups="aaaaaaabbbbb")
    >>> min_group_share(panel).values
    array([0.2])
    """
    counted = np.where(sample.group_n >= MIN_RATINGS, group_shares(sample), np.inf)
    return _figures(sample, counted.min(axis=0, initial=np.inf))


def balanced_median(sample: Sample, minimum: int = MIN_RATINGS, target: Floats | None = None) -> Figures:
    """Return the median of each item with each group counting the same: where half the weight lies below.

    Midway between two ratings where they part the weight evenly.

    >>> balanced_median(item(5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1, groups="aaaaaaabbbbb")).values
    array([3.])
    """
    weights = group_weights(sample.group_n, minimum, target)
    found = np.full(len(sample.scales), np.nan)
    for part in sample.group_categories:
        points = part.scale.low + np.arange(part.counts.shape[2])
        weight = np.einsum("gi,gik->ik", weights[:, part.items], part.counts)
        found[part.items] = _weighted_median(np.broadcast_to(points, weight.shape), weight)
    rest = sample.uncounted
    if len(rest) and sample.groups:
        own = np.where(np.isnan(sample.values[:, rest]), 0.0, weights[:, rest][sample.group_codes])
        order = np.argsort(sample.values[:, rest], axis=0)
        ordered = (np.take_along_axis(one, order, axis=0).T for one in (sample.values[:, rest], own))
        found[rest] = _weighted_median(*ordered)
    return _figures(sample, found, weights)


def _weighted_median(values: Floats, weight: Floats) -> Floats:
    """Return where the cumulated ``weight`` (I x K, ``values`` ascending, sums of 1) meets a half."""
    cumulated = np.cumsum(weight, axis=1)
    low = np.argmax(cumulated >= 0.5 - HALF, axis=1)
    high = np.argmax(cumulated > 0.5 + HALF, axis=1)
    rows = np.arange(len(values))
    middle: Floats = (values[rows, low] + values[rows, high]) / 2
    return middle


def effective_n(sample: Sample, minimum: int = MIN_RATINGS, target: Floats | None = None) -> Figures:
    """Return how many equally weighted ratings the balanced figures rest on, (sum w)^2 / sum w^2 (Kish, 1965).

    >>> effective_n(item(5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1, groups="aaaaaaaaaabbbbb")).values
    array([13.3333])
    """
    weights = group_weights(sample.group_n, minimum, target)
    squares = (sample.group_n * weights**2).sum(axis=0)
    return _figures(sample, divide((sample.group_n * weights).sum(axis=0) ** 2, squares), weights)


def _figures(sample: Sample, values: Floats, weights: Floats | None = None) -> Figures:
    counts = sample.group_n >= MIN_RATINGS if weights is None else weights > 0
    none = np.asarray(np.logical_not(counts.any(axis=0)))
    return explained(values, {NO_RATINGS: sample.n == 0, NO_GROUP_COUNTS: none})


_PROOF = ("group_balanced__dominant_group",)
_COUNTING = N_(
    "Over the ratings given in groups with at least five; smaller groups do not count and are not shown."
)
_AVOID = N_(
    "Not instead of the panel's own figure: a group of five then weighs as much as one of fifty. Read the effective number of ratings beside it."
)
_NONE = (NO_RATINGS, NO_GROUP_COUNTS)


def _measure(
    name: str, title: str, source: str, formula: str, use: str, compute: Callable[..., object], **more: Any
) -> Measure:
    return Measure(
        name,
        more.pop("level", "item"),
        title,
        source,
        formula,
        use,
        more.pop("avoid", _AVOID),
        _COUNTING,
        compute,
        _PROOF,
        undefined=_NONE,
        **more,
    )


_HS = "Holt and Smith, 1979"
MEASURES = (
    _measure(
        "balanced_share",
        N_("Balanced percent agreement"),
        _HS,
        "sum over groups of T s, T = 1 / number of groups with five ratings",
        N_("Where one group outnumbers the others: one group, one vote."),
        balanced_share,
        schema=SHARE,
    ),
    _measure(
        "min_group_share",
        N_("Smallest group agreement"),
        "Holt and Smith, 1979 (group shares); the smallest of them: this engine",
        "min over groups with five ratings of the share in range",
        N_("The guard of a consensus: it shows a group that stands apart, which shares of the panel hide."),
        min_group_share,
        avoid=N_("Not to rank groups: with five ratings one person is a fifth."),
        schema=SHARE,
        convention=N_(
            "At least 50 % (this engine's template for “majority with dissenting group”): a convention."
        ),
    ),
    _measure(
        "balanced_median",
        N_("Balanced median"),
        _HS,
        "the rating at which the cumulated weight T / n reaches 1/2, midway where it meets it",
        N_("The panel's answer with one group, one vote."),
        balanced_median,
    ),
    _measure(
        "balanced_mean",
        N_("Balanced mean"),
        _HS,
        "sum over groups of T mean",
        N_("For probabilities and quantities, with one group, one vote or with stated weights."),
        balanced_mean,
        level="library",
    ),
    _measure(
        "effective_n",
        N_("Effective number of ratings"),
        "Kish, 1965",
        "(sum w)^2 / sum w^2, w = T / n of the rater's group",
        N_("Beside every balanced figure: how many ratings its certainty is worth."),
        effective_n,
        avoid=N_("Not as a number of people."),
        schema={"type": "number", "minimum": 1},
    ),
)
