"""Krippendorff's alpha over resampled items and resampled panellists, in matrix products instead of recounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.disagreement import (
    FACTORED,
    Level,
    alpha_of_table,
    ratio_features,
    scores_of,
    within,
)
from copkit_delphi.analysis.packing import Packing, packing_of
from copkit_delphi.analysis.pooled import CELLS, Cells, Dense, Table, coded, multiplicities
from copkit_delphi.analysis.sample import Floats, Ints

WIDTH = 8  # arrays held at a time
ROOM = 1_000_000  # cells of one block of a product: 8 MB
BLOCK = 65_536  # draws times items taken at a time: they stay in the processor's cache
NOTHING = 1e-13  # of the greatest disagreement there could be: rounding, not variation


def over_items(table: Table, level: Level, random: np.random.Generator, resamples: int) -> Floats:
    """Return alpha of ``resamples`` draws of items, each with all its ratings; NaN where it is undefined.

    Counts are linear in how often an item was drawn, so that all draws are a few products with the count
    table (I x V): no rating is read again. Memory: the table and blocks of ``BLOCK`` cells.
    """
    items = len(table.totals())
    step = max(1, BLOCK // max(1, items))
    blocks = [min(step, resamples - start) for start in range(0, resamples, step)]
    return np.concatenate([_item_block(table, level, multiplicities(random, one, items)) for one in blocks])


def _item_block(table: Table, level: Level, drawn: Ints) -> Floats:
    pairable = table.totals() > 1
    times = drawn.astype(np.float64) if pairable.all() else np.where(pairable, drawn, 0.0)
    if isinstance(table, Cells) and level in {"nominal", "ordinal"}:
        found = [alpha_of_table(table, level, one) for one in times]
        return np.array(found, dtype=np.float64)
    if isinstance(table, Dense) and level == "ordinal":
        return _ordinal_items(table, times)
    return _fixed_items(table, level, times)


def _ordinal_items(table: Dense, times: Floats) -> Floats:
    """Ranks change with each draw: three products of B x I with I x V, instead of one with I x V^2."""
    m = table.totals()
    share = 1 / np.where(m > 1, m - 1, 1.0)
    n = table.pooled(times)
    ranks = scores_of("ordinal", table.points, n)
    squares = (ranks**2 * (times @ (table.counts * (share * m)[:, None]))).sum(axis=1)
    sums = ranks @ table.counts.T
    sums *= sums
    sums *= times
    total = n.sum(axis=1)
    expected = 2 * total * (n * ranks**2).sum(axis=1)  # their mean is zero
    return _alphas(2 * (squares - sums @ share), expected, total, total, total**4)


def _fixed_items(table: Table, level: Level, times: Floats) -> Floats:
    m = table.totals()
    scores = scores_of(level, table.points, table.pooled((m > 1).astype(np.float64)))
    apart = within(table, level, scores) / np.where(m > 1, m - 1, 1.0)
    total = times @ m
    expected, most = _expected(table, level, times, scores)
    return _alphas(times @ apart, expected, total, total, most)


def _expected(table: Table, level: Level, times: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Return the disagreement of all ratings of each draw, and how great it could be."""
    total = times @ table.totals()
    if level == "interval":
        most = 2 * total * (times @ table.sums(scores**2))
        return most - 2 * (times @ table.sums(scores)) ** 2, most
    if level == "nominal":
        return total**2 - (table.pooled(times) ** 2).sum(axis=1), total**2
    same = sum(((times @ table.sums(one)) ** 2 for one in ratio_features(table.points)), np.zeros(len(times)))
    return np.asarray(total**2 - same, dtype=np.float64), total**2


