"""The ratings of a panel counted once, item by value: what agreement over all items is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.sample import Floats, Ints

CELLS = 4_000_000  # of a dense table: 32 MB
BLOCK = 32_768  # ratings read at a time: they stay in the processor's cache
FEW, MANY = 20, 20_000  # fewer points and more ratings than this: comparing is faster than binning
MISSING = 255  # as a byte: no rating

Bytes: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """How often each of ``points`` (V, ascending) was given to each item: ``counts``, I x V."""

    points: Floats
    counts: Floats

    def totals(self) -> Floats:
        """Return the number of ratings of each item."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64)

    def sums(self, features: Floats) -> Floats:
        """Return the sum of ``features`` (V, or V x K) over the ratings of each item: I, or I x K."""
        return np.asarray(self.counts @ features, dtype=np.float64)

    def squares(self) -> Floats:
        """Return the sum of the squared counts of each item."""
        return np.asarray((self.counts * self.counts).sum(axis=1), dtype=np.float64)

    def pooled(self, times: Floats) -> Floats:
        """Return how often each point was given to items that count ``times`` (I, or B x I)."""
        return np.asarray(times @ self.counts, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The same where most points were never given to most items: only the cells that hold something."""

    points: Floats
    items: Ints
    codes: Ints
    counts: Floats
    size: int

    def totals(self) -> Floats:
        """Return the number of ratings of each item."""
        return _floats(np.bincount(self.items, self.counts, self.size))

    def sums(self, features: Floats) -> Floats:
        """Return the sum of ``features`` (V, or V x K) over the ratings of each item: I, or I x K."""
        if features.ndim == 1:
            return _floats(np.bincount(self.items, self.counts * features[self.codes], self.size))
        return np.stack([self.sums(column) for column in features.T], axis=1)

    def squares(self) -> Floats:
        """Return the sum of the squared counts of each item."""
        return _floats(np.bincount(self.items, self.counts**2, self.size))

    def pooled(self, times: Floats) -> Floats:
        """Return how often each point was given to items that count ``times`` (I)."""
        return _floats(np.bincount(self.codes, self.counts * times[self.items], len(self.points)))


def _floats(counts: NDArray[Any]) -> Floats:
    return np.asarray(counts, dtype=np.float64)


Table: TypeAlias = Dense | Cells


def table_of(values: Floats, weights: Floats | None = None) -> Table:
    """Count ratings P x I (NaN: none); ``weights`` (P, or P x I) tell how often each stands.

    Memory: one integer a rating beyond few whole numbers, and a table of at most ``CELLS`` cells.
    """
    if weights is None:
        counted = _whole_counts(values)
        if counted is not None:
            return counted
    points, codes = coded(values)
    held = codes >= 0
    times = None if weights is None else _spread_out(weights, values)[held]
    return _counted(points, codes, held, times)


def _spread_out(weights: Floats, values: Floats) -> Floats:
    wide = weights[:, None] if np.ndim(weights) == 1 else weights
    return np.broadcast_to(wide, values.shape)


def _counted(points: Floats, codes: Ints, held: NDArray[np.bool_], times: Floats | None) -> Table:
    items, size = codes.shape[1], len(points)
    places = (codes + np.arange(items) * size)[held]
    if items * size <= CELLS:
        flat = np.bincount(places, times, items * size)
        return Dense(points, flat.reshape(items, size).astype(np.float64))
    found, inverse = np.unique(places, return_inverse=True)
    return Cells(points, found // size, found % size, np.bincount(inverse, times).astype(np.float64), items)


def _whole_counts(values: Floats) -> Dense | None:
    """Count whole numbers from 0 to 254, or return None where there are others."""
    codes = whole_codes(values)
    if codes is None:
        return None
    counts = np.zeros((MISSING, values.shape[1]), dtype=np.int64)
    for start in range(0, len(codes), MISSING):  # a count of up to 255 fits a byte
        _add_counts(counts, codes[start : start + MISSING])
    used = np.flatnonzero(counts.any(axis=1))
    return Dense(used.astype(np.float64), np.ascontiguousarray(counts[used].T, dtype=np.float64))


def whole_codes(values: Floats) -> Bytes | None:
    """Return whole numbers from 0 to 254 as bytes, 255 where there is none; None where there are others."""
    codes = np.empty(values.shape, dtype=np.uint8)
    step = max(1, BLOCK // max(1, values.shape[1]))
    filled = np.empty((step, values.shape[1]))
    for start in range(0, len(values), step):
        block = values[start : start + step]
        if not _to_bytes(block, filled[: len(block)], codes[start : start + step]):
            return None
    return codes


def _to_bytes(block: Floats, filled: Floats, codes: Bytes) -> bool:
    low, high = np.fmin.reduce(block, axis=None, initial=0.0), np.fmax.reduce(block, axis=None, initial=0.0)
    if low < 0 or high >= MISSING:
        return False
    np.fmin(block, float(MISSING), out=filled)
    np.copyto(codes, filled, casting="unsafe")
    return np.array_equal(codes, filled)


def _add_counts(counts: Ints, codes: Bytes) -> None:
    """Count column by column: few points by comparing bytes, which is several times faster than binning."""
    low, high = int(codes.min(initial=MISSING)), int((codes + np.uint8(1)).max(initial=0)) - 1
    if high - low < FEW and codes.size > MANY:
        for point in range(low, high + 1):
            same = (codes == point).view(np.uint8)
            counts[point] += np.add.reduce(same, axis=0, dtype=np.uint8)
    elif high >= 0:
        items = codes.shape[1]
        places = (codes.astype(np.int64) * items + np.arange(items))[codes != MISSING]
        counts[: high + 1] += np.bincount(places, minlength=(high + 1) * items).reshape(high + 1, items)


def coded(values: Floats) -> tuple[Floats, Ints]:
    """Return the distinct ratings, ascending, and the place of each rating (P x I) among them; -1: none."""
    whole = whole_codes(values)
    if whole is not None:
        used = np.flatnonzero(np.bincount(whole.ravel(), minlength=MISSING + 1)[:MISSING])
        places = np.full(MISSING + 1, -1)
        places[used] = np.arange(len(used))
        return used.astype(np.float64), places[whole]
    held = ~np.isnan(values)
    points, found = np.unique(values[held], return_inverse=True)
    codes = np.full(values.shape, -1, dtype=np.int64)
    codes[held] = found
    return points, codes


def multiplicities(random: np.random.Generator, resamples: int, size: int) -> Ints:
    """Draw ``size`` of ``size`` with replacement, ``resamples`` times; return how often each was drawn."""
    drawn = random.integers(0, size, (resamples, size)) + size * np.arange(resamples)[:, None]
    return np.bincount(drawn.ravel(), minlength=resamples * size).reshape(resamples, size)
