"""Two camps on one item: the best cut of its ratings in two, and whether it deserves the name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.dip import FEWEST
from copkit_delphi.analysis.measure import NO_RATINGS, SHARE, Figures, Measure
from copkit_delphi.analysis.measures.polarisation import TOO_FEW
from copkit_delphi.analysis.measures.spread import mean
from copkit_delphi.analysis.reasons import rows
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import thresholds_for

EXPLAINED = 0.8  # cut in two, an even spread has 0.75 explained and a normal one 0.64
SMALLEST = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The best cut of each item (I each): ratings and mean below and above, and the share of variance it explains.

    NaN, and sizes of 0, where an item has fewer than two distinct ratings.
    """

    sizes: Ints
    centres: Floats
    explained: Floats


def best_cut(sample: Sample) -> Cut:
    """Return the cut of each item in two that leaves the least variance within both parts (Fisher, 1958), exact.

    ``sizes`` and ``centres`` are 2 x I, the lower part first. Every cut is tried, from sums of the sorted ratings.

    >>> cut = best_cut(item(1, 2, 8, 9, scale="1:9"))
    >>> cut.sizes[:, 0], cut.centres[:, 0], cut.explained.round(2)
    (array([2, 2]), array([1.5, 8.5]), array([0.98]))
    """
    total = len(sample.scales)
    cut = Cut(np.zeros((2, total), dtype=np.int64), np.full((2, total), np.nan), np.full(total, np.nan))
    for one in sample.categories:
        points = np.arange(one.counts.shape[1], dtype=np.float64) + one.scale.low
        _cut(cut, one.items, points, one.counts)
    items = np.array([place for place, scale in enumerate(sample.scales) if not scale.points], dtype=np.int64)
    if items.size and len(sample.ordered) > 1:
        ordered = sample.ordered[:, items].T
        _cut(cut, items, np.where(np.isnan(ordered), 0.0, ordered), (~np.isnan(ordered)).astype(np.int64))
    return cut


def _cut(cut: Cut, items: Ints, values: Floats, counts: Ints) -> None:
    """Fill in ``items`` from ascending ``values`` (items x values) and how often each was given."""
    n = counts.sum(axis=1)
    away = (values - divide((values * counts).sum(axis=1), n)[:, None]) * (counts > 0)
    below = np.cumsum(counts, axis=1)[:, :-1]
    weight = below * (n[:, None] - below)
    sums = np.cumsum(away * counts, axis=1)[:, :-1]
    between = np.where(weight > 0, divide(sums**2, weight), 0.0) * n[:, None]
    at = np.argmax(between, axis=1)[:, None]
    most, low = np.take_along_axis(between, at, 1)[:, 0], np.take_along_axis(below, at, 1)[:, 0]
    whole = (away**2 * counts).sum(axis=1)
    held = most > SLACK * np.where(whole > 0, whole, 1.0)
    part = np.take_along_axis(sums, at, 1)[:, 0]
    centre = divide((values * counts).sum(axis=1), n)
    both = np.array([centre + divide(part, low), centre - divide(part, n - low)])
    cut.sizes[:, items] = np.where(held, np.array([low, n - low]), 0)
    cut.centres[:, items] = np.where(held, both, np.nan)
    cut.explained[items] = np.where(held, np.minimum(divide(most, whole), 1.0), np.nan)


def camps(sample: Sample) -> Figures:
    """Return for each item whether its ratings fall into two camps, with their sizes and centres, with reasons.

    One object an item: ``count`` (1 or 2), ``sizes``, ``centres`` (means, lower camp first) and ``explained``, the
    share of variance that the best cut explains (None where all are alike). Two camps are called where it explains at least 80 %, the
    centres lie as far apart as groups that polarise, and the smaller camp holds two ratings and a fifth.

    >>> camps(item(1, 2, 2, 8, 9, 9, scale="1:9")).values[0]["sizes"]
    [3, 3]
    >>> camps(item(4, 5, 5, 5, 6, 5, scale="1:9")).values[0]["count"]
    1
    """
    cut, centre = best_cut(sample), mean(sample)
    two = _called(sample, cut)
    columns: dict[str, list[object]] = {
        "count": np.where(two, 2, 1).tolist(),
        "sizes": [
            sizes if split else [n]
            for split, sizes, n in zip(two, cut.sizes.T.tolist(), sample.n.tolist(), strict=True)
        ],
        "centres": [
            both if split else [one]
            for split, both, one in zip(two, cut.centres.T.tolist(), centre.tolist(), strict=True)
        ],
        "explained": [None if np.isnan(share) else float(share) for share in cut.explained],
    }
    return rows(columns, {NO_RATINGS: sample.n == 0, TOO_FEW: sample.n < FEWEST}, len(two))


def _called(sample: Sample, cut: Cut) -> list[bool]:
    distance = np.array([thresholds_for(scale).polarised - SLACK * scale.range for scale in sample.scales])
    smaller = cut.sizes.min(axis=0)
    called = (cut.explained >= EXPLAINED - SLACK) & (cut.centres[1] - cut.centres[0] >= distance)
    return list(map(bool, called & (smaller >= 2) & (smaller >= SMALLEST * sample.n - SLACK)))


_ARRAY = {"type": "array", "minItems": 1, "maxItems": 2}
MEASURES = (
    Measure(
        "camps",
        "item",
        N_("Camps"),
        "Fisher, 1958 (cut of least variance); rule for calling two camps: this engine",
        "cut maximising n1 n2 / n (m1 - m2)^2; two camps if it explains >= 80 % of the variance, the means are as far apart as groups that polarise, and the smaller has >= 20 % and two ratings",
        N_("Whether the panel falls into two camps, how large they are and where they stand."),
        N_(
            "Fooled by three camps, which it takes for two or one; by a small panel spread evenly, where chance leaves a hole in the middle; and by one peak with a heavy tail, whose tail it takes for a camp. It does not say who stands where: see the groups."
        ),
        N_("Over the ratings given; at least four."),
        camps,
        (
            "derivation: 1, 2, 2, 8, 9, 9 are two camps of three; 4, 5, 5, 5, 6, 5 are one; 1 to 9 once each are one, since the best cut explains 75 %",
        ),
        undefined=(NO_RATINGS, TOO_FEW),
        schema={
            "type": "object",
            "properties": {
                "count": {"enum": [1, 2]},
                "sizes": {**_ARRAY, "items": {"type": "integer", "minimum": 1}},
                "centres": {**_ARRAY, "items": {"type": "number"}},
                "explained": {**SHARE, "type": ["number", "null"]},
            },
            "required": ["count", "sizes", "centres", "explained"],
        },
        options={"explained": EXPLAINED, "smallest": SMALLEST},
        convention=N_("80 % and a fifth are conventions of this engine, without a published source."),
    ),
)