def _alphas(observed: Floats, expected: Floats, total: Floats, selves: Floats, most: Floats) -> Floats:
    """Return 1 - observed / expected per pair; ``selves`` are the pairs of a rating with itself."""
    varied = expected > NOTHING * most
    pairs = total**2 - selves
    ratio = np.divide(
        observed * pairs,
        np.where(varied, expected, 1.0) * np.maximum(total, 1.0),
        where=varied,
        out=np.full(len(observed), np.nan),
    )
    return np.asarray(1.0 - ratio, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    """How often each panellist was drawn, and what follows for each item (B x I).

    ``mass`` is the ratings of an item, ``selves`` the pairs of a panellist with himself or a copy of him.
    """

    times: Floats
    mass: Floats
    selves: Floats

    @property
    def pairs(self) -> Floats:
        """Return the ordered pairs of ratings of different panellists."""
        return self.mass**2 - self.selves

    @property
    def share(self) -> Floats:
        """Return what one pair counts, so that an item counts as many ratings as it has; 0 without a pair."""
        pairs = self.pairs
        return np.where(pairs > 0, self.mass / np.where(pairs > 0, pairs, 1.0), 0.0)


def over_panellists(values: Floats, level: Level, random: np.random.Generator, resamples: int) -> Floats:
    """Return alpha of ``resamples`` draws of panellists from ratings P x I; NaN where it is undefined.

    Whoever is drawn twice counts twice, but is never paired with his own copy, neither within an item nor
    among all ratings: else a panel of noise would seem to agree. All draws are one product of B x P with the
    ratings as indicators, taken item block by item block. Memory: the draws (B x P) and some blocks of
    ``ROOM`` cells each, together within 160 MB for 1,000 draws of 5,000 panellists and 500 items.
    Beyond ``FACTORED`` distinct ratings the interval difference goes by moments, the others draw by draw.
    """
    rated = values[~np.isnan(values).all(axis=1)]
    if not rated.size:
        return np.full(resamples, np.nan)
    step = max(1, CELLS // max(rated.shape))
    blocks = [min(step, resamples - start) for start in range(0, resamples, step)]
    return np.concatenate([_panellist_block(rated, level, random, one) for one in blocks])


def _panellist_block(values: Floats, level: Level, random: np.random.Generator, resamples: int) -> Floats:
    draws = _draws(multiplicities(random, resamples, len(values)).astype(np.float64), values)
    if level == "interval":
        return _by_moments(values, draws)
    points, codes = coded(values)
    if len(points) <= FACTORED:
        return _by_points(points, codes, level, draws)
    return _by_cells(points, codes, level, draws)


def _draws(times: Floats, values: Floats) -> _Draws:
    """Items that everybody rated have the same mass in each draw: only gaps need a product."""
    held = ~np.isnan(values)
    gaps = np.flatnonzero(~held.all(axis=0))
    mass, selves = times.sum(axis=1), (times**2).sum(axis=1)
    found = _Draws(times, *(np.repeat(one[:, None], values.shape[1], axis=1) for one in (mass, selves)))
    if gaps.size:
        packing = packing_of(max(mass.max(), selves.max()))
        both = packing.into([times, times**2]) @ held[:, gaps].astype(packing.kind)
        found.mass[:, gaps], found.selves[:, gaps] = packing.out_of(both, 2)
    return found


def _blocks(size: int, wide: int) -> Iterator[slice]:
    step = max(1, ROOM // max(1, wide))
    return (slice(start, min(size, start + step)) for start in range(0, size, step))


def _by_moments(values: Floats, draws: _Draws) -> Floats:
    scores = _centred(values)
    times = draws.times.astype(scores.dtype)
    share, counted = draws.share, draws.pairs > 0
    observed, first, second = np.zeros((3, len(times)))
    for block in _blocks(values.shape[1], max(times.shape)):
        sums = (times @ scores[:, block]).astype(np.float64)
        squares = (times @ scores[:, block] ** 2).astype(np.float64)
        apart = 2 * (draws.mass[:, block] * squares - sums**2)
        observed += (share[:, block] * apart).sum(axis=1)
        first += (sums * counted[:, block]).sum(axis=1)
        second += (squares * counted[:, block]).sum(axis=1)
    total = (draws.mass * counted).sum(axis=1)
    most = 2 * total * second
    return _alphas(observed, most - 2 * first**2, total, (draws.selves * counted).sum(axis=1), most)


def _centred(values: Floats) -> NDArray[Any]:
    """Return ratings about their centre, 0 where there is none; in short form where all sums are exact in it."""
    held = ~np.isnan(values)
    centre = values[held].mean()
    whole = np.where(held, values - np.round(centre), 0.0)
    if np.array_equal(whole, np.round(whole)) and len(values) * np.abs(whole).max() ** 2 < 2**24:
        return whole.astype(np.float32)
    return np.where(held, values - centre, 0.0)


def _by_points(points: Floats, codes: Ints, level: Level, draws: _Draws) -> Floats:
    packing = packing_of(draws.times.sum(axis=1).max())
    counts = _Counts(draws.times.astype(packing.kind), draws.mass, codes, points, packing)
    share, n = draws.share, _pooled(counts, draws)
    ranks = scores_of("ordinal", points, n) if level == "ordinal" else None
    observed = np.zeros(len(n))
    for block in _blocks(codes.shape[1], WIDTH * max(codes.shape[0], len(n))):
        columns = counts.features(block) if level == "ratio" else counts.columns(block)
        observed += _apart(columns, draws.mass[:, block], share[:, block], ranks)
    total = n.sum(axis=1)
    pooled = n @ np.stack(list(ratio_features(points)), axis=1) if level == "ratio" else n
    expected = _apart((one[:, None] for one in pooled.T), total[:, None], np.ones((len(n), 1)), ranks)
    selves = (draws.selves * (draws.pairs > 0)).sum(axis=1)
    return _alphas(observed, expected, total, selves, total**4 if level == "ordinal" else total**2)


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Counts of points in each draw: draws times indicators, some items at a time."""

    times: NDArray[Any]
    mass: Floats
    codes: Ints
    points: Floats
    packing: Packing

    def columns(self, items: slice | Ints) -> Iterator[Floats]:
        """Yield how often each point was given (B x items), point by point."""
        codes, rest = self.codes[:, items], self.mass[:, items].copy()
        last = len(self.points) - 1
        for start in range(0, last, self.packing.fields):
            packed = range(start, min(last, start + self.packing.fields))
            product = self.times @ self.packing.into([codes == point for point in packed])
            for found in self.packing.out_of(product, len(packed)):
                rest -= found
                yield found
        yield rest

    def features(self, items: slice | Ints) -> Iterator[Floats]:
        """Yield the sums of the features of the ratio difference (B x items), feature by feature."""
        codes, times = self.codes[:, items], self.times.astype(np.float64)
        for feature in ratio_features(self.points):
            yield times @ np.append(feature, 0.0)[codes]  # the last one for no rating: -1


def _pooled(counts: _Counts, draws: _Draws) -> Floats:
    """Return how often each point was given in each draw (B x V) to items that have a pair there."""
    size = len(counts.points)
    given = np.stack([(counts.codes == point).sum(axis=1) for point in range(size)], axis=1)
    n: Floats = draws.times @ given
    alone = (draws.pairs <= 0) & (draws.mass > 0)
    items = np.flatnonzero(alone.any(axis=0))
    if items.size:
        n -= np.stack([(one * alone[:, items]).sum(axis=1) for one in counts.columns(items)], axis=1)
    return n


def _apart(columns: Iterator[Floats], mass: Floats, share: Floats, ranks: Floats | None) -> Floats:
    """Return the squared differences over the ordered pairs of ratings, summed over items by ``share``, of each draw.

    ``columns`` are the counts of each point, whose ``ranks`` differ by draw, or features that tell sameness.
    """
    if ranks is None:
        same = sum((np.einsum("bi,bi,bi->b", share, one, one) for one in columns), np.zeros(len(mass)))
        return np.asarray(np.einsum("bi,bi,bi->b", share, mass, mass) - same, dtype=np.float64)
    sums, squares, weight = np.zeros(mass.shape), np.zeros(len(mass)), share * mass
    for one, rank in zip(columns, ranks.T, strict=True):
        squares += rank**2 * np.einsum("bi,bi->b", weight, one)
        sums += one * rank[:, None]
    return np.asarray(2 * (squares - np.einsum("bi,bi,bi->b", share, sums, sums)), dtype=np.float64)


def _by_cells(points: Floats, codes: Ints, level: Level, draws: _Draws) -> Floats:
    """Draw by draw, over the cells that hold something: for ratings that hardly repeat."""
    rows, items = np.nonzero(codes >= 0)
    found, inverse = np.unique(items * len(points) + codes[rows, items], return_inverse=True)
    share, counted = draws.share, draws.pairs > 0
    result = np.empty(len(draws.times))
    for one, times in enumerate(draws.times):
        counts = np.bincount(inverse, times[rows] * counted[one, items]).astype(np.float64)
        cells = Cells(points, found // len(points), found % len(points), counts, codes.shape[1])
        selves = float(draws.selves[one] @ counted[one])
        result[one] = _one_draw(cells, level, share[one], selves)
    return result


def _one_draw(cells: Cells, level: Level, share: Floats, selves: float) -> float:
    n = cells.pooled(np.ones(cells.size))
    total = n.sum(keepdims=True)
    scores = scores_of(level, cells.points, n)
    observed = np.array([share @ within(cells, level, scores)])
    expected = within(Dense(cells.points, n[None, :]), level, scores)
    most = total**4 if level == "ordinal" else total**2
    return float(_alphas(observed, expected, total, np.array([selves]), most)[0])
