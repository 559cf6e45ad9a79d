"""Every measure against published figures, and every registered measure in degenerate cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import friedmanchisquare

from copkit_delphi.analysis import coefficients, engine, registry
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


def test_kendalls_w_with_ties_as_published(vectors):
    for case in vectors("kendall_w"):
        found = coefficients.kendall_w(np.array(case["items_by_panellists"], dtype=float).T)
        assert found.value == near(case["w"], case["tolerance"]), case["case"]
        assert found.panellists == len(case["items_by_panellists"][0])


@given(arrays(float, (6, 5), elements=st.integers(1, 5).map(float)))
def test_kendalls_w_is_friedmans_statistic_over_its_maximum(values):
    found = coefficients.kendall_w(values)
    if found.value is not None:
        statistic = friedmanchisquare(*values.T).statistic
        assert found.value == pytest.approx(statistic / (6 * 4), abs=1e-9)


def test_kendalls_w_counts_only_who_rated_every_item():
    complete = [[1, 2, 3], [1, 3, 2], [2, 1, 3]]
    with_gap = [*complete, [3, math.nan, 1]]
    found = coefficients.kendall_w(np.array(with_gap, dtype=float))
    assert found == coefficients.kendall_w(np.array(complete, dtype=float))
    assert found.panellists == 3


@pytest.mark.parametrize(
    ("values", "reason", "panellists"),
    [
        ([[1, math.nan], [2, 3]], coefficients.TOO_FEW_COMPLETE, 1),
        ([[1], [2]], coefficients.ONE_ITEM, 2),
        ([[4, 4], [4, 4]], coefficients.COMPLETE, 2),
        ([[4, 4], [2, 2]], coefficients.ALL_ALIKE, 2),
        ([[math.nan, math.nan]], coefficients.TOO_FEW_COMPLETE, 0),
    ],
)
def test_kendalls_w_says_why_there_is_none(values, reason, panellists):
    assert coefficients.kendall_w(np.array(values, dtype=float)) == coefficients.Coefficient(
        None, reason, panellists
    )


def test_krippendorffs_alpha_as_published(vectors):
    for case in vectors("krippendorff_alpha"):
        values = np.array(case["panellists_by_items"], dtype=float)
        assert coefficients.alpha_ordinal(values).value == near(case["ordinal"], case["tolerance"]), case[
            "case"
        ]
        assert coefficients.alpha_interval(values).value == near(case["interval"], case["tolerance"])


def pairwise_alpha(values, *, ordinal):
    """Go through all pairs, as the definition reads: slow, and nothing shared with the product."""
    units = [column[~np.isnan(column)].tolist() for column in values.T]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]

    def distance(one, other):
        if not ordinal:
            return (one - other) ** 2
        low, high = sorted((one, other))
        between = sum(low <= value <= high for value in pooled)
        return (between - (pooled.count(low) + pooled.count(high)) / 2) ** 2 if low != high else 0.0

    def total(unit):
        return sum(distance(a, b) for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j)

    observed = sum(total(unit) / (len(unit) - 1) for unit in units) / len(pooled)
    return 1 - observed / (total(pooled) / (len(pooled) * (len(pooled) - 1)))


@given(
    arrays(float, (5, 4), elements=st.one_of(st.sampled_from([1.0, 2.0, 3.0, 7.0, 9.5]), st.just(math.nan)))
)
def test_krippendorffs_alpha_is_its_definition_over_all_pairs(values):
    for compute, ordinal in ((coefficients.alpha_ordinal, True), (coefficients.alpha_interval, False)):
        found = compute(values)
        if found.value is None:
            assert found.reason in {coefficients.COMPLETE, coefficients.NO_PAIRS}
        else:
            assert found.value == pytest.approx(pairwise_alpha(values, ordinal=ordinal), abs=1e-9)


def test_alpha_of_degenerate_panels_is_none_with_a_reason_and_of_one_item_a_number(vectors):
    cases = {
        case["case"]: np.array(case["panellists_by_items"], dtype=float) for case in vectors("degenerate")
    }
    for compute in (coefficients.alpha_ordinal, coefficients.alpha_interval):
        assert compute(cases["unanimous_matrix"]) == coefficients.Coefficient(None, "complete agreement")
        assert compute(cases["single_pair"]) == coefficients.Coefficient(None, "no item has two ratings")
        assert compute(cases["one_item"]).value == pytest.approx(0.0)


def test_ranks_by_counting_equal_ranks_by_sorting():
    values = np.random.default_rng(5).integers(1, 10, (40, 12)).astype(float)
    shifted = values + 0.25  # no longer whole: takes the sorting way
    assert coefficients.alpha_ordinal(values).value == pytest.approx(
        coefficients.alpha_ordinal(np.round(shifted * 1000, 3)).value
    )


def test_balanced_share_lets_no_group_outnumber_another(vectors):
    (case,) = vectors("group_balanced")
    groups = case["groups"].values()
    share = np.array([[np.mean([value >= case["agree_from"] for value in group])] for group in groups])
    n = np.array([[len(group)] for group in groups])
    assert shares.balanced(share, n, 1)[0] == pytest.approx(case["balanced_share"])
    assert shares.balanced(share, n, 5)[0] == 1.0
    assert math.isnan(shares.balanced(share, n, 99)[0])


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


@pytest.mark.parametrize("name", engine.OF_PANELS)
def test_a_panel_measure_of_nothing_gives_its_reason(name):
    for shape in ((0, 3), (3, 0), (1, 1), (4, 2)):
        found = engine.OF_PANELS[name](np.full(shape, math.nan))
        assert found.value is None
        assert found.reason
