"""Agreement and polarisation on scales of whole points, from how often each was chosen.

The public functions take counts, items x points, lowest point first. Weights are allowed: counts may be any
numbers from 0 up. They return one figure an item, NaN where an item has no ratings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS, ORDINAL, SHARE, Figures, Measure
from copkit_delphi.analysis.sample import Floats, Sample, divide
from copkit_delphi.analysis.tables import TOO_FEW_POINTS, each, shares_of, table_of
from copkit_delphi.domain.errors import N_


def tastle_wierman(counts: ArrayLike) -> Floats:
    """Return the consensus of Tastle and Wierman (2007), 0 (half at each end) to 1 (all at one point).

    Over the full scale: points that nobody chose count for its width.

    >>> tastle_wierman([2, 3, 5, 12, 8]).round(4)
    array([0.5696])
    """
    shares = shares_of(counts)
    points = np.arange(shares.shape[1])
    away = np.abs(points - (shares @ points)[:, None]) / (len(points) - 1)
    # Where nobody stands the logarithm may be of 0.
    logs = np.log2(1 - np.where(shares > 0, away, 0.0))
    return np.asarray(np.clip(1 + (shares * logs).sum(axis=1), 0.0, 1.0))


def van_der_eijk_a(counts: ArrayLike) -> Floats:
    """Return the agreement A of van der Eijk (2001): 1 all at one point, 0 spread evenly, -1 half at each end.

    The counts are taken apart into layers, each the same number on every point it covers. NaN for every item
    on fewer than three points, where unimodality is not defined.

    >>> van_der_eijk_a([[0, 0, 20, 0, 0], [4, 4, 4, 4, 4], [10, 0, 0, 0, 10]])
    array([ 1.,  0., -1.])
    """
    table = table_of(counts)
    items, points = table.shape
    if points < 3:
        return np.full(items, np.nan)
    heights = np.sort(table, axis=1)
    thickness = np.diff(heights, axis=1, prepend=0.0)
    covered = table[:, None, :] >= heights[:, :, None]
    weights = thickness * covered.sum(axis=2)
    # Nothing lies in a layer of no thickness; its pattern may be any.
    agreement = (weights * _layer_agreement(covered)).sum(axis=1)
    return divide(agreement, table.sum(axis=1))


def _layer_agreement(covered: NDArray[np.bool_]) -> Floats:
    """Return A of each pattern (items x layers x points): unimodality times how few points it covers."""
    points = covered.shape[2]
    inside = covered.astype(np.int64)
    size = inside.sum(axis=2)
    right = size[:, :, None] - np.cumsum(inside, axis=2)
    left = np.cumsum(inside, axis=2) - inside
    # Of three points, two covered and one not: beside the two (TU) or between them (TDU).
    between = ((1 - inside) * left * right).sum(axis=2)
    pairs = size * (size - 1) // 2
    beside = pairs * (points - size) - between
    unimodality = divide((points - 2) * beside - (points - 1) * between, (points - 2) * (beside + between))
    # No such triple: one point alone, or all of them.
    unimodality = np.where(beside + between == 0, 1.0, unimodality)
    return np.asarray(unimodality * (1 - (size - 1) / (points - 1)))


def polarisation(counts: ArrayLike) -> Floats:
    """Return the polarisation (1 - A) / 2 of van der Eijk (2001), 0 (all at one point) to 1 (half at each end).

    >>> polarisation([[0, 20, 0], [10, 0, 10]])
    array([0., 1.])
    """
    return (1 - van_der_eijk_a(counts)) / 2


def reynal_querol(counts: ArrayLike) -> Floats:
    """Return the polarisation 4 sum(p^2 (1 - p)) of Montalvo and Reynal-Querol (2005), 0 (all at one point) to 1 (two equal halves).

    >>> reynal_querol([[10, 0, 0, 0, 10], [0, 20, 0, 0, 0]])
    array([1., 0.])
    """
    shares = shares_of(counts)
    return np.asarray(4 * (shares * shares * (1 - shares)).sum(axis=1))


def item_tastle_wierman(sample: Sample) -> Figures:
    """Return the consensus of Tastle and Wierman (2007) of each item, 0 to 1, with reasons.

    >>> item_tastle_wierman(item(1, 1, 5, 5)).values
    array([0.])
    """
    return each(sample, tastle_wierman)


def item_van_der_eijk_a(sample: Sample) -> Figures:
    """Return the agreement A of van der Eijk (2001) of each item, -1 to 1, with reasons.

    >>> item_van_der_eijk_a(item(1, 1, 5, 5)).values
    array([-1.])
    """
    return each(sample, van_der_eijk_a, fewest=3)


MEASURES = (
    Measure(
        "tastle_wierman",
        "item",
        N_("Consensus of Tastle and Wierman"),
        "Tastle and Wierman, 2007",
        "1 + sum(p_c log2(1 - |c - mean| / (k - 1)))",
        N_("One figure from 0 to 1 for how close together the answers lie on a scale of whole points."),
        N_(
            "Not to compare scales of different length, and not alone: it takes the points as equally far apart and does not show camps."
        ),
        N_("Over the ratings given."),
        item_tastle_wierman,
        ("tastle_wierman__papers",),
        scales=ORDINAL,
        undefined=(NEEDS_ORDINAL, NO_RATINGS),
        schema=SHARE,
        convention=N_("From 0.8 strong (usage after Tastle and Wierman, 2007): a convention."),
    ),
    Measure(
        "van_der_eijk_a",
        "item",
        N_("Agreement A of van der Eijk"),
        "van der Eijk, 2001",
        "sum over layers of weight x U (1 - (S - 1) / (K - 1)), U = ((K - 2) TU - (K - 1) TDU) / ((K - 2) (TU + TDU))",
        N_("Tells a panel that is spread (near 0) from one that is split in two (below 0)."),
        N_(
            "Not on two points. An uneven camp at one end can be outweighed by the rest: look at the distribution."
        ),
        N_("Over the ratings given."),
        item_van_der_eijk_a,
        ("van_der_eijk_A__papers",),
        scales=ORDINAL,
        undefined=(NEEDS_ORDINAL, NO_RATINGS, TOO_FEW_POINTS),
        schema={"type": "number", "minimum": -1, "maximum": 1},
        convention=N_("Below 0 leans to two camps, 1 is agreement (van der Eijk, 2001): a convention."),
    ),
    Measure(
        "van_der_eijk_polarisation",
        "library",
        N_("Polarisation from van der Eijk's A"),
        "van der Eijk, 2001",
        "(1 - A) / 2",
        N_("The same as A, counted from agreement (0) to two camps at the ends (1)."),
        N_("Not beside A as if it said something new."),
        N_("Over the ratings given; weights count as they are."),
        polarisation,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NO_RATINGS, TOO_FEW_POINTS),
        schema=SHARE,
    ),
    Measure(
        "reynal_querol",
        "library",
        N_("Polarisation of Montalvo and Reynal-Querol"),
        "Montalvo and Reynal-Querol, 2005",
        "4 sum(p_c^2 (1 - p_c))",
        N_("Whether the panel comes close to two halves, whatever points these chose."),
        N_("Not where distance matters: neighbours on the scale count like opposites."),
        N_("Over the ratings given; weights count as they are."),
        reynal_querol,
        ("ordinal_dispersion__set1",),
        scales=ORDINAL,
        undefined=(NO_RATINGS,),
        schema=SHARE,
    ),
)
