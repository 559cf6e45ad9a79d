"""The two shapes that measures are computed from: ratings of one round, and pairs of two rounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.scale import Scale

COUNTED = 201  # steps, up to which ratings are counted rather than sorted
SLACK = 1e-9  # of the scale's range: binary fractions such as 0.1 must not decide a threshold

DEFAULT_CRITERION = Criterion()

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Ratings (P x I, NaN = none), the same sorted per item with NaN last, the number rated per item.

    ``groups`` holds one label a panellist where groups matter, else nothing; ``criterion`` says which range
    counts as agreement.
    """

    values: Floats
    scales: tuple[Scale, ...]
    ordered: Floats
    n: Ints
    groups: tuple[str, ...] = ()
    criterion: Criterion = DEFAULT_CRITERION

    @classmethod
    def of(
        cls,
        values: Floats,
        scales: tuple[Scale, ...],
        groups: tuple[str, ...] = (),
        criterion: Criterion = DEFAULT_CRITERION,
    ) -> Sample:
        """Sort ``values`` once for all measures."""
        rows = values if len(values) else np.full((1, len(scales)), np.nan)
        return cls(rows, scales, np.sort(rows, axis=0), count(~np.isnan(rows)), groups, criterion)

    @cached_property
    def group_names(self) -> tuple[str, ...]:
        """Return the groups present, sorted."""
        return tuple(sorted(set(self.groups)))

    @cached_property
    def group_codes(self) -> Ints:
        """Return the place of each panellist's group among ``group_names``."""
        place = {name: code for code, name in enumerate(self.group_names)}
        return np.array([place[name] for name in self.groups], dtype=np.int64)

    @cached_property
    def group_n(self) -> Ints:
        """Return the number rated by group and item, G x I."""
        found = np.zeros((len(self.group_names), len(self.scales)), dtype=np.int64)
        for part in self.group_categories:
            found[:, part.items] = part.counts.sum(axis=2)
        if len(self.uncounted):
            found[:, self.uncounted] = self.group_counts(~np.isnan(self.values[:, self.uncounted]))
        return found

    def group_counts(self, held: NDArray[np.bool_]) -> Ints:
        """Return of how many panellists of each group ``held`` (P x I) holds, G x I."""
        rows = [np.flatnonzero(self.group_codes == code) for code in range(len(self.group_names))]
        counted = [np.count_nonzero(held[one], axis=0) for one in rows]
        return np.array(counted, dtype=np.int64).reshape(len(rows), held.shape[1])

    @cached_property
    def group_categories(self) -> tuple[GroupCategories, ...]:
        """Return the counts of each group on scales of whole steps, once for each such scale.

        Scales of up to 201 steps count, where every rating is a whole step.
        """
        found = []
        for scale in dict.fromkeys(scale for scale in self.scales if scale.step == 1 and self.groups):
            items = np.array([place for place, one in enumerate(self.scales) if one == scale], dtype=np.int64)
            values = self.values if len(items) == len(self.scales) else self.values[:, items]
            size = int(scale.range) + 1
            if scale.points or (size <= COUNTED and _whole(values - scale.low)):
                parts = [values[self.group_codes == code] for code in range(len(self.group_names))]
                counts = np.array([_tally(part, scale.low, size) for part in parts])
                found.append(GroupCategories(scale, items, counts))
        return tuple(found)

    @cached_property
    def uncounted(self) -> Ints:
        """Return the items that ``group_categories`` leaves out."""
        counted = {int(item) for part in self.group_categories for item in part.items}
        return np.array([item for item in range(len(self.scales)) if item not in counted], dtype=np.int64)

    @cached_property
    def categories(self) -> tuple[Categories, ...]:
        """Return the counts of the items on scales of whole points, once for each such scale."""
        found = []
        for scale in dict.fromkeys(scale for scale in self.scales if scale.points):
            items = np.array([place for place, one in enumerate(self.scales) if one == scale], dtype=np.int64)
            values = self.values if len(items) == len(self.scales) else self.values[:, items]
            found.append(Categories(scale, items, tally(values, scale)))
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """How often each point of ``scale`` was chosen (items x points), and which items of the sample these are."""

    scale: Scale
    items: Ints
    counts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class GroupCategories:
    """How often each group chose each step of ``scale`` (groups x items x steps), and which items these are."""

    scale: Scale
    items: Ints
    counts: Ints


def _whole(values: Floats) -> bool:
    rated = values[~np.isnan(values)]
    return bool((rated == np.rint(rated)).all())


def _tally(values: Floats, low: float, size: int) -> Ints:
    columns = values.shape[1]
    places = values + (np.arange(columns) * size - low + 0.5)
    held = places[~np.isnan(places)].astype(np.int64)
    return np.bincount(held, minlength=columns * size).reshape(columns, size)


def codes_of(values: Floats, scale: Scale) -> Ints:
    """Return the place of each rating (P x I) among the points of ``scale``, -1 where there is none."""
    return np.where(np.isnan(values), -1.0, values - scale.low).round().astype(np.int64)


def counts_of(codes: Ints, points: int) -> Ints:
    """Return how often each code 0 to ``points`` - 1 stands in each column, columns x points; -1 does not count."""
    columns = codes.shape[1]
    places = (codes + np.arange(columns) * points)[codes >= 0]
    return np.bincount(places, minlength=columns * points).reshape(columns, points)


def tally(values: Floats, scale: Scale) -> Ints:
    """Return how often each point of ``scale`` stands in each column of ``values``, columns x points.

    What ``counts_of`` makes of ``codes_of``, without a code for each gap: a fifth of the time on a large panel.
    """
    points, columns = scale.points or 0, values.shape[1]
    places = values + (np.arange(columns) * points - scale.low + 0.5)
    held = places[~np.isnan(places)].astype(np.int64)
    return np.bincount(held, minlength=columns * points).reshape(columns, points)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Ratings of the same panellists and items (P x I each) in an earlier and a later round."""

    before: Floats
    after: Floats
    scales: tuple[Scale, ...]

    @property
    def both(self) -> NDArray[np.bool_]:
        """Return which panellist rated which item in both rounds."""
        return ~(np.isnan(self.before) | np.isnan(self.after))

    @property
    def n(self) -> Ints:
        """Return the number of pairs per item."""
        return count(self.both)

    def item(self, index: int) -> tuple[Floats, Floats]:
        """Return the paired ratings of one item."""
        both = self.both[:, index]
        return self.before[both, index], self.after[both, index]


def count(held: NDArray[np.bool_]) -> Ints:
    """Return how many rows hold, per item."""
    return np.asarray(np.count_nonzero(held, axis=0), dtype=np.int64)


def divide(numerator: Floats | Ints, denominator: Floats | Ints) -> Floats:
    """Return the quotient, NaN where ``denominator`` is 0."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    quotient: Floats = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=np.asarray(denominator) != 0)
    return quotient
