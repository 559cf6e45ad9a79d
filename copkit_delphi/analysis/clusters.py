"""Groups of like-minded rows: k-means from several starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.sample import Floats, Ints

STARTS, STEPS = 8, 50


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which of ``k`` groups each row belongs to, and the squared distances left within them."""

    labels: Ints
    within: float


def k_means(rows: Floats, k: int, random: np.random.Generator) -> Clusters:
    """Return the best of eight runs of k-means (Lloyd, 1982) from spread-out starts (Arthur and Vassilvitskii, 2007).

    ``rows`` is N x D without gaps, N >= k. Memory: eight times N x k numbers.

    >>> k_means(np.array([[0.0], [1.0], [9.0]]), 2, np.random.default_rng(1)).within
    0.5
    """
    centres = _starts(rows, k, random)
    labels = np.full((STARTS, len(rows)), -1)
    for _ in range(STEPS):
        nearest = _distances(rows, centres).argmin(axis=1)
        if (nearest == labels).all():
            break
        labels, centres = nearest, _centres(rows, nearest, centres)
    within = np.take_along_axis(_distances(rows, centres), labels[:, None, :], axis=1).sum(axis=(1, 2))
    best = int(within.argmin())
    return Clusters(labels[best], float(within[best]))


def _distances(rows: Floats, centres: Floats) -> Floats:
    """Return the squared distances of each row from each centre, starts x k x N."""
    starts, k, axes = centres.shape
    products = (centres.reshape(-1, axes) @ rows.T).reshape(starts, k, len(rows))
    lengths = (centres**2).sum(axis=2)[:, :, None] + (rows**2).sum(axis=1)
    return np.asarray(np.maximum(0.0, lengths - 2 * products))


def _centres(rows: Floats, labels: Ints, centres: Floats) -> Floats:
    starts, k, axes = centres.shape
    members = (labels[:, None, :] == np.arange(k)[:, None]).astype(np.float64)
    sizes = members.sum(axis=2)[:, :, None]
    sums = (members.reshape(-1, len(rows)) @ rows).reshape(starts, k, axes)
    return np.asarray(np.where(sizes > 0, sums / np.maximum(sizes, 1), centres))


def _starts(rows: Floats, k: int, random: np.random.Generator) -> Floats:
    """Each further centre is a row drawn in proportion to its squared distance from the nearest centre so far."""
    centres = rows[random.integers(0, len(rows), STARTS)][:, None, :]
    while centres.shape[1] < k:
        chances = np.cumsum(_distances(rows, centres).min(axis=1), axis=1)
        drawn = random.random(STARTS) * chances[:, -1]
        chosen = np.minimum((chances <= drawn[:, None]).sum(axis=1), len(rows) - 1)
        centres = np.concatenate([centres, rows[chosen][:, None, :]], axis=1)
    return centres
