"""The p of a statistic of rank sums by dealing each panellist's ranks anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import Options
from copkit_delphi.analysis.sample import Floats

ROOM = 2_000_000  # ranks dealt at a time: 16 MB
TIE = 1e-9  # relative: a shuffle that gives the same statistic counts as reaching it
STREAM = 3  # of random numbers


def shuffled_p(
    deviations: Floats, held: NDArray[np.bool_], statistic: Callable[[Floats], Floats], options: Options
) -> float:
    """Return the share of shuffles whose ``statistic`` of column sums (..., I) reaches that of ``deviations``.

    ``deviations`` (P x I) are 0 where not ``held``; the observed order counts as one shuffle, so that p is
    never 0.
    """
    reached = statistic(deviations.sum(axis=0)) * (1 - TIE)
    hits = sum(int((statistic(sums) >= reached).sum()) for sums in _shuffles(deviations, held, options))
    return (hits + 1) / (options.resamples + 1)


def _shuffles(deviations: Floats, held: NDArray[np.bool_], options: Options) -> Iterator[Floats]:
    """Yield column sums (B x I) after each panellist's deviations were dealt anew over the items he rated."""
    random = np.random.default_rng((options.seed, STREAM))
    front = np.take_along_axis(deviations, np.argsort(~held, axis=1, kind="stable"), axis=1)
    step = max(1, ROOM // deviations.size)
    for start in range(0, options.resamples, step):
        shape = (min(step, options.resamples - start), *deviations.shape)
        order = np.argsort(np.where(held, random.random(shape), 2.0), axis=2)  # gaps last
        dealt = np.empty(shape)
        np.put_along_axis(dealt, order, np.broadcast_to(front, shape), axis=2)
        yield dealt.sum(axis=1)
