"""Tests of margins and of order between rounds, and p-values of many tests at once."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_PAIRS
from copkit_delphi.analysis.measures import adjust, marginals, order
from copkit_delphi.analysis.measures.association import spearman
from copkit_delphi.analysis.measures.signed_rank import NO_CHANGE
from copkit_delphi.analysis.small import moves
from copkit_delphi.domain.scale import Scale
from tests.analysis.proofs import near, property_of, vectors_of

TABLES = arrays(np.int64, (3, 4, 4), elements=st.integers(0, 6))


@pytest.mark.parametrize("case", vectors_of("marginal_homogeneity"))
def test_margins_as_published(case):
    table = np.array([case["data"]["table"]])
    stuart, bhapkar, bowker = (
        compute(table) for compute in (marginals.stuart_maxwell, marginals.bhapkar, marginals.bowker)
    )
    found = {
        "stuart_maxwell": stuart.statistic[0],
        "p_stuart_maxwell": stuart.p[0],
        "bhapkar": bhapkar.statistic[0],
        "p_bhapkar": bhapkar.p[0],
        "bowker": bowker.statistic[0],
        "p_bowker": bowker.p[0],
        "df_homogeneity": stuart.df[0],
        "df_bowker": bowker.df[0],
    }
    assert found == near(case, case["expected"])


@pytest.mark.parametrize("case", vectors_of("mcnemar"))
def test_mcnemar_as_published(case):
    (_, lost), (won, _) = case["data"]["table"]
    found = marginals.mcnemar(lost, won)
    expected = case["expected"]
    assert len(expected) == 6
    assert found.chi2_continuity == near(case, expected["chi2_continuity"])
    assert found.p_continuity == near(case, expected["p_continuity"])
    assert (found.chi2, found.p) == near(case, (expected["chi2"], expected["p"]))
    assert found.p_exact == near(case, expected["p_exact"])
    assert found.odds_ratio == near(case, expected["odds_ratio_discordant"])


@pytest.mark.parametrize("case", vectors_of("rank_stability"))
def test_order_as_published(case):
    first, second = (np.array(case["data"][name], dtype=float) for name in ("round1", "round2"))
    kendall = order.kendall_tau_b(first, second)
    found = {
        "kendall_tau_b": kendall.tau_b,
        "p_kendall_normal": kendall.p,
        "spearman_rho": spearman(first[:, None], second[:, None])[0],
    }
    assert found == near(case, case["expected"])


ADJUSTED = {
    "bonferroni": adjust.bonferroni,
    "holm": adjust.holm,
    "hochberg": adjust.hochberg,
    "BH": adjust.benjamini_hochberg,
    "BY": adjust.benjamini_yekutieli,
}


@pytest.mark.parametrize("case", vectors_of("p_adjust"))
def test_adjusted_p_as_published(case):
    assert case["expected"].keys() == ADJUSTED.keys()
    for name, compute in ADJUSTED.items():
        assert compute(np.array(case["data"]["p"])).tolist() == near(case, case["expected"][name]), name


@property_of("bonferroni", "holm", "hochberg", "benjamini_hochberg", "benjamini_yekutieli")
@given(arrays(float, (6, 2), elements=st.one_of(st.floats(0, 1), st.just(math.nan))))
def test_adjusted_p_keeps_the_order_and_leaves_gaps_out(p):
    for compute in ADJUSTED.values():
        found = compute(p)
        for column, adjusted in zip(p.T, found.T, strict=True):
            there = ~np.isnan(column)
            assert (np.isnan(adjusted) == ~there).all()
            assert (adjusted[there] >= column[there] - 1e-12).all()
            assert (np.diff(adjusted[there][np.argsort(column[there])]) >= -1e-12).all()
            np.testing.assert_allclose(compute(column[there]), adjusted[there])
    bonferroni, holm, hochberg, bh, _ = (compute(p) for compute in ADJUSTED.values())
    there = ~np.isnan(p)
    for more, less in ((bonferroni, holm), (holm, hochberg), (hochberg, bh)):
        assert (more[there] >= less[there] - 1e-12).all()


@property_of("stuart_maxwell", "bhapkar", "bowker")
@given(TABLES, st.permutations(range(4)))
def test_names_of_the_points_do_not_matter_to_margins(tables, names):
    again = tables[:, names][:, :, names]
    for compute in (marginals.stuart_maxwell, marginals.bhapkar, marginals.bowker):
        one, other = compute(tables), compute(again)
        np.testing.assert_allclose(one.statistic, other.statistic, rtol=1e-6, atol=1e-9)
        assert one.df.tolist() == other.df.tolist()
        back = compute(tables.transpose(0, 2, 1)).statistic
        np.testing.assert_allclose(one.statistic, back, rtol=1e-6, atol=1e-9)


@property_of("stuart_maxwell", "bowker", "mcnemar")
@given(arrays(np.int64, (1, 2, 2), elements=st.integers(0, 9)))
def test_with_two_points_all_tests_of_margins_are_mcnemars(table):
    found = marginals.mcnemar(int(table[0, 0, 1]), int(table[0, 1, 0]))
    for compute in (marginals.stuart_maxwell, marginals.bowker):
        one = compute(table)
        if found.chi2 is None:
            assert np.isnan(one.statistic[0])
        else:
            assert one.statistic[0] == pytest.approx(found.chi2)
            assert one.p[0] == pytest.approx(found.p)


@property_of("stuart_maxwell", "stuart_maxwell_p")
@given(TABLES)
def test_points_that_nobody_used_change_nothing(tables):
    wide = np.zeros((3, 6, 6), dtype=int)
    wide[:, 1:5, 1:5] = tables
    one, other = marginals.stuart_maxwell(tables), marginals.stuart_maxwell(wide)
    np.testing.assert_allclose(one.statistic, other.statistic, rtol=1e-9, atol=1e-9)
    assert one.df.tolist() == other.df.tolist()
    ratings = np.repeat([(a + 1, b + 1) for a in range(4) for b in range(4)], tables[0].ravel(), axis=0)
    if len(ratings):
        for scale in ("1:4", "1:9"):
            found = marginals.stuart_maxwell_p(moves(*ratings.T, scale)).values
            np.testing.assert_allclose(found, one.p[:1])


def test_margins_say_why_there_is_no_test():
    def reason(before, after, scale="1:5"):
        return marginals.stuart_maxwell_p(moves(before, after, scale)).at(0)

    assert reason([1, None], [None, 1]) == (None, NO_PAIRS)
    assert reason([1, 2], [1, 2]) == (None, NO_CHANGE)
    assert reason([1, 2, 4, 5], [2, 2, 5, 5]) == (None, marginals.APART)
    assert reason([1, 2], [2, 1], "0:100") == (None, NEEDS_ORDINAL)
    assert math.isnan(marginals.bhapkar(np.array([[[0, 3], [0, 0]]])).statistic[0])
    assert marginals.mcnemar(0, 0).p is None
    assert marginals.mcnemar(3, 0).odds_ratio is None
    assert marginals.mcnemar(2, 2).p_continuity == 1


@property_of("kendall_tau_b")
@given(arrays(float, (2, 7), elements=st.integers(0, 4).map(float)), st.permutations(range(7)))
def test_an_order_has_no_direction_of_reading(values, names):
    one = order.kendall_tau_b(*values)
    other = order.kendall_tau_b(*values[::-1, names])
    back = order.kendall_tau_b(values[0], -values[1])
    if one.tau_b is None:
        assert other.tau_b is back.tau_b is None
    else:
        assert -1 - 1e-9 <= one.tau_b <= 1 + 1e-9
        assert other.tau_b == pytest.approx(one.tau_b)
        assert (back.tau_b, back.p) == pytest.approx((-one.tau_b, one.p))


@property_of("item_order")
@given(arrays(float, (2, 6, 4), elements=st.integers(1, 5).map(float)), st.permutations(range(4)))
def test_the_order_of_items_does_not_depend_on_their_columns(values, names):
    from tests.analysis.conftest import build

    one = order.item_order(*(build(round_, scale=Scale(1, 9)) for round_ in values))
    other = order.item_order(*(build(round_[:, names], scale=Scale(1, 9)) for round_ in values))
    assert one.reason == other.reason
    if one.value:
        assert one.value == pytest.approx(other.value)


def test_the_order_of_items_in_plain_cases(round_of):
    first = [[1, 2, 3], [2, 3, 4]]
    kept = order.item_order(round_of(first), round_of(np.array(first) + 10))
    assert (kept.value["kendall_tau_b"], kept.value["spearman_rho"]) == pytest.approx((1, 1))
    turned = order.item_order(round_of(first), round_of([[3, 2, 1], [4, 3, 2]]))
    assert turned.value["kendall_tau_b"] == pytest.approx(-1)
    assert order.item_order(round_of(first), round_of([[5, 5, 5]] * 2)).reason == order.ALL_TIED
    assert order.item_order(round_of([[1, 2]]), round_of([[1, 2]])).reason == order.FEW_ITEMS
    nobody = round_of([[1, 2, 3]], names=["X"])
    assert order.item_order(round_of(first), nobody).reason == order.FEW_ITEMS


def test_all_orders_of_three_have_the_tau_counted_by_hand():
    swaps = [
        order.kendall_tau_b(np.arange(3.0), np.array(p, dtype=float)).tau_b for p in permutations(range(3))
    ]
    assert sorted(swaps) == pytest.approx([-1, -1 / 3, -1 / 3, 1 / 3, 1 / 3, 1])
