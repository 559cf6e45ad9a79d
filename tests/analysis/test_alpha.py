"""Krippendorff's alpha: published figures, its definition over all pairs, and both ways of resampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis import disagreement, resampling
from copkit_delphi.analysis import pooled as counting
from copkit_delphi.analysis.disagreement import LEVELS
from copkit_delphi.analysis.measure import COMPLETE, NO_RATED_PAIR, Coefficient, Options
from copkit_delphi.analysis.measures import alpha
from copkit_delphi.analysis.measures.alpha import (
    alpha_of_counts,
    interval_over_items,
    interval_over_panellists,
    krippendorff_alpha,
    round_alpha,
)
from copkit_delphi.analysis.small import matrix, panel
from tests.analysis.proofs import near, property_of, vectors_of

GAP = st.just(math.nan)
POINTS = arrays(float, (5, 4), elements=st.one_of(st.integers(0, 4).map(float), GAP))
ODD = arrays(float, (5, 4), elements=st.one_of(st.sampled_from([0.0, 0.25, 3.0, 7.0, 9.5]), GAP))
FEW = Options(seed=3, resamples=40)


@pytest.mark.parametrize("case", vectors_of("krippendorff_alpha"))
def test_alpha_as_published(case):
    values = matrix(case["data"]["raters_by_units"])
    for level in case["options"]["levels"]:
        assert krippendorff_alpha(values, level).value == near(case, case["expected"]["alpha"][level])
    assert pairable(values) == case["expected"]["pairable_values"]


def pairable(values):
    totals = counting.table_of(values).totals()
    return totals[totals > 1].sum()


@pytest.mark.parametrize("case", vectors_of("degenerate_inputs"))
def test_degenerate_panels_give_a_reason_and_one_item_a_number_without_interval(case):
    unanimous, one_item, single_pair = (
        matrix(case["data"][name]) for name in ("unanimous_matrix", "one_item", "single_pair")
    )
    recommended = case["expected"]["engine"]
    assert recommended["unanimous_matrix"]["alpha"] is recommended["single_pair"]["alpha"] is None
    for level in LEVELS:
        assert krippendorff_alpha(unanimous, level) == Coefficient(None, COMPLETE)
        assert krippendorff_alpha(single_pair, level) == Coefficient(None, NO_RATED_PAIR)
        assert krippendorff_alpha(one_item, level).value == near(case, case["expected"]["peer"]["one_item"])
    assert recommended["one_item"]["alpha"] == "computed; CI undefined"
    assert interval_over_items(one_item).reason == alpha.ONE_ITEM
    identical = np.mean([a == b for a in unanimous[:, 0] for b in unanimous[:, 0]])
    assert identical == recommended["unanimous_matrix"]["percent_identical_pairs"]


def by_definition(values, level, drawn=None):
    """Go through all pairs; nobody is paired with himself or with a copy of himself."""
    times = np.ones(len(values)) if drawn is None else np.asarray(drawn, dtype=float)
    held = ~np.isnan(values) & (times[:, None] > 0)
    held &= held.sum(axis=0) > 1
    rows, items = np.nonzero(held)
    rated = [(values[row, item], times[row]) for row, item in zip(rows, items, strict=True)]
    if len({value for value, _ in rated}) < 2:
        return math.nan

    def distance(one, other):
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return (one - other) ** 2
        if level == "ratio":
            return 0.0 if one == other else ((one - other) / (one + other)) ** 2
        low, high = sorted((one, other))
        between = sum(weight * (low <= value <= high) for value, weight in rated)
        ends = sum(weight * ((value == low) + (value == high)) for value, weight in rated)
        return (between - ends / 2) ** 2 if low != high else 0.0

    observed = mass = selves = 0.0
    for item in np.flatnonzero(held.any(axis=0)):
        here = [(values[row, item], times[row]) for row in np.flatnonzero(held[:, item])]
        size, own = sum(w for _, w in here), sum(w * w for _, w in here)
        pairs = [(i, j) for i in range(len(here)) for j in range(len(here)) if i != j]
        apart = sum(here[i][1] * here[j][1] * distance(here[i][0], here[j][0]) for i, j in pairs)
        observed += apart * size / (size * size - own)
        mass, selves = mass + size, selves + own
    expected = sum(v * w * distance(a, b) for a, v in rated for b, w in rated)
    return 1 - observed / mass * (mass * mass - selves) / expected


@property_of("krippendorff_alpha")
@pytest.mark.parametrize("level", LEVELS)
@given(values=st.one_of(POINTS, ODD))
def test_alpha_is_its_definition_over_all_pairs(values, level):
    found = krippendorff_alpha(values, level)
    if found.value is None:
        assert found.reason in {COMPLETE, NO_RATED_PAIR}
        assert math.isnan(by_definition(values, level))
    else:
        assert found.value <= 1
        assert found.value == pytest.approx(by_definition(values, level), abs=1e-9)


@property_of("krippendorff_alpha")
@pytest.mark.parametrize("level", LEVELS)
@given(values=POINTS, seed=st.integers(0, 99))
def test_alpha_knows_no_order_of_panellists_or_items(values, seed, level):
    random = np.random.default_rng(seed)
    shuffled = random.permutation(random.permutation(values), axis=1)
    assert krippendorff_alpha(shuffled, level).value == pytest.approx(krippendorff_alpha(values, level).value)


@property_of("krippendorff_alpha")
@given(values=POINTS)
def test_alpha_changes_only_as_its_level_allows(values):
    def same(level, changed):
        found = krippendorff_alpha(values, level).value
        assert krippendorff_alpha(changed, level).value == pytest.approx(found, abs=1e-9)

    same("nominal", (values * 3 + 2) % 5)  # other names for the same five points
    same("ordinal", values**3 - 2.5)
    same("interval", 7.5 - 0.5 * values)
    same("ratio", 12.25 * values)


@property_of("krippendorff_alpha")
@pytest.mark.parametrize("level", LEVELS)
@given(values=POINTS, times=arrays(int, 5, elements=st.integers(1, 3)))
def test_a_weight_stands_for_repeated_ratings(values, times, level):
    repeated = krippendorff_alpha(np.repeat(values, times, axis=0), level)
    assert krippendorff_alpha(values, level, times.astype(float)).value == pytest.approx(repeated.value)
    wide = np.broadcast_to(times[:, None].astype(float), values.shape)
    assert krippendorff_alpha(values, level, wide).value == pytest.approx(repeated.value)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_counts_is_that_of_the_ratings_and_an_item_may_stand_for_several(level):
    values = np.random.default_rng(8).integers(1, 6, (9, 4)).astype(float)
    counts = np.array([[(column == point).sum() for point in range(1, 6)] for column in values.T])
    points, times = np.arange(1, 6), np.array([1, 2, 0, 3])
    assert alpha_of_counts(counts, points, level).value == pytest.approx(
        krippendorff_alpha(values, level).value
    )
    assert alpha_of_counts(counts, points, level, times).value == pytest.approx(
        krippendorff_alpha(np.repeat(values, times, axis=1), level).value
    )


@pytest.fixture
def crowded(monkeypatch):
    """Take the ways that are meant for ratings that hardly repeat."""
    monkeypatch.setattr(counting, "CELLS", 0)
    monkeypatch.setattr(disagreement, "FACTORED", 2)
    monkeypatch.setattr(resampling, "FACTORED", 2)


@pytest.mark.parametrize("level", LEVELS)
def test_ratings_that_hardly_repeat_give_the_same_alpha(level, crowded):
    random = np.random.default_rng(4)
    for values in (np.exp(random.normal(0, 3, (7, 6))), random.integers(0, 6, (7, 6)) / 4):
        values[random.random(values.shape) < 0.2] = math.nan
        expected = by_definition(values, level)
        assert krippendorff_alpha(values, level).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "values", [[[-1.0, 3.0], [2.0, 3.0], [2.0, 0.0]], [[0.0, 300.0], [2.0, 300.0]], [[0.5, 3.0], [2.0, 3.0]]]
)
def test_numbers_below_zero_large_or_broken_are_looked_up(values):
    rated = np.array(values)
    for level in ("nominal", "ordinal", "interval"):
        assert krippendorff_alpha(rated, level).value == pytest.approx(by_definition(rated, level))


def test_a_ratio_needs_a_zero():
    assert krippendorff_alpha(matrix([[-1, 2], [1, 2]]), "ratio").reason == alpha.BELOW_ZERO


def resampled(values, level):
    draws = counting.multiplicities(np.random.default_rng(5), FEW.resamples, values.shape[1])
    expected = [by_definition(np.repeat(values, drawn, axis=1), level) for drawn in draws]
    found = resampling.over_items(counting.table_of(values), level, np.random.default_rng(5), FEW.resamples)
    return found, expected


def redrawn(values, level):
    draws = counting.multiplicities(np.random.default_rng(5), FEW.resamples, len(values))
    expected = [by_definition(values, level, drawn) for drawn in draws]
    return resampling.over_panellists(values, level, np.random.default_rng(5), FEW.resamples), expected


def small_panels():
    random = np.random.default_rng(6)
    for missing in (0.0, 0.4):
        for values in (random.integers(0, 4, (6, 5)).astype(float), random.integers(1, 9, (6, 5)) / 8):
            values[random.random(values.shape) < missing] = math.nan
            values[0, 0] = 0.5
            yield values


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("draw", [resampled, redrawn])
def test_resamples_are_alphas_of_the_redrawn_panel(draw, level):
    for values in small_panels():
        found, expected = draw(values, level)
        np.testing.assert_allclose(found, expected, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("draw", [resampled, redrawn])
def test_resamples_of_ratings_that_hardly_repeat_are_the_same(draw, level, crowded):
    for values in small_panels():
        found, expected = draw(values, level)
        np.testing.assert_allclose(found, expected, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("panellists", [60, 5000])
def test_counts_packed_into_one_number_come_out_whole(panellists):
    random = np.random.default_rng(7)
    values = random.integers(1, 8, (panellists, 3)).astype(float)
    values[:, 1:][random.random((panellists, 2)) < 0.1] = math.nan
    drawn = counting.multiplicities(np.random.default_rng(5), 2, panellists)
    found = resampling.over_panellists(values, "nominal", np.random.default_rng(5), 2)
    held = ~np.isnan(values)
    for times, value in zip(drawn, found, strict=True):
        mass, selves = times @ held, times**2 @ held
        counts = np.array([[times[values[:, u] == v].sum() for v in range(1, 8)] for u in range(3)])
        observed = ((mass**2 - (counts**2).sum(axis=1)) * mass / (mass**2 - selves)).sum() / mass.sum()
        pairs = mass.sum() ** 2 - selves.sum()
        expected = (mass.sum() ** 2 - (counts.sum(axis=0) ** 2).sum()) / pairs
        assert value == pytest.approx(1 - observed / expected, abs=1e-9)


def test_panellists_who_answer_at_random_do_not_seem_to_agree():
    """Pairing a panellist with his own copy would lift the interval above zero."""
    values = np.random.default_rng(12).integers(1, 6, (8, 60)).astype(float)
    found = interval_over_panellists(values, "ordinal").value
    assert found["low"] < krippendorff_alpha(values, "ordinal").value < found["high"]
    assert found["low"] < 0 < found["high"]


def test_the_same_seed_gives_the_same_intervals_and_another_gives_others():
    values = np.random.default_rng(2).integers(1, 6, (9, 7)).astype(float)
    for interval in (interval_over_items, interval_over_panellists):
        assert interval(values) == interval(values, "interval", Options())
        assert interval(values) != interval(values, "interval", Options(seed=1))


@pytest.mark.parametrize(
    ("rows", "items", "panellists"),
    [
        ([[1, 2], [2, 4], [1, 3]], None, alpha.FEW_PANELLISTS),
        ([[1], [2], [3], [3], [4]], alpha.ONE_ITEM, None),
        ([[3, 3], [3, 3]], COMPLETE, COMPLETE),
        ([[None, 1], [2, None]], NO_RATED_PAIR, NO_RATED_PAIR),
        ([[3, 3, 3, 3, 4]] + [[3, 3, 3, 3, 3]] * 4, alpha.MOSTLY_UNDEFINED, alpha.MOSTLY_UNDEFINED),
    ],
)
def test_an_interval_that_would_mislead_is_none_with_its_reason(rows, items, panellists):
    value = round_alpha(panel(rows), FEW).value
    assert value["reason"].get("interval_ci_items") == items
    assert value["reason"].get("interval_ci_panellists") == panellists
    assert [value["interval_ci_items"] is None, value["interval_ci_panellists"] is None] == [
        items is not None,
        panellists is not None,
    ]


def test_a_round_without_ratings_gives_reasons():
    for shape in ((0, 3), (3, 0), (1, 1), (4, 2)):
        for level in LEVELS:
            assert krippendorff_alpha(np.full(shape, math.nan), level) == Coefficient(None, NO_RATED_PAIR)
        assert np.isnan(
            resampling.over_panellists(np.full(shape, math.nan), "interval", np.random.default_rng(1), 3)
        ).all()
