"""Panels for property tests: ratings with gaps, and how to write them otherwise without changing what they say."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from copkit_delphi.analysis.sample import Sample
from copkit_delphi.domain.scale import Scale


def ratings(low=1, high=9, *, gaps=True, most=(12, 4), least=1):
    """Whole ratings, panellists x items."""
    element = st.integers(low, high).map(float)
    return arrays(
        float,
        array_shapes(min_dims=2, max_dims=2, min_side=least, max_side=max(most)),
        elements=st.one_of(element, element, element, st.just(math.nan)) if gaps else element,
    )


def sample(values, low=1, high=9, step=1.0, groups=()):
    matrix = np.asarray(values, dtype=float)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    return Sample.of(matrix, (Scale(low, high, step),) * matrix.shape[1], tuple(groups))


POINTS = st.integers(3, 9)


def counts(points=POINTS, most=20):
    """How often each point was chosen, by at least one."""
    return points.flatmap(lambda k: st.lists(st.integers(0, most), min_size=k, max_size=k)).filter(any)


def figures(found):
    """The values of a compute, whether with reasons or bare."""
    return np.asarray(getattr(found, "values", found), dtype=float)


def shuffled(values, seed=0):
    """The same panellists and items in another order, and the order of the items."""
    draw = np.random.default_rng(seed)
    order = draw.permutation(values.shape[1])
    return values[draw.permutation(len(values))][:, order], order
