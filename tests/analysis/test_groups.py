"""Differences between groups: published figures, properties, groups of nobody and of people who all agree."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis.measures import adjust, group_tests, two_groups
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.analysis.small import item
from copkit_delphi.domain.scale import Scale
from tests.analysis.proofs import near, property_of, vectors_of

FIVE, FINE = Scale(1, 5), Scale(1, 5, 0)
POINT = st.one_of(st.integers(1, 5).map(float), st.just(math.nan))
PANEL = arrays(float, (14, 3), elements=POINT)
LABELS = "abbcccccbaccba"
CODES = np.array(["abc".index(name) for name in LABELS])


def sample_of(values, scale=FIVE, labels=LABELS):
    return Sample.of(values, (scale,) * values.shape[1], tuple(labels))


@pytest.mark.parametrize("case", vectors_of("kruskal_mannwhitney"))
def test_differences_between_groups_as_published(case):
    groups, expected = case["data"]["groups"], case["expected"]
    names = list(groups)
    values = np.concatenate([groups[name] for name in names]).astype(float)[:, None]
    codes = np.repeat(np.arange(len(names)), [len(groups[name]) for name in names])
    test = group_tests.kruskal(values, codes, len(names))
    found = {
        "H": test.h[0],
        "df": test.df[0],
        "p": test.p[0],
        "epsilon2": test.epsilon_squared[0],
        "eta2_H": test.eta_squared[0],
    }
    medians = {name: np.median(groups[name]) for name in names}
    assert medians == near(case, expected["medians"])
    for name, value in found.items():
        assert value == near(case, expected[name]), name
    assert {*found, "medians", "dunn", "mann_whitney"} == set(expected)
    pairs = list(combinations(range(len(names)), 2))
    dunn = [test.dunn(a, b) for a, b in pairs]
    raw = np.array([p[0] for _, p in dunn])
    columns = {
        "z": [z[0] for z, _ in dunn],
        "p": raw,
        "p_holm": adjust.holm(raw),
        "p_BH": adjust.benjamini_hochberg(raw),
        "p_bonferroni": adjust.bonferroni(raw),
    }
    for place, (a, b) in enumerate(pairs):
        key = f"{names[a]}|{names[b]}"
        row = {name: column[place] for name, column in columns.items()}
        assert row == near(case, expected["dunn"][key]), key
        first, second = (np.array(groups[names[one]], dtype=float) for one in (a, b))
        compared = two_groups.compare(first[:, None], second[:, None])
        assert expected["mann_whitney"][key] == near(
            case,
            {
                "U1": compared.u[0],
                "p_exact_or_cc": compared.p()[0],
                "p_normal_nocorr": compared.p_normal(continuity=False)[0],
                "p_exact_permutation": two_groups.permutation_p(first, second),
                "A12": compared.a12[0],
                "rank_biserial_cliffs_delta": compared.delta[0],
            },
        ), key


def test_a_row_of_the_entry_says_effects_first():
    case = next(one for one in vectors_of("kruskal_mannwhitney") if one.id.endswith("threat")).values[0]
    groups = case["data"]["groups"]
    labels = [name for name, values in groups.items() for _ in values]
    for scale in (FIVE, FINE):
        sample = Sample.of(np.concatenate([*groups.values()]).astype(float)[:, None], (scale,), tuple(labels))
        (row,) = group_tests.group_test(sample).values
        assert list(row["pairs"][0])[:7] == ["a", "b", "n_a", "n_b", "cliff_delta", "ci_low", "ci_high"]
        assert row["kruskal_h"] == near(case, case["expected"]["H"])
        first = row["pairs"][0]
        assert (first["a"], first["b"], first["n_a"], first["n_b"]) == ("Civil", "Industry", 7, 9)
        published = case["expected"]["mann_whitney"]["Industry|Civil"]
        assert first["cliff_delta"] == near(case, -published["rank_biserial_cliffs_delta"])
        assert first["mannwhitney_p"] == near(case, published["p_exact_or_cc"])
        raw = np.array([pair["mannwhitney_p"] for pair in row["pairs"]])
        assert [pair["adjusted_p"] for pair in row["pairs"]] == pytest.approx(adjust.holm(raw).tolist())


@property_of("group_test", "mann_whitney", "dunn")
@given(PANEL)
def test_counts_and_ranks_find_the_same(values):
    one, other = (group_tests.group_test(sample_of(values, scale)) for scale in (FIVE, FINE))
    assert one.reason == other.reason
    for first, second in zip(one.values, other.values, strict=True):
        if first is None:
            assert second is None
            continue
        assert first["reason"] == second["reason"]
        assert {k: first[k] for k in first if k.startswith(("k", "e"))} == pytest.approx(
            {k: second[k] for k in second if k.startswith(("k", "e"))}, nan_ok=True, abs=1e-9
        )
        for a, b in zip(first["pairs"], second["pairs"], strict=True):
            assert a["reason"] == b["reason"]
            numbers = {k: v for k, v in a.items() if isinstance(v, float)}
            assert numbers == pytest.approx({k: b[k] for k in numbers}, abs=1e-9)


@property_of("group_test", "mann_whitney")
@given(PANEL, st.permutations(range(14)))
def test_places_and_a_scale_read_backwards_change_no_test(values, order):
    one = group_tests.group_test(sample_of(values)).values
    moved = sample_of(values[order], labels=np.array(list(LABELS))[order])
    for first, second in zip(one, group_tests.group_test(moved).values, strict=True):
        assert first == second or first["pairs"] == pytest.approx(second["pairs"])
    for first, second in zip(one, group_tests.group_test(sample_of(6 - values)).values, strict=True):
        if first is None:
            continue
        assert (first["kruskal_h"] is None) == (second["kruskal_h"] is None)
        for a, b in zip(first["pairs"], second["pairs"], strict=True):
            assert a["cliff_delta"] == pytest.approx(-b["cliff_delta"])
            assert (a["ci_low"], a["ci_high"]) == pytest.approx((-b["ci_high"], -b["ci_low"]))
            assert a["mannwhitney_p"] == pytest.approx(b["mannwhitney_p"])


@property_of("mann_whitney")
@given(PANEL)
def test_the_interval_holds_delta_and_stays_in_range(values):
    compared = two_groups.compare(values[:8], values[8:])
    low, high = compared.interval()
    there = (compared.n_a > 1) & (compared.n_b > 1)
    assert (np.isnan(low) == ~there).all()
    low, high, delta = low[there], high[there], compared.delta[there]
    assert ((low >= -1) & (low <= delta + 1e-12) & (delta <= high + 1e-12) & (high <= 1)).all()
    assert (low < high).all()


@property_of("dunn", "group_test")
@given(arrays(float, (14, 2), elements=st.integers(1, 5).map(float)))
def test_epsilon_squared_lies_between_nothing_and_all(values):
    test = group_tests.kruskal(values, CODES, 3)
    there = ~np.isnan(test.h)
    assert ((test.epsilon_squared[there] >= -1e-12) & (test.epsilon_squared[there] <= 1 + 1e-12)).all()
    counts = Sample.of(values, (FIVE,) * 2, tuple(LABELS)).group_categories[0].counts
    np.testing.assert_allclose(group_tests.kruskal_counts(counts).h, test.h, atol=1e-9)
    np.testing.assert_allclose(group_tests.kruskal_counts(counts * 1.0).h, test.h, atol=1e-9)


@property_of("mann_whitney_exact")
@given(arrays(float, 9, elements=st.integers(1, 4).map(float)), st.integers(1, 8))
def test_the_exact_p_counts_all_splits(values, size):
    ranks = np.array([(values < v).sum() + ((values == v).sum() + 1) / 2 for v in values])
    middle, observed = size * 5.0, ranks[:size].sum()
    splits = [ranks[list(chosen)].sum() for chosen in combinations(range(9), size)]
    expected = np.mean([abs(one - middle) >= abs(observed - middle) - 1e-9 for one in splits])
    assert two_groups.permutation_p(values[:size], values[size:]) == pytest.approx(expected)


def test_two_groups_apart_leave_no_doubt_and_two_alike_no_difference():
    apart = two_groups.compare(np.array([[4.0], [5], [5]]), np.array([[1.0], [2], [2], [3]]))
    assert apart.delta[0] == apart.a12[0] == 1
    low, high = (end[0] for end in apart.interval())
    assert (low, high) == (pytest.approx((3 - 1.96**2) / (3 + 1.96**2), abs=1e-4), 1)
    alike = two_groups.compare(np.full((3, 1), 2.0), np.full((4, 1), 2.0))
    assert (alike.delta[0], alike.a12[0]) == (0, 0.5)
    assert np.isnan(alike.p())[0]
    mirror = two_groups.compare(np.array([[1.0], [5]]), np.array([[1.0], [5]]))
    assert (mirror.delta[0], mirror.p_normal()[0]) == (0, 1)


def test_who_cannot_be_compared_is_named():
    def row(*ratings, groups, scale="1:5"):
        return group_tests.group_test(item(*ratings, scale=scale, groups=groups)).at(0)

    for scale in ("1:5", "0:100"):
        value, _ = row(5, 4, 1, 2, 3, None, groups="aabbcd", scale=scale)
        assert value["reason"] == {"groups": "fewer than two ratings: c, d"}
        assert len(value["pairs"]) == 1
        assert row(5, 4, 3, groups="aab", scale=scale) == (None, group_tests.TOO_FEW_GROUPS)
        assert row(5, 4, 3, groups="aaa", scale=scale) == (None, group_tests.TOO_FEW_GROUPS)
        assert row(5, 4, 3, groups="", scale=scale) == (None, group_tests.TOO_FEW_GROUPS)
        assert row(None, None, groups="ab", scale=scale) == (None, group_tests.TOO_FEW_GROUPS)
        same, _ = row(4, 4, 4, 4, groups="aabb", scale=scale)
        assert same["kruskal_h"] is same["pairs"][0]["adjusted_p"] is None
        assert same["reason"]["kruskal_p"] == same["pairs"][0]["reason"]["mannwhitney_p"] == two_groups.ALIKE
        assert same["pairs"][0]["cliff_delta"] == 0


def test_items_on_different_scales_stand_side_by_side():
    values = np.array([[1, 10.5, 7], [2, 20.5, 8], [4, 80.0, 2], [5, 90.0, 1]])
    mixed = Sample.of(values, (FIVE, Scale(0, 100, 0), Scale(1, 9)), tuple("aabb"))
    deltas = [row["pairs"][0]["cliff_delta"] for row in group_tests.group_test(mixed).values]
    assert deltas == [-1, -1, 1]
