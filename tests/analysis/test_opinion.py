"""Groups of like-minded panellists: obvious panels, chance, gaps, and panels too small to be split."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.analysis.measure import COMPLETE, Options
from copkit_delphi.analysis.measures import opinion
from tests.analysis.panels import sample, shuffled
from tests.analysis.proofs import property_of

OPTIONS = Options()


def blocs(*sizes, items=14, gaps=0.0, seed=1):
    """Blocs with answers of their own, each panellist at most one point beside them."""
    random = np.random.default_rng(seed)
    minds = random.permuted(np.tile([2, 5, 8], (items, 2)), axis=1)[:, : len(sizes)].T
    minds[0], minds[1] = np.where(np.arange(items) % 2, 2, 8), np.where(np.arange(items) % 2, 8, 2)
    values = np.repeat(minds, sizes, axis=0) + random.integers(-1, 2, (sum(sizes), items)).astype(float)
    values[random.random(values.shape) < gaps] = math.nan
    return values


def groups(values, options=OPTIONS):
    return opinion.opinion_groups(sample(values), options).value


@pytest.mark.parametrize("gaps", [0.0, 0.15])
@pytest.mark.parametrize("sizes", [(12, 12), (20, 6), (10, 9, 8)])
def test_blocs_are_found_with_and_without_gaps(sizes, gaps):
    values = blocs(*sizes, gaps=gaps)
    placed = np.isnan(values).mean(axis=1) <= 0.5
    expected = np.bincount(np.repeat(np.arange(len(sizes)), sizes)[placed])
    found = groups(values)
    assert found["sizes"] == sorted(expected.tolist(), reverse=True)
    assert found["unplaced"] == (~placed).sum()
    assert found["p"] <= 0.05


def test_a_large_panel_is_compared_with_chance_by_some_and_counted_whole():
    assert groups(blocs(500, 300, items=6, gaps=0.05)) | {"explained": 0} == {
        "count": 2,
        "sizes": [500, 300],
        "unplaced": 0,
        "explained": 0,
        "p": 0.025,
    }


def test_panels_without_groups_are_one():
    alone = [
        groups(np.random.default_rng(seed).integers(1, 10, (40, 8)).astype(float))["count"]
        for seed in range(12)
    ]
    assert alone.count(1) >= 10  # one in twenty may be called by chance


def test_same_seed_same_groups_and_another_seed_finds_the_blocs_too():
    values = blocs(9, 8, gaps=0.1)
    assert groups(values) == groups(values)
    assert groups(values, replace(OPTIONS, seed=5))["sizes"] == [9, 8]


@property_of("opinion_groups")
@settings(max_examples=5)
@given(st.integers(0, 99), st.integers(-3, 3))
def test_neither_order_nor_shift_nor_direction_matters_to_blocs(seed, shift):
    values = blocs(11, 7)
    found = groups(values)
    assert groups(shuffled(values, seed)[0])["sizes"] == found["sizes"]
    assert groups(10 - values)["sizes"] == found["sizes"]
    moved = opinion.opinion_groups(sample(values + shift, 1 + shift, 9 + shift), OPTIONS).value
    assert moved == pytest.approx(found)
    assert 0 <= found["explained"] <= 1
    assert sum(found["sizes"]) + found["unplaced"] == len(values)


def test_who_rated_too_little_is_not_placed_and_no_group_is_small_enough_to_name():
    values = blocs(9, 8)
    values[0, 1:] = math.nan
    assert groups(values) | {"explained": 0, "p": 0} == {
        "count": 2,
        "sizes": [8, 8],
        "unplaced": 1,
        "explained": 0,
        "p": 0,
    }
    assert min(groups(blocs(20, 3))["sizes"]) >= 5


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.full((20, 5), 4.0), COMPLETE),
        (np.full((20, 5), math.nan), opinion.TOO_FEW_ITEMS),
        (np.ones((20, 2)), opinion.TOO_FEW_ITEMS),
        (np.ones((9, 5)), opinion.TOO_FEW_PANELLISTS),
        (np.empty((0, 5)), opinion.TOO_FEW_ITEMS),
    ],
)
def test_why_there_are_no_groups(values, reason):
    found = opinion.opinion_groups(sample(values), OPTIONS)
    assert (found.value, found.reason) == (None, reason)
    assert reason in opinion.MEASURES[0].undefined


def test_a_dealt_panel_keeps_each_items_ratings_and_the_gaps():
    values = blocs(9, 8, gaps=0.3)
    dealt = opinion._dealt(values, np.random.default_rng(1))
    assert np.array_equal(np.isnan(dealt), np.isnan(values))
    assert np.array_equal(np.sort(dealt, axis=0), np.sort(values, axis=0), equal_nan=True)
    assert not np.array_equal(dealt, values, equal_nan=True)
