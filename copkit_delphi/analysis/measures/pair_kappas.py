"""Kappas of two raters at a time: Cohen's, and their mean over a panel."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.chance import Tested, Weighting, agreement_weights, kappas_of_pairs, tested
from copkit_delphi.analysis.measure import COMPLETE, NO_RATED_PAIR, Coefficient, Measure
from copkit_delphi.analysis.measures.kappas import LANDIS, TOO_MANY, counts_of, given_of
from copkit_delphi.analysis.sample import Floats
from copkit_delphi.domain.errors import N_


def light_kappa(values: Floats) -> Coefficient:
    """Return the mean of Cohen's kappa over all pairs of panellists (Light, 1971) of ratings P x I.

    Each pair over the items both rated; pairs without variation do not count.

    >>> round(light_kappa(matrix([[1, 2, 3, 3], [1, 2, 3, 1], [1, 2, 3, 3]])).value, 3)
    0.758
    """
    points, counts = counts_of(values, None)
    if counts is None:
        return Coefficient(None, TOO_MANY)
    pairs = kappas_of_pairs(given_of(values, points))[np.triu_indices(len(values), 1)]
    held = pairs[~np.isnan(pairs)]
    if held.size:
        return Coefficient(float(held.mean()))
    return Coefficient(None, COMPLETE if (counts.sum(axis=1) > 1).any() else NO_RATED_PAIR)


def cohen_kappa(
    first: Floats, second: Floats, weighting: Weighting = "unweighted", categories: Floats | None = None
) -> Tested:
    """Return Cohen's kappa of two raters (Cohen, 1960; weighted: 1968) with its test (Fleiss, Cohen and Everitt, 1969).

    ``first`` and ``second`` (I) are NaN where not rated; only items rated by both count. ``categories``
    (ascending) are those used unless told; the weights depend on them.

    >>> found = cohen_kappa(np.array([1.0, 2, 3, 3]), np.array([1.0, 2, 3, 1]), "quadratic")
    >>> round(found.value, 3), round(found.z, 3)
    (0.385, 0.909)
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    if not both.any():
        return Tested(None, reason=NO_RATED_PAIR)
    used = np.unique(np.concatenate([first[both], second[both]]))
    points = used if categories is None else np.asarray(categories, dtype=np.float64)
    if len(used) < 2:
        return Tested(None, reason=COMPLETE)
    places = np.searchsorted(points, first[both]) * len(points) + np.searchsorted(points, second[both])
    table = np.bincount(places, minlength=len(points) ** 2).reshape(len(points), -1) / np.count_nonzero(both)
    return _cohen(table, agreement_weights(weighting, points), int(both.sum()))


def _cohen(shares: Floats, weights: Floats, n: int) -> Tested:
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    p_a, p_e = float((weights * shares).sum()), float(first @ weights @ second)
    apart = weights - np.add.outer(weights @ second, first @ weights)
    variance = (float(first @ apart**2 @ second) - p_e**2) / (n * (1 - p_e) ** 2)
    return tested((p_a - p_e) / (1 - p_e), variance)


_BOTH = N_("Only items that both rated count.")
_COEFFICIENT = {"type": "number", "maximum": 1}
_UNDEFINED = (NO_RATED_PAIR, COMPLETE, TOO_MANY)
_FLEISS = ("fleiss_kappa__fleiss", "fleiss_kappa__diag", "fleiss_kappa__video")

MEASURES = (
    Measure(
        "light_kappa",
        "library",
        N_("Light's kappa"),
        "Light, 1971",
        "mean of Cohen's kappa over all pairs of raters",
        use=N_("To compare with studies that report it."),
        avoid=N_("Not for large panels with gaps: few items are common to each pair."),
        compute=light_kappa,
        missing=_BOTH,
        proof=_FLEISS,
        undefined=_UNDEFINED,
        schema=_COEFFICIENT,
    ),
    Measure(
        "cohen_kappa",
        "library",
        N_("Cohen's kappa, plain or weighted"),
        "Cohen, 1960 and 1968; test: Fleiss, Cohen and Everitt, 1969",
        "(p_a - p_e) / (1 - p_e), p_a = sum(w p_kl), p_e = sum(w p_k p_l)",
        use=N_("For two raters, or the same panellist twice."),
        avoid=N_("Not for more than two raters; see Krippendorff's alpha."),
        compute=cohen_kappa,
        missing=_BOTH,
        proof=("cohen_weighted_kappa__diag",),
        undefined=(NO_RATED_PAIR, COMPLETE),
        schema=_COEFFICIENT,
        convention=LANDIS,
    ),
)
