"""Fuzzy Delphi: each answer becomes a triangle of numbers, and the panel's triangles are compared with their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import NO_RATINGS, ORDINAL, SHARE, Measure
from copkit_delphi.analysis.sample import SLACK, Floats
from copkit_delphi.domain.errors import N_

NEAR, NEAR_SHARE, ACCEPTED_FROM = 0.2, 0.75, 0.5
# Of the points 1 to 5: lowest, most likely and highest meaning of the word.
FIVE_POINTS = ((0.0, 0.0, 0.2), (0.0, 0.2, 0.4), (0.2, 0.4, 0.6), (0.4, 0.6, 0.8), (0.6, 0.8, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Fuzzy:
    """One item: the mean triangle, how far each rating's triangle lies from it, and whether the item is accepted."""

    triangle: Floats
    geometric: Floats
    distances: Floats
    threshold: float
    share_near: float
    crisp: float
    crisp_weighted: float
    accepted: bool


def fuzzy_delphi(
    ratings: Sequence[float] | Floats, triangles: Sequence[Sequence[float]] = FIVE_POINTS
) -> Fuzzy:
    """Return the fuzzy Delphi figures of one item's ratings, whole points from 1; NaN does not count.

    ``triangles`` holds (low, middle, high) of each point. Distances are those between vertices (Chen, 2000);
    an item is accepted (Cheng and Lin, 2002) when their mean is at most 0.2, at least 75 % of them are, and the
    mean of the triangle's corners is at least 0.5. Raises ``ValueError`` without ratings or off the points.

    >>> fuzzy_delphi([5, 5, 4, 5, 4]).triangle.round(2)
    array([0.52, 0.72, 0.92])
    """
    chosen = _triangles(np.asarray(ratings, dtype=np.float64), np.asarray(triangles, dtype=np.float64))
    low, middle, high = triangle = chosen.mean(axis=0)
    distances = np.sqrt(((chosen - triangle) ** 2).mean(axis=1))
    near, crisp = float((distances <= NEAR + SLACK).mean()), float(triangle.mean())
    met = (distances.mean() <= NEAR + SLACK, near >= NEAR_SHARE - SLACK, crisp >= ACCEPTED_FROM - SLACK)
    return Fuzzy(
        triangle,
        _geometric(chosen),
        distances,
        float(distances.mean()),
        near,
        crisp,
        float((low + 2 * middle + high) / 4),
        all(met),
    )


def _triangles(ratings: Floats, triangles: Floats) -> Floats:
    points = ratings[~np.isnan(ratings)]
    places = points.astype(np.int64) - 1
    if (
        not points.size
        or (places + 1 != points).any()
        or not (0 <= places.min() <= places.max() < len(triangles))
    ):
        raise ValueError(f"ratings are whole points from 1 to {len(triangles)}, and there is at least one")
    return triangles[places]


def _geometric(chosen: Floats) -> Floats:
    """Return the other usual mean triangle: lowest low, geometric mean of the middles, highest high."""
    middles = chosen[:, 1]
    middle = np.exp(np.log(middles).mean()) if (middles > 0).all() else 0.0
    return np.array([chosen[:, 0].min(), middle, chosen[:, 2].max()])


MEASURES = (
    Measure(
        "fuzzy_delphi",
        "library",
        N_("Fuzzy Delphi"),
        "Cheng and Lin, 2002; distance: Chen, 2000",
        "m = mean of the triangles; d_i = sqrt(sum((t_i - m)^2) / 3); accepted: mean d <= 0.2, 75 % of d <= 0.2, mean of m >= 0.5",
        N_("To repeat studies that select items this way, as many in education do."),
        N_(
            "Not as finer data: the triangles are chosen by the analyst, and another table gives another verdict."
        ),
        N_("Over the ratings given."),
        fuzzy_delphi,
        ("fuzzy_delphi__set1",),
        undefined=(NO_RATINGS,),
        scales=ORDINAL,
        schema={
            "type": "object",
            "properties": {
                "threshold": {"type": "number"},
                "share_near": SHARE,
                "accepted": {"type": "boolean"},
            },
        },
        options={"near": NEAR, "near_share": NEAR_SHARE, "accepted_from": ACCEPTED_FROM},
        convention=N_("0.2, 75 % and 0.5 (Cheng and Lin, 2002): conventions."),
    ),
)
