"""Ranks, and what takes a second to read of scipy: only where a round is analysed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from copkit_delphi.analysis.sample import Floats, Ints


@cache
def stats() -> Any:
    """Return scipy.stats, read at the first call."""
    return import_module("scipy.stats")


@cache
def special() -> Any:
    """Return scipy.special, read at the first call."""
    return import_module("scipy.special")


def get_ready() -> None:
    """Read it now: a server does so beside its first requests, not while a close keeps the panel out."""
    stats()
    special()


def ranked(values: Floats, *, axis: int | None = None) -> Floats:
    """Return the ranks of ``values`` along ``axis``, ties with their mean."""
    ranks: Floats = stats().rankdata(values, axis=axis)
    return ranks


def mid_ranks(values: Floats) -> tuple[Floats, Floats]:
    """Return the rank of each of ``values`` (P x I) in its column, ties with their mean, and how many share it.

    NaN has rank NaN and is shared by nobody (0).
    """
    order = np.argsort(values, axis=0)  # NaN last
    ordered = np.take_along_axis(values, order, axis=0)
    rows = np.arange(len(values))[:, None]
    differs = ordered[1:] != ordered[:-1]
    edge = np.ones((1, values.shape[1]), dtype=bool)[: len(values)]
    first = np.maximum.accumulate(np.where(np.vstack((edge, differs)), rows, 0), axis=0)
    ends = np.where(np.vstack((differs, edge)), rows, len(values))
    last = np.minimum.accumulate(ends[::-1], axis=0)[::-1]
    gap = np.isnan(ordered)
    ranks, shared = np.empty_like(values), np.empty_like(values)
    np.put_along_axis(ranks, order, np.where(gap, np.nan, (first + last) / 2 + 1), axis=0)
    np.put_along_axis(shared, order, np.where(gap, 0.0, last - first + 1), axis=0)
    return ranks, shared


def tie_sums(shared: Floats) -> Floats:
    """Return the sum of t^3 - t over the ties of each column, from how many share each rank (P x I)."""
    sums: Floats = np.sum(np.where(shared > 0, shared * shared - 1, 0.0), axis=0)
    return sums


def chi2_p(statistic: Floats | float, df: Floats | Ints | float) -> Floats:
    """Return the upper tail of the chi-squared distribution; NaN where ``df`` is 0 or the statistic NaN."""
    tail = special().chdtrc(np.where(np.asarray(df) > 0, df, np.nan), statistic)
    return np.asarray(tail, dtype=np.float64)


def normal_p(z: Floats | float) -> Floats:
    """Return the two-sided p of a standard normal ``z``."""
    return np.asarray(2 * special().ndtr(-np.abs(z)), dtype=np.float64)


def student_quantile(df: Floats | Ints | float, p: float) -> Floats:
    """Return the ``p`` quantile of Student's t; NaN where ``df`` is 0 or less."""
    return np.asarray(special().stdtrit(np.where(np.asarray(df) > 0, df, np.nan), p), dtype=np.float64)
