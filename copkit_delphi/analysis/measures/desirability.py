"""Is what people wish for also what they expect? A check of likelihood ratings against desirability ratings."""

from __future__ import annotations

import numpy as np

from copkit_delphi.analysis.measure import Measure, Outcome, plain
from copkit_delphi.analysis.measures.association import spearman
from copkit_delphi.analysis.sample import Floats, count, divide
from copkit_delphi.domain.errors import N_

FEW_PAIRS = N_("fewer than five answers hold both ratings")
LEAST = 5  # answers with both ratings


def desirability(likelihood: Floats, desired: Floats) -> Outcome:
    """Return {n, overall, within_items, per_item} rank correlations of both ratings (P x I each, NaN = none).

    ``overall`` is over all answers; ``within_items`` over answers less their item's mean, so that items which are
    both likely and welcome do not count; ``per_item`` holds None below five answers or where all are the same.

    >>> likely, wished = matrix([[1], [2], [3], [4], [5]]), matrix([[1], [2], [3], [5], [4]])
    >>> desirability(likely, wished).value
    {'n': 5, 'overall': 0.9, 'within_items': 0.9, 'per_item': [0.9]}
    """
    gap = np.isnan(likelihood) | np.isnan(desired)
    likely, wished = (np.where(gap, np.nan, values) for values in (likelihood, desired))
    n = count(~gap)
    if n.sum() < LEAST:
        return Outcome(None, FEW_PAIRS)
    own = np.where(n >= LEAST, spearman(likely, wished), np.nan)
    return Outcome(
        {
            "n": int(n.sum()),
            "overall": _rho(likely, wished),
            "within_items": _rho(_centred(likely), _centred(wished)),
            "per_item": [plain(value) for value in np.round(own, 12)],
        }
    )


def _centred(values: Floats) -> Floats:
    away = values - divide(np.nansum(values, axis=0), count(~np.isnan(values)))
    return np.asarray(np.round(away, 9))


def _rho(first: Floats, second: Floats) -> object:
    return plain(np.round(spearman(first.reshape(-1, 1), second.reshape(-1, 1))[0], 12))


_RHO = {"type": ["number", "null"], "minimum": -1, "maximum": 1}
_VALUE = {
    "n": {"type": "integer", "minimum": LEAST},
    "overall": _RHO,
    "within_items": _RHO,
    "per_item": {"type": "array", "items": _RHO},
}
MEASURES = (
    Measure(
        "desirability",
        "library",
        N_("Desirability check"),
        "Ecken, Gnatzy and von der Gracht, 2011 (the check); Spearman, 1904 (the coefficient, chosen here)",
        "Spearman's rho of likelihood and desirability: over all answers, over answers less their item's mean, per item",
        N_("Where panellists rated both: whether those who wish for a thing expect it more than others do."),
        N_(
            "Not as proof of wishful thinking: who knows that a thing is coming may have learned to like it, and one who rates everything high or low makes both go together."
        ),
        N_("Over the answers that hold both ratings."),
        desirability,
        ("derivation: Spearman's rho, which its own vectors hold; three cases by hand",),
        undefined=(FEW_PAIRS,),
        schema={"type": "object", "properties": _VALUE, "required": list(_VALUE)},
    ),
)
