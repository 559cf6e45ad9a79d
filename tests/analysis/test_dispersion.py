"""Location and spread: published figures, what must not change them, and what they say of nearly nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.measure import NO_RATINGS, ONE_RATING
from copkit_delphi.analysis.measures import dispersion, quantiles, spread
from copkit_delphi.domain.scale import PERCENT, Scale
from tests.analysis.panels import figures, ratings, sample, shuffled
from tests.analysis.proofs import near, property_of, vectors_of

LOCATIONS = ("median", "q1", "q3", "p05", "p95", "mean")
WIDTHS = ("iqr", "sd", "mad", "mad_scaled")
RELATIVE = ("cv", "relative_iqr")


def compute(name, panel):
    return figures(registry.named(name)[0].compute(panel))


@pytest.mark.parametrize("case", vectors_of("dispersion"))
def test_location_and_dispersion_as_in_r(case):
    panel, expected = sample(case["data"]["values"], 0, 100), case["expected"]
    probs = case["options"]["probs"]
    found = {
        f"quantiles_type{kind}": [quantiles.quantile_by_type(panel, p, kind)[0] for p in probs]
        for kind in range(1, 10)
    }
    type_6 = [quantiles.quantile_by_type(panel, p, 6)[0] for p in (0.25, 0.75)]
    found |= {
        **{name: compute(name, panel)[0] for name in ("mean", "sd", "cv", "median", "mad", "relative_iqr")},
        "iqr_type7": spread.iqr(panel)[0],
        "iqr_type6": type_6[1] - type_6[0],
        "mad_scaled_1_4826": dispersion.mad_scaled(panel)[0],
        "tukey_fivenum": quantiles.fivenum(panel)[:, 0].tolist(),
        "mode_counts": {str(int(value)): n for value, n in quantiles.given(case["data"]["values"]).items()},
    }
    assert set(found) == set(expected)
    for name, value in found.items():
        assert value == near(case, expected[name]), name
    assert [spread.quantile(panel, p)[0] for p in probs] == near(case, expected["quantiles_type7"])


@property_of(*LOCATIONS, *WIDTHS, *RELATIVE)
@given(ratings(), st.integers(0, 9))
def test_the_order_of_panellists_and_items_does_not_matter(values, seed):
    other, order = shuffled(values, seed)
    for name in (*LOCATIONS, *WIDTHS, *RELATIVE):
        before, after = compute(name, sample(values)), compute(name, sample(other))
        assert after == pytest.approx(before[order], nan_ok=True), name


@property_of(*LOCATIONS, *WIDTHS)
@given(ratings(), st.integers(-5, 5), st.integers(1, 4))
def test_locations_move_with_the_scale_and_widths_stretch_with_it(values, shift, factor):
    panel, other = sample(values), sample(values * factor + shift, factor + shift, 9 * factor + shift)
    for name in LOCATIONS:
        assert compute(name, other) == pytest.approx(compute(name, panel) * factor + shift, nan_ok=True), name
    for name in WIDTHS:
        assert compute(name, other) == pytest.approx(compute(name, panel) * factor, nan_ok=True), name


@property_of(*RELATIVE)
@given(ratings(), st.integers(2, 5))
def test_relative_widths_know_no_unit(values, factor):
    for name in RELATIVE:
        before, after = (compute(name, sample(values * times, 0, 9 * times)) for times in (1, factor))
        assert after == pytest.approx(before, nan_ok=True), name


@property_of("mad", "mad_scaled", "iqr", "sd")
@given(ratings(gaps=False, least=2))
def test_widths_lie_between_nothing_and_the_range(values):
    panel = sample(values)
    reach = np.ptp(values, axis=0)
    for name in ("iqr", "mad"):
        assert ((compute(name, panel) >= 0) & (compute(name, panel) <= reach + 1e-9)).all()
    assert (compute("sd", panel) <= reach / math.sqrt(2) + 1e-9).all()
    assert (compute("mad", panel) * 2 <= reach + 1e-9).all()


@property_of("quantile_by_type", "fivenum")
@given(ratings(gaps=False), st.floats(0, 1), st.floats(0, 1), st.integers(1, 9))
def test_a_quantile_rises_with_its_share_and_stays_within_the_ratings(values, one, other, kind):
    panel = sample(values)
    low, high = (quantiles.quantile_by_type(panel, p, kind) for p in sorted((one, other)))
    assert (low <= high + 1e-9).all()
    assert (low >= values.min(axis=0) - 1e-9).all()
    assert (high <= values.max(axis=0) + 1e-9).all()
    assert (np.diff(quantiles.fivenum(panel), axis=0) >= 0).all()


@property_of("given")
@given(ratings(most=(12, 1)))
def test_how_often_each_value_was_given_adds_up(values):
    found = quantiles.given(values[:, 0])
    assert sum(found.values()) == np.count_nonzero(~np.isnan(values[:, 0]))
    assert list(found) == sorted(found)


@pytest.mark.parametrize("arguments", [(-0.1, 7), (1.1, 7), (0.5, 0), (0.5, 10)])
def test_there_are_nine_rules_and_shares(arguments):
    with pytest.raises(ValueError, match="type"):
        quantiles.quantile_by_type(sample([1, 2]), *arguments)


def test_a_quantile_of_nothing_is_none():
    empty = sample(np.full((3, 2), np.nan))
    for kind in range(1, 10):
        assert np.isnan(quantiles.quantile_by_type(empty, 0.5, kind)).all()
    assert np.isnan(quantiles.fivenum(empty)).all()
    assert np.isnan(dispersion.mad(empty)).all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [([np.nan, np.nan], NO_RATINGS), ([3, np.nan], ONE_RATING), ([-2, 2], dispersion.MEAN_ZERO)],
)
def test_no_coefficient_of_variation_without_its_reason(values, reason):
    assert dispersion.cv(sample(values, -5, 5)).at(0) == (None, reason)


def test_unanimous_ratings_do_not_vary():
    panel = sample([4, 4, 4])
    assert dispersion.cv(panel).at(0) == (0.0, None)
    assert dispersion.mad(panel)[0] == 0
    assert dispersion.relative_iqr(sample([0, 0, 5], 0, 9)).at(0) == (None, dispersion.MEDIAN_ZERO)


def test_the_coefficient_of_variation_warns_where_zero_means_nothing():
    assert dispersion.cv_caution(PERCENT) is None
    for scale in (Scale(1, 5), Scale(0, 10), Scale(1, 99, 0), Scale(-3, 3, 0)):
        assert dispersion.cv_caution(scale) == dispersion.ARBITRARY_ZERO
