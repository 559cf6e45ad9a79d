"""Many tests at once: p-values adjusted for how many there are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from copkit_delphi.analysis.measure import Measure
from copkit_delphi.analysis.sample import Floats
from copkit_delphi.domain.errors import N_


def bonferroni(p: Floats) -> Floats:
    """Return ``p`` (tests, or tests x I for many families at once) times the number of tests (Dunn, 1961).

    In this and the next four functions NaN is no test and stays NaN.

    >>> bonferroni(np.array([0.01, 0.5, np.nan]))
    array([0.02, 1.  ,  nan])
    """
    p = np.asarray(p, dtype=np.float64)
    return np.asarray(np.minimum(1.0, p * np.count_nonzero(~np.isnan(p), axis=0)))


def holm(p: Floats) -> Floats:
    """Return ``p`` adjusted step down: no false alarm in the whole family with 95 % (Holm, 1979).

    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    return _stepped(p, lambda rank, n: n - rank + 1, down=True)


def hochberg(p: Floats) -> Floats:
    """Return ``p`` adjusted step up, for independent tests (Hochberg, 1988).

    >>> hochberg(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.04, 0.04])
    """
    return _stepped(p, lambda rank, n: n - rank + 1)


def benjamini_hochberg(p: Floats) -> Floats:
    """Return ``p`` adjusted for the share of false alarms among findings (Benjamini and Hochberg, 1995).

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.04, 0.04])
    """
    return _stepped(p, lambda rank, n: n / rank)


def benjamini_yekutieli(p: Floats) -> Floats:
    """Return ``p`` adjusted as by Benjamini and Hochberg, under any dependence (Benjamini and Yekutieli, 2001).

    >>> benjamini_yekutieli(np.array([0.01, 0.04]))
    array([0.03, 0.06])
    """

    def factor(rank: Floats, n: Floats) -> Floats:
        share = np.cumsum(np.where(rank <= n, 1 / rank, 0.0), axis=0)[-1:]
        return share * n / rank

    return _stepped(p, factor)


def _stepped(p: Floats, factor: Callable[[Floats, Floats], Floats], *, down: bool = False) -> Floats:
    p = np.asarray(p, dtype=np.float64)
    if not len(p):
        return p
    order = np.argsort(p, axis=0)  # NaN last
    ordered = np.take_along_axis(p, order, axis=0)
    rank = np.arange(1.0, len(p) + 1).reshape(-1, *(1,) * (p.ndim - 1)) + np.zeros_like(p)
    n = np.count_nonzero(~np.isnan(p), axis=0) + np.zeros_like(p)
    raised = ordered * factor(rank, n)
    kept = np.fmax.accumulate(raised, axis=0) if down else np.fmin.accumulate(raised[::-1], axis=0)[::-1]
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.where(np.isnan(ordered), np.nan, np.minimum(1.0, kept)), axis=0)
    return adjusted


def _measure(name: str, source: str, formula: str, compute: Callable[[Floats], Floats], use: str) -> Measure:
    return Measure(
        name,
        "library",
        name.replace("_", "-").title(),
        source,
        formula,
        use,
        N_("Not over tests that were chosen after looking at the figures."),
        N_("A test that does not exist counts for nothing."),
        compute,
        ("p_adjust__a", "p_adjust__b"),
        schema={"type": "number", "minimum": 0, "maximum": 1},
    )


MEASURES = (
    _measure("bonferroni", "Dunn, 1961", "m p", bonferroni, N_("For very few tests; Holm's is never worse.")),
    _measure(
        "holm", "Holm, 1979", "running maximum of (m - i + 1) p_(i)", holm,
        N_("The default within one item: pairs of groups."),
    ),
    _measure(
        "hochberg", "Hochberg, 1988", "running minimum from above of (m - i + 1) p_(i)", hochberg,
        N_("For independent tests."),
    ),
    _measure(
        "benjamini_hochberg", "Benjamini and Hochberg, 1995", "running minimum from above of m p_(i) / i",
        benjamini_hochberg, N_("Across all items of a study: which few are worth a look?"),
    ),
    _measure(
        "benjamini_yekutieli", "Benjamini and Yekutieli, 2001",
        "running minimum from above of m sum(1/j) p_(i) / i", benjamini_yekutieli,
        N_("Across items that depend on each other in unknown ways."),
    ),
)  # fmt: skip
