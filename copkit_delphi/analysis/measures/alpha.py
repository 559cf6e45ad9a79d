"""Krippendorff's alpha: how far all panellists agree over all items, beyond chance, whatever is missing."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.disagreement import LEVELS, Level, alpha_of_table
from copkit_delphi.analysis.measure import (
    COMPLETE,
    NO_RATED_PAIR,
    NUMBER,
    Coefficient,
    Measure,
    Options,
    Outcome,
)
from copkit_delphi.analysis.pooled import Dense, Table, table_of
from copkit_delphi.analysis.resampling import over_items, over_panellists
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

BELOW_ZERO = N_("a ratio needs ratings of zero and above")
ONE_ITEM = N_("one item cannot be resampled")
FEW_PANELLISTS = N_("fewer than four panellists cannot be resampled")
MOSTLY_UNDEFINED = N_("too many resamples held complete agreement or no two ratings")
LOST = 0.05  # of the resamples may be undefined
MIDDLE = (0.025, 0.975)
ITEMS, PANELLISTS = 1, 2  # streams of random numbers, so that neither interval depends on the other
DEFAULT_OPTIONS = Options()


def krippendorff_alpha(
    values: Floats, level: Level = "ordinal", weights: Floats | None = None
) -> Coefficient:
    """Return alpha of ratings P x I (NaN: none), at most 1, below 0 when worse than chance (Krippendorff, 2011).

    ``weights`` (P, or P x I) tell how often each rating stands, as if it had been repeated. Items with one
    rating do not count. None with the reason without a pair, or where all ratings are the same. Memory: one
    byte a rating on whole scales, and a count table; no pairs are listed.

    >>> krippendorff_alpha(matrix([[1, 2, 3, None], [1, 2, 4, 5], [None, 2, 3, 5]])).value  # doctest: +ELLIPSIS
    0.974...
    >>> krippendorff_alpha(matrix([[4, 4], [4, 4]])).reason
    'complete agreement'
    """
    if level == "ratio" and np.fmin.reduce(values, axis=None, initial=0.0) < 0:
        return Coefficient(None, BELOW_ZERO)
    return _of_table(table_of(values, weights), level)


def alpha_of_counts(
    counts: Floats, points: Floats, level: Level = "ordinal", times: Floats | None = None
) -> Coefficient:
    """Return alpha of how often each of ``points`` (V, ascending) was given to each item (I x V).

    Counts may be weighted sums; each item counts ``times`` (I; once unless told).

    >>> alpha_of_counts(np.array([[3, 0], [0, 3], [1, 2]]), np.array([1.0, 2.0]), "nominal").value  # doctest: +ELLIPSIS
    0.6
    """
    return _of_table(
        Dense(np.asarray(points, dtype=np.float64), np.asarray(counts, dtype=np.float64)), level, times
    )


def _of_table(table: Table, level: Level, times: Floats | None = None) -> Coefficient:
    found = alpha_of_table(table, level, times)
    if found is not None:
        return Coefficient(found)
    return Coefficient(None, COMPLETE if (table.totals() > 1).any() else NO_RATED_PAIR)


def interval_over_items(
    values: Floats, level: Level = "interval", options: Options = DEFAULT_OPTIONS
) -> Outcome:
    """Return {low, high}: the middle 95 % of alpha over resampled items, each with all its ratings (Zapf et al., 2016).

    It tells how alpha would vary over other items put to the same panel.

    >>> interval_over_items(matrix([[1, 2, 3, 4, 5, 5], [1, 2, 3, 5, 4, 5]]), options=Options(seed=1)).value  # doctest: +ELLIPSIS
    {'low': 0.45..., 'high': 1.0}
    """
    if level == "ratio" and np.fmin.reduce(values, axis=None, initial=0.0) < 0:
        return Outcome(None, BELOW_ZERO)
    table = table_of(values)
    point = _of_table(table, level)
    if point.value is None:
        return Outcome(None, point.reason)
    if np.count_nonzero(table.totals() > 1) < 2:
        return Outcome(None, ONE_ITEM)
    random = np.random.default_rng((options.seed, ITEMS))
    return _middle(over_items(table, level, random, options.resamples))


def interval_over_panellists(
    values: Floats, level: Level = "interval", options: Options = DEFAULT_OPTIONS
) -> Outcome:
    """Return {low, high}: the middle 95 % of alpha over resampled panellists (bootstrap: Efron, 1979).

    It tells how alpha would vary over other panellists asked the same items. A panellist drawn twice counts
    twice but is never paired with his own copy. Memory: the draws (B x P) and blocks of products, within
    160 MB for 1,000 draws of 5,000 panellists by 500 items.

    >>> rows = matrix([[1, 2, 3, 4], [1, 2, 3, 5], [2, 2, 3, 4], [1, 3, 3, 5], [1, 1, 4, 5], [2, 2, 4, 4]])
    >>> interval_over_panellists(rows, options=Options(seed=1)).value  # doctest: +ELLIPSIS
    {'low': 0.7..., 'high': 0.9...}
    """
    point = krippendorff_alpha(values, level)
    if point.value is None:
        return point
    if np.count_nonzero(~np.isnan(values).all(axis=1)) < 4:
        return Outcome(None, FEW_PANELLISTS)
    random = np.random.default_rng((options.seed, PANELLISTS))
    return _middle(over_panellists(values, level, random, options.resamples))


def _middle(found: Floats) -> Outcome:
    held = found[~np.isnan(found)]
    if len(held) < (1 - LOST) * len(found) or not held.size:
        return Outcome(None, MOSTLY_UNDEFINED)
    low, high = np.quantile(held, MIDDLE)
    return Outcome({"low": float(low), "high": float(high)})


def round_alpha(sample: Sample, options: Options) -> Outcome:
    """Return alpha at the four levels and the intervals of the interval level, each null with its reason.

    >>> found = round_alpha(panel([[1, 2, 3], [1, 2, 4]]), Options(resamples=100)).value
    >>> round(found["interval"], 3), found["interval_ci_panellists"], found["reason"]
    (0.878, None, {'interval_ci_panellists': 'fewer than four panellists cannot be resampled'})
    """
    found: dict[str, Outcome] = {level: krippendorff_alpha(sample.values, level) for level in LEVELS}
    found |= {
        "interval_ci_items": interval_over_items(sample.values, "interval", options),
        "interval_ci_panellists": interval_over_panellists(sample.values, "interval", options),
    }
    values = {name: one.value for name, one in found.items()}
    return Outcome({**values, "reason": {name: one.reason for name, one in found.items() if one.reason}})


_INTERVAL = {
    "type": ["object", "null"],
    "properties": {"low": NUMBER, "high": NUMBER},
    "required": ["low", "high"],
}
_LEVELS: dict[str, object] = {level: {"type": ["number", "null"], "maximum": 1} for level in LEVELS}
_INTERVALS: dict[str, object] = {"interval_ci_items": _INTERVAL, "interval_ci_panellists": _INTERVAL}
_USE = N_("One figure for a whole round, on any scale and with gaps: do panellists tell items apart alike?")
_AVOID = N_("Not as consensus: a panel that agrees on every item but rates all items alike has a low alpha.")
_MISSING = N_("Every item with two ratings counts with the ratings it has; nothing is filled in.")
_CONVENTION = N_("From .800, tentatively from .667 (Krippendorff, 2004): a convention.")
_VECTORS = (
    "krippendorff_alpha__krippendorff2011_12units",
    "krippendorff_alpha__wikipedia_3coders_15units",
    "krippendorff_alpha__gwet5observers",
    "krippendorff_alpha__anxiety_complete",
    "degenerate_inputs__agreement",
)

MEASURES = (
    Measure(
        "krippendorff_alpha",
        "round",
        N_("Krippendorff's alpha"),
        "Krippendorff, 2011; intervals: Zapf et al., 2016, and Efron, 1979",
        "1 - (n - 1) sum(o d^2) / sum(n_v n_w d^2), o_vw = sum over items of c_v (c_w - [v = w]) / (m - 1)",
        _USE,
        _AVOID,
        _MISSING,
        round_alpha,
        _VECTORS,
        undefined=(NO_RATED_PAIR, COMPLETE, BELOW_ZERO, ONE_ITEM, FEW_PANELLISTS, MOSTLY_UNDEFINED),
        schema={
            "type": "object",
            "properties": {**_LEVELS, **_INTERVALS, "reason": {"type": "object"}},
            "required": [*_LEVELS, *_INTERVALS, "reason"],
        },
        convention=_CONVENTION,
    ),
)
