"""Skillings and Mack's test: whether panellists put the items in the same order, where ratings are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import COMPLETE, SHARE, Measure, Options, Outcome
from copkit_delphi.analysis.measures.concordance import ALL_ALIKE, squares
from copkit_delphi.analysis.ranks import chi2_p, mid_ranks
from copkit_delphi.analysis.sample import Floats, Sample, divide
from copkit_delphi.analysis.shuffles import shuffled_p
from copkit_delphi.domain.errors import N_

TOO_FEW_RANKED = N_("fewer than two panellists rated two items")
DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Each panellist's weighted rank deviations (P x I, 0 in gaps), and a root of the inverse of their covariance."""

    held: NDArray[np.bool_]
    deviations: Floats
    root: Floats

    @property
    def df(self) -> int:
        return int(self.root.shape[1])

    def statistic(self, sums: Floats) -> Floats:
        return squares(sums @ self.root)


def skillings_mack(values: Floats) -> Outcome:
    """Return {statistic, df, p} of whether panellists rank items alike, with gaps (Skillings and Mack, 1981).

    Ties share their mean rank and count with the variance they have, so that without gaps it is Friedman's
    test with ties. ``df`` is the number of items rated, less one for each part of the panel's table that
    shares no panellist with the others.

    >>> skillings_mack(matrix([[1, 2, None], [1, 2, 3], [None, 1, 2]])).value  # doctest: +ELLIPSIS
    {'statistic': 3.7320..., 'df': 2, 'p': 0.154...}
    """
    blocks = _blocks(values)
    if isinstance(blocks, str):
        return Outcome(None, blocks)
    statistic = float(blocks.statistic(blocks.deviations.sum(axis=0)))
    return Outcome({"statistic": statistic, "df": blocks.df, "p": float(chi2_p(statistic, blocks.df))})


def skillings_mack_permutation_p(values: Floats, options: Options = DEFAULT_OPTIONS) -> Outcome:
    """Return its p by dealing each panellist's ranks anew over the items he rated.

    >>> skillings_mack_permutation_p(matrix([[1, 2, None], [1, 2, 3], [None, 1, 2]]), Options(seed=1)).value < 0.3
    True
    """
    blocks = _blocks(values)
    if isinstance(blocks, str):
        return Outcome(None, blocks)
    return Outcome(shuffled_p(blocks.deviations, blocks.held, blocks.statistic, options))


def _blocks(values: Floats) -> _Blocks | str:
    """Return the ranks of those who rated two items, or the reason why there is no test."""
    many = np.count_nonzero(~np.isnan(values), axis=1) > 1
    if np.count_nonzero(many) < 2:
        return TOO_FEW_RANKED
    rated = values[many]
    held = ~np.isnan(rated)
    size = held.sum(axis=1)[:, None]
    ranks = mid_ranks(rated.T)[0].T
    deviations = np.where(held, ranks - (size + 1) / 2, 0.0) * np.sqrt(12 / (size + 1))
    varied = divide((deviations**2).sum(axis=1), (size * (size - 1))[:, 0])
    if not varied.any():
        return COMPLETE if np.nanmin(rated) == np.nanmax(rated) else ALL_ALIKE
    return _Blocks(held, deviations, _root(held, varied))


def _root(held: NDArray[np.bool_], varied: Floats) -> Floats:
    """Return R (I x df) with R R' the inverse of the covariance of the column sums where it has one."""
    together = (held * varied[:, None]).T @ held
    covariance = np.diag((held * (varied * held.sum(axis=1))[:, None]).sum(axis=0)) - together
    sizes, directions = np.linalg.eigh(covariance)
    kept = sizes > sizes.max() * len(sizes) * 1e-12
    return np.asarray(directions[:, kept] / np.sqrt(sizes[kept]), dtype=np.float64)


def round_skillings_mack(sample: Sample, options: Options) -> Outcome:
    """Return Skillings and Mack's test of a round.

    >>> round_skillings_mack(panel([[1, 2, 3], [2, 3, 4], [1, 2, 5]]), Options()).value["df"]
    2
    """
    del options
    return skillings_mack(sample.values)


_UNDEFINED = (TOO_FEW_RANKED, COMPLETE, ALL_ALIKE)
_MISSING = N_("Each panellist's ratings are ranked among themselves; a gap takes the middle of his ranks.")
_PARTS = {"statistic": {"type": "number", "minimum": 0}, "df": {"type": "integer", "minimum": 1}, "p": SHARE}

MEASURES = (
    Measure(
        "skillings_mack",
        "round",
        N_("Skillings and Mack's test"),
        "Skillings and Mack, 1981",
        "A' C^- A, A_j = sum over panellists of sqrt(12 / (k + 1)) (rank - (k + 1) / 2), C its covariance",
        N_("Whether a common order could be chance where not everybody rated everything."),
        N_("Not as a measure of strength: with many panellists the p is small for a faint common order."),
        _MISSING,
        round_skillings_mack,
        ("skillings_mack__missing",),
        undefined=_UNDEFINED,
        schema={"type": "object", "properties": _PARTS, "required": list(_PARTS)},
    ),
    Measure(
        "skillings_mack_permutation_p",
        "library",
        N_("p of Skillings and Mack's test by shuffling"),
        "Skillings and Mack, 1981",
        "(1 + number of shuffles with a statistic at least as great) / (1 + number of shuffles)",
        N_("For fewer than about ten panellists or seven items, where the chi-squared p is rough."),
        N_("Not needed for larger panels."),
        _MISSING,
        skillings_mack_permutation_p,
        ("skillings_mack__missing",),
        undefined=_UNDEFINED,
        schema=SHARE,
    ),
)
