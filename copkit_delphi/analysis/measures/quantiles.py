"""Quantiles by each of the nine usual rules, hinges, and how often each value was given: to compare with other programs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, Measure
from copkit_delphi.analysis.measures.spread import quantile
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

FUZZ = 4 * np.finfo(np.float64).eps  # n p may miss a whole number by rounding
# Where the k-th of n ratings stands: (k - a) / (n + 1 - a - b).
PLOTTING = {4: (0.0, 1.0), 5: (0.5, 0.5), 6: (0.0, 0.0), 8: (1 / 3, 1 / 3), 9: (0.375, 0.375)}
DEFAULT_TYPE = 7


def quantile_by_type(sample: Sample, p: float, kind: int = DEFAULT_TYPE) -> Floats:
    """Return the ``p`` quantile (0 to 1) of each item by rule ``kind`` (Hyndman and Fan, 1996), NaN without ratings.

    In scale units, within the ratings given. Raises ``ValueError`` for a ``p`` or ``kind`` that there is not.

    >>> [round(float(quantile_by_type(item(1, 2, 2, 9, scale="1:9"), 0.75, kind)[0]), 2) for kind in (1, 2, 6, 7)]
    [2.0, 5.5, 7.25, 3.75]
    """
    if not 0 <= p <= 1 or kind not in range(1, 10):
        raise ValueError("p lies between 0 and 1, the type between 1 and 9")
    if kind == DEFAULT_TYPE:
        return quantile(sample, p)
    place, part = (
        _steps(np.asarray(sample.n * p, dtype=np.float64), kind)
        if kind <= 3
        else _between(sample, p, *PLOTTING[kind])
    )
    low, high = _at(sample, place), _at(sample, place + 1)
    return np.asarray(np.where(part == 0, low, np.where(part == 1, high, low + part * (high - low))))


def _steps(position: Floats, kind: int) -> tuple[Floats, Floats]:
    """Types 1 to 3: a rating as it was given; type 2 takes the middle of two, type 3 the even one."""
    position = position - 0.5 if kind == 3 else position
    place = np.floor(position + FUZZ * (1 + np.abs(position)))
    past = position - place > FUZZ * (1 + np.abs(position))
    stay = {1: 0.0, 2: 0.5}.get(kind, place % 2)
    return place, np.where(past, 1.0, stay)


def _between(sample: Sample, p: float, a: float, b: float) -> tuple[Floats, Floats]:
    """Types 4 to 9: between two ratings, in proportion."""
    position = a + p * (sample.n + 1 - a - b)
    place = np.floor(position + FUZZ * (1 + position))
    part = position - place
    return place, np.where(np.abs(part) <= FUZZ * (1 + position), 0.0, part)


def _at(sample: Sample, place: Floats) -> Floats:
    """Return the rating at ``place``, counted from 1; the first and the last stand for what lies beyond."""
    index = np.clip(place, 1, np.maximum(sample.n, 1)).astype(np.int64) - 1
    return np.asarray(np.take_along_axis(sample.ordered, index[None, :], axis=0)[0])


def fivenum(sample: Sample) -> Floats:
    """Return lowest, lower hinge, median, upper hinge and highest (Tukey, 1977) of each item, 5 x I; NaN without ratings.

    >>> fivenum(item(1, 2, 2, 9, scale="1:9"))[:, 0]
    array([1. , 1.5, 2. , 5.5, 9. ])
    """
    depth = np.floor((sample.n + 3) / 2) / 2
    places = (
        np.ones(len(depth)),
        depth,
        (sample.n + 1) / 2,
        sample.n + 1 - depth,
        sample.n.astype(np.float64),
    )
    return np.array([(_at(sample, np.floor(place)) + _at(sample, np.ceil(place))) / 2 for place in places])


def given(ratings: Sequence[float] | Floats) -> dict[float, int]:
    """Return how often each value was given, lowest first; NaN does not count.

    >>> given([2, 1, 2])
    {1.0: 1, 2.0: 2}
    """
    values = np.asarray(ratings, dtype=np.float64)
    found, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


MEASURES = (
    Measure(
        "quantile_by_type",
        "library",
        N_("Quantiles by the nine usual rules"),
        "Hyndman and Fan, 1996",
        "types 1 to 3: x[np] by steps; types 4 to 9: x[h], h = a + p (n + 1 - a - b), linear between neighbours",
        N_("To repeat the quartiles of another program: SPSS uses type 6, R, numpy and this engine type 7."),
        N_("Not to choose the rule that gives the wanted verdict: fix it before the first round."),
        N_("Over the ratings given."),
        quantile_by_type,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
        options={"type": DEFAULT_TYPE},
    ),
    Measure(
        "fivenum",
        "library",
        N_("Five numbers"),
        "Tukey, 1977",
        "lowest, lower hinge, median, upper hinge, highest; hinges at depth (floor((n + 1) / 2) + 1) / 2",
        N_("For a box plot as Tukey drew it."),
        N_("Not beside quartiles of type 7 without saying so: hinges may differ from them."),
        N_("Over the ratings given."),
        fivenum,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        undefined=(NO_RATINGS,),
        schema={"type": "array", "items": {"type": "number"}, "minItems": 5, "maxItems": 5},
    ),
    Measure(
        "given",
        "library",
        N_("How often each value was given"),
        "von der Gracht, 2012",
        "count of each distinct value",
        N_("For modes, and for everything that asks what was chosen most."),
        N_("Not for continuous scales with many values: each stands alone."),
        N_("Gaps do not count."),
        given,
        ("dispersion__likert5", "dispersion__likert9", "dispersion__prob"),
        schema={"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
    ),
)
