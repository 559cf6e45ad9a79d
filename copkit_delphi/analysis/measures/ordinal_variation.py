"""Dispersion and concentration on scales of whole points, from how often each was chosen.

The public functions take counts, items x points, lowest point first. Weights are allowed: counts may be any
numbers from 0 up. They return one figure an item, NaN where an item has no ratings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from copkit_delphi.analysis.measure import (
    NEEDS_ORDINAL,
    NO_RATINGS,
    ONE_RATING,
    ORDINAL,
    SHARE,
    Figures,
    Measure,
)
from copkit_delphi.analysis.sample import Floats, Sample, divide
from copkit_delphi.analysis.tables import each, shares_of, table_of
from copkit_delphi.domain.errors import N_


def _cumulated(counts: ArrayLike) -> Floats:
    """Return the share at or below each point but the last."""
    return np.asarray(np.cumsum(shares_of(counts), axis=1)[:, :-1])


def leik_d(counts: ArrayLike) -> Floats:
    """Return the ordinal dispersion D of Leik (1966), 0 (all at one point) to 1 (half at each end).

    >>> leik_d([2, 3, 5, 12, 8]).round(4)
    array([0.4167])
    """
    below = _cumulated(counts)
    return np.asarray(2 * np.minimum(below, 1 - below).mean(axis=1))


def blair_lacy(counts: ArrayLike) -> Floats:
    """Return the concentration l squared of Blair and Lacy (2000), 0 (half at each end) to 1 (all at one point).

    >>> blair_lacy([2, 3, 5, 12, 8]).round(4)
    array([0.3811])
    """
    return np.asarray(4 * ((_cumulated(counts) - 0.5) ** 2).mean(axis=1))


def blair_lacy_root(counts: ArrayLike) -> Floats:
    """Return the concentration l of Blair and Lacy (2000), the root of l squared, 0 to 1.

    >>> blair_lacy_root([2, 3, 5, 12, 8]).round(4)
    array([0.6173])
    """
    return np.sqrt(blair_lacy(counts))


def kvalseth_cov(counts: ArrayLike) -> Floats:
    """Return the coefficient of ordinal variation 1 - sqrt(1 - IOV) of Kvålseth (1995), 0 to 1.

    For an even number of ratings that is 1 - l of Blair and Lacy.

    >>> kvalseth_cov([2, 3, 5, 12, 8]).round(4)
    array([0.3827])
    """
    # Rounding may carry the index a hair above 1.
    return 1 - np.sqrt(np.maximum(0.0, 1 - iov(counts)))


def iov(counts: ArrayLike) -> Floats:
    """Return the index of ordinal variation of Berry and Mielke (1992), 0 (all at one point) to 1 (split at the ends).

    The largest sum of distances that n ratings can have stands below the line: an odd whole number of them
    cannot split evenly, and still reaches 1. Weighted counts are taken as if they could. NaN for a single rating,
    which has nothing to differ from.

    >>> iov([[2, 3, 5, 12, 8], [1, 0, 0, 0, 2]]).round(4)
    array([0.6189, 1.    ])
    """
    table = table_of(counts)
    n = table.sum(axis=1)
    below = np.cumsum(table, axis=1)[:, :-1]
    distances = (below * (n[:, None] - below)).sum(axis=1)
    odd = n % 2 == 1
    return divide(distances, (n * n - odd) * (table.shape[1] - 1) / 4)


def entropy(counts: ArrayLike) -> Floats:
    """Return Shannon's entropy (1948) in bits, 0 (all at one point) to log2 of the number of points (spread evenly).

    >>> entropy([[4, 4, 4, 4], [0, 9, 0, 0]])
    array([2., 0.])
    """
    shares = shares_of(counts)
    # 0.0 - : all at one point is 0, not -0.
    return np.asarray(0.0 - (shares * np.log2(np.where(shares > 0, shares, 1.0))).sum(axis=1))


def item_leik_d(sample: Sample) -> Figures:
    """Return the ordinal dispersion D of Leik (1966) of each item, 0 to 1, with reasons.

    >>> item_leik_d(item(1, 1, 5, 5)).values
    array([1.])
    """
    return each(sample, leik_d)


def item_blair_lacy(sample: Sample) -> Figures:
    """Return the concentration l squared of Blair and Lacy (2000) of each item, 0 to 1, with reasons.

    >>> item_blair_lacy(item(1, 1, 5, 5)).values
    array([0.])
    """
    return each(sample, blair_lacy)


def item_entropy(sample: Sample) -> Figures:
    """Return Shannon's entropy (1948) of each item in bits, with reasons.

    >>> item_entropy(item(1, 1, 5, 5)).values
    array([1.])
    """
    return each(sample, entropy)


MEASURES = (
    Measure(
        "leik_d",
        "item",
        N_("Ordinal dispersion of Leik"),
        "Leik, 1966",
        "2 sum(min(F_c, 1 - F_c)) / (k - 1)",
        N_(
            "How spread the answers are on a scale of whole points, without taking its points as equally far apart."
        ),
        N_("Not to find camps: a panel spread over all points and one in two camps can be close."),
        N_("Over the ratings given."),
        item_leik_d,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NEEDS_ORDINAL, NO_RATINGS),
        schema=SHARE,
    ),
    Measure(
        "blair_lacy",
        "item",
        N_("Concentration of Blair and Lacy"),
        "Blair and Lacy, 2000",
        "sum((F_c - 0.5)^2) / ((k - 1) / 4)",
        N_("How concentrated the answers are, 0 to 1; reacts less to a few distant answers than Leik's D."),
        N_("Not in one table with their l, which is its root, without saying which of the two it is."),
        N_("Over the ratings given."),
        item_blair_lacy,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NEEDS_ORDINAL, NO_RATINGS),
        schema=SHARE,
    ),
    Measure(
        "entropy",
        "item",
        N_("Entropy"),
        "Shannon, 1948",
        "-sum(p_c log2 p_c), in bits",
        N_("Whether the panel uses few or many of the points."),
        N_(
            "Not as a measure of agreement: it does not know that 4 lies nearer to 5 than to 1. Its largest value grows with the scale."
        ),
        N_("Over the ratings given."),
        item_entropy,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NEEDS_ORDINAL, NO_RATINGS),
        schema={"type": "number", "minimum": 0},
    ),
    Measure(
        "blair_lacy_root",
        "library",
        N_("Concentration l of Blair and Lacy"),
        "Blair and Lacy, 2000",
        "sqrt(l^2)",
        N_("To compare with studies that report l."),
        N_("Not beside l squared without saying which is which."),
        N_("Over the ratings given; weights count as they are."),
        blair_lacy_root,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NO_RATINGS,),
        schema=SHARE,
    ),
    Measure(
        "kvalseth_cov",
        "library",
        N_("Coefficient of ordinal variation"),
        "Kvålseth, 1995",
        "1 - sqrt(1 - IOV)",
        N_("To compare with studies that report it."),
        N_("Not as a second witness: it is the index of ordinal variation bent."),
        N_("Over the ratings given; weights count as they are."),
        kvalseth_cov,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NO_RATINGS, ONE_RATING),
        schema=SHARE,
    ),
    Measure(
        "iov",
        "library",
        N_("Index of ordinal variation"),
        "Berry and Mielke, 1992",
        "sum over i < j of f_i f_j (j - i) / T_max, T_max = (N^2 - [N odd]) (k - 1) / 4",
        N_("To compare with studies that report it."),
        N_("Not beside Blair and Lacy as a second witness: for even numbers it is 1 - l^2."),
        N_("Over the ratings given; weights count as they are."),
        iov,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NO_RATINGS, ONE_RATING),
        schema=SHARE,
    ),
)
