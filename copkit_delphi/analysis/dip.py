"""Hartigan's dip: how far answers are from the nearest distribution with a single peak, and how probable that is.

Many samples at once: their points lie one after another in flat arrays, so that no sample needs a loop of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.sample import Floats, Ints

SEED, DRAWS = 20_260_101, 10_000
FEWEST = 4  # three ratings have a single peak whatever they are
# Panels for which samples are simulated. Small ones each for itself: their dips come in steps.
GRID = (*range(FEWEST, 21), 25, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1000)
CHUNK = 1_000_000  # simulated ratings at once: about 100 MB

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Distinct values of several samples, ascending within each: how many ratings lie below, and up to each.

    ``first`` and ``last`` are the places of each sample's outermost points; ``n`` is its number of ratings.
    """

    values: Floats
    below: Floats
    upto: Floats
    first: Ints
    last: Ints
    n: Ints


def points_of(values: Floats, counts: Ints | Floats, owner: Ints, samples: int) -> Points:
    """Return the points of ``samples`` samples from their distinct values, how often each was given, and whose it is.

    All three run over the points, sample after sample, each ascending; every sample has a point.
    """
    total = np.cumsum(counts).astype(np.float64)
    first = np.searchsorted(owner, np.arange(samples))
    last = np.append(first[1:], len(values)) - 1
    start = total[first] - counts[first]
    return Points(
        np.asarray(values, dtype=np.float64),
        total - counts - start[owner],
        total - start[owner],
        first,
        last,
        np.rint(total[last] - start).astype(np.int64),
    )


def dips(points: Points) -> Floats:
    """Return the dip of each sample (Hartigan and Hartigan, 1985), 1 / 2n (also when all are alike) to 1/4.

    The peak is looked for in an interval that begins as the whole range. In it, the greatest convex minorant of
    the distribution and its least concave majorant are drawn. Where they lie furthest apart the interval is
    narrowed, and what is cut off must be convex on the left and concave on the right: how far it is from
    that counts. It ends when the two curves lie no further apart than that, or nothing is left to cut.
    """
    worst = np.ones(len(points.first))
    active = np.arange(len(points.first))
    low, high = points.first.copy(), points.last.copy()
    while active.size:
        apart, new_low, new_high, cut = _narrow(points, low, high)
        go_on = (apart > worst[active]) & ((new_low > low) | (new_high < high))
        active, low, high = active[go_on], new_low[go_on], new_high[go_on]
        worst[active] = np.maximum(worst[active], cut[go_on])
    return np.asarray(worst / (2 * points.n))


def _narrow(points: Points, low: Ints, high: Ints) -> tuple[Floats, Ints, Ints, Floats]:
    """Return how far both curves lie apart in each interval, the interval that follows, and the worst of what it cuts."""
    size = high - low + 1
    start = np.cumsum(size) - size
    owner = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(owner)) - start[owner] + low[owner]
    x, below, upto = points.values[place], points.below[place], points.upto[place]
    ends = start, start + size - 1
    on_minorant, on_majorant = _touches(x, below, ends), _touches(x, -upto, ends)
    minorant, majorant = _drawn(x, below, on_minorant), _drawn(x, upto, on_majorant)
    gap = np.where(on_minorant | on_majorant, majorant - minorant, -1.0)
    apart = np.maximum.reduceat(gap, start)
    widest = _first_of(gap == apart[owner], start)
    new_low = np.where(on_minorant[widest], widest, _before(on_minorant)[widest])
    new_high = np.where(on_minorant[widest], _after(on_majorant)[widest], widest)
    here = np.arange(len(owner))
    cut = np.where(here < new_low[owner], upto - minorant, 0.0)
    cut = np.maximum(cut, np.where(here > new_high[owner], majorant - below, 0.0))
    return apart, new_low - start + low, new_high - start + low, np.maximum.reduceat(cut, start)


