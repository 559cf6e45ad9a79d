"""Every measure against published figures, and every registered measure in degenerate cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis import engine, registry
from copkit_delphi.analysis.measures import shares, spread
from copkit_delphi.analysis.sample import Pairs, Sample
from copkit_delphi.domain.scale import PERCENT, Scale

FIVE = Scale(1, 5)


def near(expected, tolerance):
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


def sample_of(values, scale=PERCENT):
    matrix = np.array(values, dtype=float).reshape(len(values), -1)
    return Sample.of(matrix, (scale,) * matrix.shape[1])


@given(arrays(float, (7, 3), elements=st.one_of(st.integers(0, 100).map(float), st.just(math.nan))))
def test_location_and_spread_equal_numpy_on_what_was_rated(values):
    sample = Sample.of(values, (PERCENT,) * 3)
    for place, column in enumerate(values.T):
        rated = column[~np.isnan(column)]
        if len(rated):
            for p in (0.05, 0.25, 0.5, 0.75, 0.95):
                assert spread.quantile(sample, p)[place] == pytest.approx(np.quantile(rated, p))
            assert spread.mean(sample)[place] == pytest.approx(rated.mean())
        if len(rated) > 1:
            assert spread.sd(sample)[place] == pytest.approx(rated.std(ddof=1), abs=1e-9)


@pytest.mark.parametrize(
    ("scale", "first", "last", "count"),
    [
        (PERCENT, (0, 9), (90, 100), 10),
        (Scale(0, 100, 0), (0, 9), (90, 100), 10),
        (FIVE, (1, 1), (5, 5), 5),
        (Scale(0, 1, 0), (0, 0.1), (0.9, 1), 10),
        (Scale(0, 20), (0, 1), (18, 20), 10),
    ],
)
def test_columns_of_a_distribution(scale, first, last, count):
    columns = spread.bins(scale)
    assert (columns[0], columns[-1], len(columns)) == (pytest.approx(first), pytest.approx(last), count)


def test_histogram_puts_edges_where_they_belong():
    values = np.array([0, 9, 9.9, 10, 99, 100, math.nan])
    counts = [count for _, _, count in spread.histogram(values, Scale(0, 100, 0))]
    assert counts == [3, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    tenths = [count for _, _, count in spread.histogram(np.array([0.3, 0.7]), Scale(0, 1, 0))]
    assert tenths == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0]


def test_share_around_the_median_counts_binary_fractions_as_written():
    sample = sample_of([0.7, 0.8, 0.9], Scale(0, 1, 0))  # 0.8 - 0.1 is a little above 0.7
    assert shares.share_inside(sample)[0] == 1.0


@pytest.mark.parametrize("name", engine.OF_ITEMS)
def test_an_item_measure_is_undefined_without_ratings_and_only_then(name):
    (measure,) = registry.named(name)
    values = np.array([[math.nan, 3, 3], [math.nan, 3, 4], [math.nan, math.nan, 5]])
    found = measure.compute(Sample.of(values, (FIVE,) * 3))
    assert np.isnan(found).tolist() == [True, False, False]
    alone = measure.compute(Sample.of(values[:1], (FIVE,) * 3))
    assert np.isnan(alone).tolist() == [True, measure.name == "sd", measure.name == "sd"]
    assert measure.compute(Sample.of(values[:0], (FIVE,) * 3)).shape == (3,)


@pytest.mark.parametrize("name", engine.OF_MOVEMENTS)
def test_a_stability_measure_is_undefined_without_pairs(name):
    (measure,) = registry.named(name)
    before = np.array([[math.nan, 3, 1], [2, 3, 2]])
    after = np.array([[4, 3, 2], [math.nan, 3, 4]])
    found = measure.compute(Pairs(before, after, (FIVE,) * 3))
    assert np.isnan(found).tolist() == [True, measure.name == "wilcoxon_p", False]
