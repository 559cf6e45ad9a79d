"""Ranks and the signed-rank test of scipy.stats, which takes a second to read: only where a round is analysed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from copkit_delphi.analysis.sample import Floats


@cache
def _stats() -> Any:
    return import_module("scipy.stats")


def get_ready() -> None:
    """Read it now: a server does so beside its first requests, not while a close keeps the panel out."""
    _stats()


def ranked(values: Floats, *, axis: int | None = None) -> Floats:
    """Return the ranks of ``values`` along ``axis``, ties with their mean."""
    ranks: Floats = _stats().rankdata(values, axis=axis)
    return ranks


def signed_rank_p(changes: Floats) -> float:
    """Return the two-sided p of the signed-rank test (Wilcoxon, 1945), exact or not as scipy chooses."""
    return float(_stats().wilcoxon(changes).pvalue)
