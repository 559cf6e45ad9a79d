"""One group, one vote: the published case, properties, and panels in which no group counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis.measure import NO_RATINGS
from copkit_delphi.analysis.measures import balance, dissent, polarisation, spread
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.analysis.small import item
from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.scale import PERCENT, Scale
from tests.analysis.proofs import near, property_of, vectors_of

FIVE = Scale(1, 5)
POINT = st.one_of(st.integers(1, 5).map(float), st.just(math.nan))
PANEL = arrays(float, (18, 3), elements=POINT)
LABELS = tuple("abbcccccbaccbaabbc")
ENTRIES = (
    balance.balanced_share,
    balance.min_group_share,
    balance.balanced_median,
    balance.balanced_mean,
    balance.effective_n,
)


def sample_of(values, labels=LABELS, scale=FIVE):
    return Sample.of(values, (scale,) * values.shape[1], tuple(labels))


@pytest.mark.parametrize("case", vectors_of("group_balanced"))
@pytest.mark.parametrize("scale", [FIVE, PERCENT], ids=["points", "fine"])
def test_balanced_figures_as_published(case, scale):
    groups, expected = case["data"]["groups"], case["expected"]
    labels = [name for name, values in groups.items() for _ in values]
    values = np.concatenate([*groups.values()]).astype(float)[:, None]
    sample = Sample.of(values, (scale,), tuple(labels), Criterion(share=0.75, low=4, high=5))
    names, n, share = sample.group_names, sample.group_n, balance.group_shares(sample)
    medians = np.array([[np.median(groups[name])] for name in names])
    weights = balance.group_weights(n, 1)[:, 0]
    found = {
        "pooled_mean": spread.mean(sample)[0],
        "balanced_mean": balance.balanced_mean(sample, 1).values[0],
        "pooled_median": spread.median(sample)[0],
        "balanced_median": balance.balanced_median(sample, 1).values[0],
        "pooled_share": (share * n).sum() / n.sum(),
        "balanced_share": balance.balanced(share, n, 1)[0],
        "group_share": dict(zip(names, share[:, 0], strict=True)),
        "min_group_share": share.min(),
        "all_groups_reach_75": bool((share >= 0.75).all()),
        "pooled_reaches_75": bool((share * n).sum() / n.sum() >= 0.75),
        "effective_n": balance.effective_n(sample, 1).values[0],
        "weights_per_person": dict(zip(names, weights, strict=True)),
        "between_group_share_of_variance": polarisation.between_group_share(sample).values[0],
        "max_median_gap": dissent.max_median_gap(medians, n, 1)[0],
    }
    assert found.keys() == expected.keys()
    for name, value in found.items():
        assert value == near(case, expected[name]), name


def test_small_groups_do_not_count_in_the_entries():
    panel = item(*[5] * 12, *[4] * 4, *[2] * 3, groups="l" * 12 + "i" * 4 + "c" * 3)
    assert balance.balanced_share(panel).values[0] == 1
    assert balance.min_group_share(panel).values[0] == 1
    assert balance.effective_n(panel).values[0] == 12
    share, n = balance.group_shares(panel), panel.group_n
    assert balance.balanced(share, n, 1)[0] < 1
    assert math.isnan(balance.balanced(share, n, 99)[0])


@property_of("balanced_share", "min_group_share", "balanced_median", "balanced_mean", "effective_n")
@given(PANEL, st.permutations(range(18)))
def test_neither_places_nor_names_of_groups_matter(values, order):
    labels = np.array(LABELS)
    renamed = ["xyz"["cab".index(name)] for name in labels[order]]
    for compute in ENTRIES:
        one, other = compute(sample_of(values)), compute(sample_of(values[order], renamed))
        np.testing.assert_allclose(one.values, other.values, atol=1e-9)
        assert one.reason == other.reason


@property_of("balanced_share", "balanced_median", "balanced_mean", "effective_n")
@given(arrays(float, (15, 3), elements=st.integers(1, 5).map(float)))
def test_balanced_equals_pooled_for_equal_groups(values):
    for scale in (FIVE, Scale(1, 5, 0)):
        sample = sample_of(values, "abc" * 5, scale)
        pooled = balance.group_shares(Sample.of(values, (scale,) * 3, tuple("a" * 15)))[0]
        np.testing.assert_allclose(balance.balanced_share(sample).values, pooled)
        np.testing.assert_allclose(balance.balanced_median(sample).values, spread.median(sample))
        np.testing.assert_allclose(balance.balanced_mean(sample).values, spread.mean(sample))
        np.testing.assert_allclose(balance.effective_n(sample).values, 15)


@property_of("balanced_median")
@given(PANEL)
def test_the_balanced_median_is_the_same_by_counts_and_by_sorting(values):
    counted = balance.balanced_median(sample_of(values), 1).values
    np.testing.assert_allclose(
        counted, balance.balanced_median(sample_of(values, scale=Scale(1, 5, 0)), 1).values
    )


@property_of("balanced_mean", "balanced_median")
@given(arrays(float, (18, 2), elements=st.integers(1, 5).map(float)))
def test_target_weights_of_a_group_alone_give_its_own_figures(values):
    sample, own = sample_of(values), values[np.array(LABELS) == "b"]
    only_b = np.array([0.0, 2.0, 0.0])
    np.testing.assert_allclose(balance.balanced_mean(sample, 1, only_b).values, own.mean(axis=0))
    np.testing.assert_allclose(balance.balanced_median(sample, 1, only_b).values, np.median(own, axis=0))


@property_of("min_group_share", "balanced_share")
@given(PANEL)
def test_the_smallest_group_share_is_at_most_the_balanced_one(values):
    sample = sample_of(values)
    low, even = balance.min_group_share(sample).values, balance.balanced_share(sample).values
    there = ~np.isnan(even)
    assert (low[there] <= even[there] + 1e-12).all()
    assert ((low[there] >= 0) & (even[there] <= 1 + 1e-12)).all()


@property_of("majority", "max_median_gap")
@given(PANEL, st.permutations(range(3)))
def test_words_for_majorities_do_not_depend_on_the_order_of_groups(values, order):
    sample = sample_of(values)
    shares, n = balance.group_shares(sample), sample.group_n
    names = np.array(sample.group_names)
    one = dissent.majority(shares, n, tuple(names))
    other = dissent.majority(shares[order], n[order], tuple(names[order]))
    assert [(m.word, set(m.dissenting)) for m in one] == [(m.word, set(m.dissenting)) for m in other]
    gaps = (dissent.max_median_gap(f, m) for f, m in ((shares, n), (shares[order], n[order])))
    np.testing.assert_array_equal(*gaps)


@pytest.mark.parametrize(
    ("shares", "word", "away"),
    [
        ((0.9, 0.8, 0.8), dissent.CONSENSUS, ()),
        ((1.0, 1.0, 0.4), dissent.WITH_DISSENT, ("c",)),
        ((0.9, 0.6, 0.5), dissent.MAJORITY, ()),  # the large group alone carries the panel
        ((0.4, 0.4, 0.9), dissent.NO_MAJORITY, ("a", "b")),
    ],
)
def test_a_majority_in_words(shares, word, away):
    n = np.array([[40], [6], [6]])
    found = dissent.majority(np.array(shares)[:, None], n, ("a", "b", "c"))
    assert found == [dissent.Majority(word, away)]


def test_no_group_no_ratings_no_panel():
    values = np.array([[1, math.nan], [2, math.nan]])
    for compute in ENTRIES:
        assert compute(sample_of(values, "ab")).reason == [balance.NO_GROUP_COUNTS, NO_RATINGS]
        assert compute(sample_of(values, "")).reason == [balance.NO_GROUP_COUNTS, NO_RATINGS]
        assert compute(sample_of(values[:0], "")).reason == [NO_RATINGS, NO_RATINGS]
        assert len(compute(sample_of(values[:, :0], "ab")).values) == 0
    assert dissent.majority(np.zeros((1, 1)), np.ones((1, 1), dtype=int), ("a",))[0].word is None
