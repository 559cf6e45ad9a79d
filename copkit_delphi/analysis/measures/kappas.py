"""Kappas and their relatives: how far panellists choose the same categories, beyond chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from copkit_delphi.analysis.chance import (
    Chance,
    Counted,
    Tested,
    Weighting,
    agreement_weights,
    brennan_prediger,
    conger,
    fleiss,
    gwet,
    krippendorff,
    tested,
)
from copkit_delphi.analysis.measure import (
    COMPLETE,
    NO_RATED_PAIR,
    Level,
    Measure,
    Options,
    Outcome,
)
from copkit_delphi.analysis.pooled import Dense, table_of
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

TOO_MANY = N_("ratings that hardly repeat are not categories")
MOST = 256  # categories
UNEQUAL = N_("the items were not rated equally often")


def agreement(
    values: Floats, weighting: Weighting = "unweighted", categories: Floats | None = None
) -> dict[str, Chance]:
    """Return the five chance-corrected coefficients of ratings P x I (NaN: none), by name, as Gwet (2014) defines them.

    gwet (AC1, with weights AC2), fleiss, conger, brennan_prediger and krippendorff, each at most 1, with the
    agreement observed and expected and the standard error over items. ``categories`` (ascending; those used
    unless told) matter to gwet, brennan_prediger and the weights. Without a pair of ratings, or where all are
    the same, each is None with the reason.

    >>> found = agreement(matrix([[1, 2, 3, 3], [1, 2, 3, 1], [1, 2, None, 3]]))
    >>> round(found["gwet"].value, 3), round(found["fleiss"].value, 3), round(found["gwet"].p_a, 3)
    (0.753, 0.745, 0.833)
    """
    points, counts = counts_of(values, categories)
    if counts is None:
        return dict.fromkeys(NAMES, Chance(None, reason=TOO_MANY))
    counted = Counted.of(counts, agreement_weights(weighting, points))
    if isinstance(counted, str):
        return dict.fromkeys(NAMES, Chance(None, reason=counted))
    return {
        "gwet": gwet(counted),
        "fleiss": fleiss(counted),
        "conger": conger(counted, given_of(values, points)),
        "brennan_prediger": brennan_prediger(counted),
        "krippendorff": krippendorff(counted),
    }


NAMES = ("gwet", "fleiss", "conger", "brennan_prediger", "krippendorff")


def counts_of(values: Floats, categories: Floats | None) -> tuple[Floats, Floats | None]:
    """Return the categories and how often each was given to each item, None where they are too many.

    Categories that do not hold every rating give way to those used.
    """
    table = table_of(values)
    if not isinstance(table, Dense) or len(table.points) > MOST:
        return table.points, None
    if categories is None or not np.isin(table.points, categories).all():
        return table.points, table.counts
    counts = np.zeros((len(table.counts), len(categories)))
    counts[:, np.searchsorted(categories, table.points)] = table.counts
    return np.asarray(categories, dtype=np.float64), counts


def given_of(values: Floats, points: Floats) -> Floats:
    rated = values[:, ~np.isnan(values).all(axis=0)]
    return np.asarray(rated[:, :, None] == points, dtype=np.float64)


def fleiss_test(values: Floats) -> Tested:
    """Return Fleiss' kappa with its test against none (Fleiss, Nee and Landis, 1979); as many ratings for each item.

    The test says only whether there is any agreement: no interval follows from it (Zapf et al., 2016).

    >>> found = fleiss_test(matrix([[1, 2, 3, 3], [1, 2, 3, 1], [1, 2, 3, 3]]))
    >>> round(found.value, 3), round(found.z, 2)
    (0.745, 3.61)
    """
    found = agreement(values)["fleiss"]
    if found.value is None:
        return Tested(None, reason=found.reason)
    counts = counts_of(values, None)[1]
    assert counts is not None  # noqa: S101 - there is a coefficient
    sizes = np.unique(counts.sum(axis=1))
    if len(sizes) > 1:
        return Tested(found.value, reason=UNEQUAL)
    m, p = float(sizes[0]), counts.sum(axis=0) / counts.sum()
    spread = float(p @ (1 - p))
    numerator = spread**2 - float((p * (1 - p)) @ (1 - 2 * p))
    return tested(found.value, 2 * numerator / (len(counts) * m * (m - 1) * spread**2))


def share_unanimous(values: Floats) -> float:
    """Return the share of the items with two ratings on which all ratings are the same, 0 to 1; NaN without one.

    >>> share_unanimous(matrix([[1, 2, 3], [1, 2, 4]])) # doctest: +ELLIPSIS
    0.666...
    """
    rated = values[:, np.count_nonzero(~np.isnan(values), axis=0) > 1]
    if not rated.shape[1]:
        return float("nan")
    return float((np.nanmin(rated, axis=0) == np.nanmax(rated, axis=0)).mean())


def _counted(sample: Sample, weighting: Weighting) -> Counted | str:
    """Count over the points of the scale where all items share one of whole points, else over those used."""
    scale = sample.scales[0] if len(set(sample.scales)) == 1 else None
    categories = np.linspace(scale.low, scale.high, scale.points) if scale and scale.points else None
    points, counts = counts_of(sample.values, categories)
    return TOO_MANY if counts is None else Counted.of(counts, agreement_weights(weighting, points))


def _outcome(counted: Counted | str, compute: Callable[[Counted], Chance]) -> Outcome:
    return Outcome(None, counted) if isinstance(counted, str) else Outcome(compute(counted).value)


def fleiss_kappa(sample: Sample, options: Options) -> Outcome:
    """Return Fleiss' kappa of a round.

    >>> round(fleiss_kappa(panel([[1, 2, 3], [1, 2, 4], [1, 3, 3]]), Options()).value, 3)
    0.379
    """
    del options
    return _outcome(_counted(sample, "unweighted"), fleiss)


def gwet_ac1(sample: Sample, options: Options) -> Outcome:
    """Return Gwet's AC1 of a round.

    >>> round(gwet_ac1(panel([[1, 2, 3], [1, 2, 4], [1, 3, 3]]), Options()).value, 3)
    0.459
    """
    del options
    return _outcome(_counted(sample, "unweighted"), gwet)


def gwet_ac2(sample: Sample, options: Options) -> Outcome:
    """Return Gwet's AC2 of a round, with ordinal weights.

    >>> round(gwet_ac2(panel([[1, 2, 3], [1, 2, 4], [1, 3, 3]]), Options()).value, 3)
    0.875
    """
    del options
    return _outcome(_counted(sample, "ordinal"), gwet)


_MISSING = N_(
    "Every item with two ratings counts with the ratings it has; items with one tell of the categories only."
)
_COEFFICIENT = {"type": "number", "maximum": 1}
_UNDEFINED = (NO_RATED_PAIR, COMPLETE, TOO_MANY)
_GWET = ("agreement_coefficients__raw4", "agreement_coefficients__raw5")
_FLEISS = ("fleiss_kappa__fleiss", "fleiss_kappa__diag", "fleiss_kappa__video")
LANDIS = N_(
    "0.41 to 0.60 moderate, 0.61 to 0.80 substantial (Landis and Koch, 1977): an arbitrary convention."
)


def _entry(name: str, level: Level, title: str, source: str, formula: str, **more: Any) -> Measure:
    given = {"missing": _MISSING, "proof": _GWET, "undefined": _UNDEFINED, "schema": _COEFFICIENT, **more}
    return Measure(name, level, title, source, formula, **given)


MEASURES = (
    _entry(
        "fleiss_kappa",
        "round",
        N_("Fleiss' kappa"),
        "Fleiss, 1971; unequal numbers: Gwet, 2014",
        "(p_a - p_e) / (1 - p_e), p_a = mean over items of sum(c (c - 1)) / (m (m - 1)), p_e = sum(pi^2)",
        use=N_("For categories without an order, to compare with studies that report it."),
        avoid=N_(
            "Not for ordered scales: one point apart counts as wholly apart. It is low where most answers fall into one category."
        ),
        compute=fleiss_kappa,
        proof=(*_GWET, *_FLEISS),
        convention=LANDIS,
    ),
    _entry(
        "gwet_ac1",
        "round",
        N_("Gwet's AC1"),
        "Gwet, 2008",
        "(p_a - p_e) / (1 - p_e), p_e = sum(pi (1 - pi)) / (q - 1)",
        use=N_("For categories without an order where most answers fall into one of them."),
        avoid=N_(
            "Not alone: it can be high where panellists do not tell items apart (Vach and Gerke, 2023)."
        ),
        compute=gwet_ac1,
    ),
    _entry(
        "gwet_ac2",
        "round",
        N_("Gwet's AC2"),
        "Gwet, 2014",
        "(p_a - p_e) / (1 - p_e), p_e = sum(w) sum(pi (1 - pi)) / (q (q - 1)), w = 1 - C(|k - l| + 1, 2) / C(q, 2)",
        use=N_("For ordered scales, beside Krippendorff's alpha, where most answers are near each other."),
        avoid=N_(
            "Not alone: it can be high where panellists do not tell items apart (Vach and Gerke, 2023)."
        ),
        compute=gwet_ac2,
    ),
    _entry(
        "chance_corrected_agreement",
        "library",
        N_("Five chance-corrected coefficients with errors"),
        "Gwet, 2014",
        "(p_a - p_e) / (1 - p_e), by five ideas of p_e, unweighted or with linear, quadratic or ordinal weights",
        use=N_("To see how much a coefficient owes to its idea of chance."),
        avoid=N_("Not to pick the highest."),
        compute=agreement,
    ),
    _entry(
        "brennan_prediger",
        "library",
        N_("Brennan and Prediger's coefficient"),
        "Brennan and Prediger, 1981",
        "(p_a - p_e) / (1 - p_e), p_e = sum(w) / q^2",
        use=N_("Where chance means that every category is as likely as any other."),
        avoid=N_("Not where categories that nobody uses could be added: it rises with each."),
        compute=agreement,
    ),
    _entry(
        "conger_kappa",
        "library",
        N_("Conger's kappa"),
        "Conger, 1980",
        "(p_a - p_e) / (1 - p_e), p_e = mean over pairs of raters of sum(w p_g p_h)",
        use=N_(
            "Like Fleiss' kappa, where each rater's own habits count as chance; Cohen's kappa for two raters."
        ),
        avoid=N_("Not where raters are exchangeable."),
        compute=agreement,
        proof=(*_GWET, *_FLEISS),
    ),
)
