"""Counts of answers, items x points: how measures on scales of whole points take them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS, Figures
from copkit_delphi.analysis.reasons import explained
from copkit_delphi.analysis.sample import Floats, Sample, divide
from copkit_delphi.domain.errors import N_

TOO_FEW_POINTS = N_("needs a scale of three points or more")


def table_of(counts: ArrayLike) -> Floats:
    """Return ``counts`` as items x points; raises ``ValueError`` for negative ones, or for a single point."""
    table = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if table.ndim != 2 or table.shape[1] < 2 or not (table >= 0).all():
        raise ValueError("counts are items x points, at least two points, none negative")
    return table


def shares_of(counts: ArrayLike) -> Floats:
    """Return the share of each point, items x points, 0 to 1. Raises ``ValueError`` for negative counts or one point.

    >>> shares_of([1, 0, 3])
    array([[0.25, 0.  , 0.75]])
    """
    table = table_of(counts)
    return divide(table, table.sum(axis=1, keepdims=True))


def each(sample: Sample, compute: Callable[[ArrayLike], Floats], fewest: int = 2) -> Figures:
    """Return ``compute`` of the counts of each item on a scale of at least ``fewest`` whole points."""
    points = np.array([scale.points or 0 for scale in sample.scales], dtype=np.int64)
    values = np.full(len(points), np.nan)
    for one in sample.categories:
        values[one.items] = compute(one.counts)
    cases = {NEEDS_ORDINAL: points == 0, NO_RATINGS: sample.n == 0, TOO_FEW_POINTS: points < fewest}
    return explained(values, cases)