def _touches(x: Floats, y: Floats, ends: tuple[Ints, Ints]) -> Flags:
    """Return which points the greatest convex minorant of ``y`` touches in each stretch between ``ends``.

    A point on or above the line between any two others is none of them, so all that are found go at once.
    """
    kept = np.arange(len(x))
    outer = np.zeros(len(x), dtype=bool)
    outer[ends[0]] = outer[ends[1]] = True
    while True:
        left = kept[:-1]
        dx, dy = x[kept[1:]] - x[left], y[kept[1:]] - y[left]
        above = np.zeros(len(kept), dtype=bool)
        above[1:-1] = dy[:-1] * dx[1:] >= dy[1:] * dx[:-1]
        above &= ~outer[kept]
        if not above.any():
            break
        kept = kept[~above]
    found = np.zeros(len(x), dtype=bool)
    found[kept] = True
    return found


def _drawn(x: Floats, y: Floats, on: Flags) -> Floats:
    """Return ``y`` at the points that are ``on`` the curve, and on the straight lines between them elsewhere."""
    before, after = _before(on), _after(on)
    width = x[after] - x[before]
    part = np.divide(x - x[before], width, out=np.zeros(len(x)), where=width > 0)
    return np.asarray(y[before] + (y[after] - y[before]) * part)


def _before(on: Flags) -> Ints:
    return np.asarray(np.maximum.accumulate(np.where(on, np.arange(len(on)), 0)))


def _after(on: Flags) -> Ints:
    last = len(on) - 1
    return np.asarray(np.minimum.accumulate(np.where(on, np.arange(len(on)), last)[::-1])[::-1])


def _first_of(held: Flags, start: Ints) -> Ints:
    """Return the first place that holds in each stretch that begins at ``start``; one does in each."""
    places = np.flatnonzero(held)
    return np.asarray(places[np.searchsorted(places, start)])


@lru_cache(maxsize=len(GRID))
def simulated(n: int) -> Floats:
    """Return the dips of 10,000 samples of ``n`` uniform values, ascending; always the same for one ``n``.

    The uniform distribution is the hardest to tell from two peaks (Hartigan and Hartigan, 1985).
    """
    random = np.random.default_rng((SEED, n))
    found = [_uniform_dips(random, size, n) for size in _sizes(n)]
    return np.sort(np.concatenate(found))


def _sizes(n: int) -> list[int]:
    once = max(1, min(DRAWS, CHUNK // n))
    return [min(once, DRAWS - done) for done in range(0, DRAWS, once)]


def _uniform_dips(random: np.random.Generator, size: int, n: int) -> Floats:
    values = np.sort(random.random((size, n)), axis=1).ravel()
    owner = np.repeat(np.arange(size), n)
    return dips(points_of(values, np.ones(len(values)), owner, size))


def p_of(dips: Floats, n: Ints) -> Floats:
    """Return how probable a dip of at least each of ``dips`` is among ``n`` uniform ratings, above 0 to 1.

    Simulated, so never 0: (k + 1) / (draws + 1) (Davison and Hinkley, 1997). The dip is compared in units of
    1 / sqrt(n), in which it hardly depends on n; between two simulated n it is linear in 1 / sqrt(n). Off by chance
    by 0.005, between two n by as much again, and above 1000 ratings by up to 0.02, towards too small.
    """
    grid = np.array(GRID)
    upper = np.minimum(np.searchsorted(grid, n), len(grid) - 1)
    lower = np.where(grid[upper] > n, upper - 1, upper)
    scaled = dips * np.sqrt(n)
    part = _part(np.asarray(n, dtype=np.float64), grid[lower], grid[upper])
    p = (1 - part) * _p_at(scaled, lower) + part * _p_at(scaled, upper)
    # Between two simulated n the smallest dip there is would look a little larger than that.
    return np.asarray(np.where(dips * n <= 0.5 + 1e-9, 1.0, p))


def _part(n: Floats, lower: Ints, upper: Ints) -> Floats:
    width = 1 / np.sqrt(lower) - 1 / np.sqrt(upper)
    return np.divide(1 / np.sqrt(lower) - 1 / np.sqrt(n), width, out=np.zeros(len(n)), where=width > 0)


def _p_at(scaled: Floats, places: Ints) -> Floats:
    p = np.ones(len(scaled))
    for place in np.unique(places):
        here = places == place
        draws = simulated(GRID[place]) * np.sqrt(GRID[place])
        p[here] = (DRAWS - np.searchsorted(draws, scaled[here] - 1e-9) + 1) / (DRAWS + 1)
    return p
