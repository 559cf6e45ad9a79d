"""Disagreement between ratings by level of measurement, and Krippendorff's alpha from one count table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from copkit_delphi.analysis.pooled import Dense, Table
from copkit_delphi.analysis.sample import Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
FACTORED = 256  # points: beyond them the ratio difference is integrated, not factored
STEP = 0.25  # of the integral: its error falls as exp(-pi^2 / step), here below 1e-16
REACH = (20.0, 4.5)  # powers of e beyond the greatest and the least value: past them nothing is left


def alpha_of_table(table: Table, level: Level, times: Floats | None = None) -> float | None:
    """Return alpha of the items of ``table``, each counted ``times`` (I); None without a pair or variation."""
    m = table.totals()
    counted = np.where(m > 1, 1.0 if times is None else times, 0.0)
    n = table.pooled(counted)
    if np.count_nonzero(n) < 2:
        return None
    scores = scores_of(level, table.points, n)
    observed = float((counted / np.where(m > 1, m - 1, 1.0)) @ within(table, level, scores))
    expected = float(within(Dense(table.points, n[None, :]), level, scores)[0])
    return 1.0 - (float(n.sum()) - 1.0) * observed / expected


def scores_of(level: Level, points: Floats, n: Floats) -> Floats:
    """Return what the difference of two points is taken of, given how often each was given (..., V).

    Ordinal: mid-ranks about their mean, the distance of which is the ordinal difference (Krippendorff, 2011);
    else the points about their mean. Nominal and ratio differences need none.
    """
    if level == "ordinal":
        ranks = np.cumsum(n, axis=-1)
        return np.asarray(ranks - n / 2 - ranks[..., -1:] / 2, dtype=np.float64)
    return np.asarray(points - (n @ points / n.sum(axis=-1)), dtype=np.float64)


def within(table: Table, level: Level, scores: Floats) -> Floats:
    """Return the sum of the squared differences over all ordered pairs of each item's ratings.

    No pair is listed: for scores it is 2 (m sum(s^2) - sum(s)^2), for shares of sameness m^2 less the sames.
    """
    m = table.totals()
    if level == "nominal":
        return m**2 - table.squares()
    if level == "ratio":
        return m**2 - sum((table.sums(one) ** 2 for one in ratio_features(table.points)), np.zeros(len(m)))
    return 2 * (m * table.sums(scores**2) - table.sums(scores) ** 2)


def ratio_features(points: Floats) -> Iterator[Floats]:
    """Yield columns (V) whose products sum to 1 - ((v - w) / (v + w))^2 for points of zero and above.

    For few points the factors of the matrix itself; for many the integral
    4 v w / (v + w)^2 = 4 int (v t e^-vt) (w t e^-wt) dx with t = e^x, by the trapezoid rule, which is exact
    to the last digits for so smooth a function: some 130 columns, one at a time. Two zeros are the same.
    """
    yield (points == 0).astype(np.float64)
    positive = points > 0
    if positive.any():
        for column in _factors(points[positive]):
            whole = np.zeros(len(points))
            whole[positive] = column
            yield whole


def _factors(points: Floats) -> Iterator[Floats]:
    if len(points) > FACTORED:
        for node in np.arange(-np.log(points.max()) - REACH[0], -np.log(points.min()) + REACH[1], STEP):
            product = points * np.exp(node)
            yield 2 * np.sqrt(STEP) * product * np.exp(-product)
        return
    same = 4 * np.outer(points, points) / np.add.outer(points, points) ** 2
    sizes, directions = np.linalg.eigh(same)
    yield from (directions * np.sqrt(np.maximum(sizes, 0.0))).T
