"""Shares with their intervals, boxes, weights and the average percent of majority opinions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS
from copkit_delphi.analysis.measures import shares
from tests.analysis.panels import ratings, sample, shuffled
from tests.analysis.proofs import near, property_of, vectors_of


@pytest.mark.parametrize("case", vectors_of("percent_agreement"))
def test_percent_agreement_of_the_published_delphi_rounds(case):
    low, high = case["data"]["scale"]
    for key, expected in case["expected"]["share_agree"].items():
        name, number = key.split("@")
        panel = sample(case["data"][f"round{number}"][name], low, high)
        held = shares.inside(panel, np.array([3.0]), np.array([4.0]))[0] / panel.n[0]
        assert held == near(case, expected)
        assert shares.boxes(panel, 2).values[0]["share"] == near(case, expected)
        assert shares.weighted_share(panel.values, np.ones_like(panel.values), 3, 4)[0] == near(
            case, expected
        )


@pytest.mark.parametrize("case", vectors_of("apmo"))
def test_apmo_as_published(case):
    items, expected = case["data"]["items"], case["expected"]
    found = shares.apmo(sample(np.array(list(items.values())).T, *case["data"]["scale"]), 3, 2)
    assert found.cutoff == near(case, expected["apmo_cutoff"])
    for place, name in enumerate(items):
        here = expected["per_item"][name]
        assert (found.agree[place], found.disagree[place]) == near(case, (here["agree"], here["disagree"]))
        assert found.consensus[place] == here["consensus"]


@property_of("apmo")
@given(ratings(1, 4), st.integers(0, 9))
def test_apmo_lies_between_0_and_1_and_knows_no_order_and_no_sides(values, seed):
    found = shares.apmo(sample(values, 1, 4), 3, 2)
    if np.isnan(values).all():
        assert math.isnan(found.cutoff)
        return
    assert 0 <= found.cutoff <= 1
    assert shares.apmo(sample(shuffled(values, seed)[0], 1, 4), 3, 2).cutoff == pytest.approx(found.cutoff)
    mirrored = shares.apmo(sample(5 - values, 1, 4), 3, 2)
    assert mirrored.cutoff == pytest.approx(found.cutoff)
    assert mirrored.consensus.tolist() == found.consensus.tolist()


def test_without_a_majority_anywhere_no_item_passes():
    found = shares.apmo(sample([[4, 1], [1, 4]], 1, 4), 3, 2)
    assert found.cutoff == 0
    assert not found.consensus.any()


def test_wilson_interval_of_known_cases():
    half = shares.wilson(0.5, 10)
    assert (half.ci_low, half.ci_high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert shares.wilson(1.0, 5).ci_high == 1.0
    assert shares.wilson(0.0, 5).ci_low == 0.0
    assert np.isnan(shares.wilson_bounds(np.array([np.nan]), np.array([0]))).all()


@given(st.integers(1, 400), st.data())
def test_wilson_interval_holds_its_share(n, data):
    share = data.draw(st.integers(0, n)) / n
    found = shares.wilson(share, n)
    assert 0 <= found.ci_low <= found.share <= found.ci_high <= 1


@property_of("percent_agreement")
@given(ratings(), st.integers(0, 9), st.integers(-3, 3))
def test_percent_agreement_knows_no_order_and_no_shift(values, seed, shift):
    found = shares.share_inside(sample(values))
    other, order = shuffled(values, seed)
    assert shares.share_inside(sample(other)) == pytest.approx(found[order], nan_ok=True)
    moved = shares.share_inside(sample(values + shift, 1 + shift, 9 + shift))
    assert moved == pytest.approx(found, nan_ok=True)


@property_of("boxes")
@given(ratings(1, 5), st.integers(1, 5))
def test_boxes_grow_with_their_points_and_mirror_each_other(values, points):
    panel, mirrored = sample(values, 1, 5), sample(6 - values, 1, 5)
    top, more = shares.boxes(panel, points), shares.boxes(panel, min(points + 1, 5))
    assert top.values == shares.boxes(mirrored, points, top=False).values
    for one, wider in zip(top.values, more.values, strict=True):
        if one is not None:
            assert one["ci_low"] <= one["share"] <= min(one["ci_high"], wider["share"])
            assert points < 5 or one["share"] == 1


def test_boxes_say_why_there_are_none():
    assert shares.boxes(sample([0.5, 0.7], 0, 1, 0)).at(0) == (None, NEEDS_ORDINAL)
    assert shares.boxes(sample([math.nan], 1, 5)).at(0) == (None, NO_RATINGS)


@property_of("weighted_share")
@given(ratings(1, 5, most=(8, 1)), st.data())
def test_a_weight_is_as_good_as_that_many_ratings(values, data):
    column = values[:, :1]
    times = data.draw(st.lists(st.integers(0, 4), min_size=len(column), max_size=len(column)))
    weighted = shares.weighted_share(column, np.array(times, dtype=float)[:, None], 4, 5)
    repeated = np.repeat(column, times, axis=0)
    plain = shares.weighted_share(repeated, np.ones_like(repeated), 4, 5)
    assert weighted == pytest.approx(plain, nan_ok=True)


def test_a_rating_without_a_weight_does_not_count_and_none_is_negative():
    values = np.array([[5.0], [1.0], [1.0]])
    assert shares.weighted_share(values, np.array([[1], [1], [math.nan]]), 4, 5)[0] == 0.5
    with pytest.raises(ValueError, match="negative"):
        shares.weighted_share(values, -np.ones((3, 1)), 4, 5)
