"""Kendall's W and Skillings and Mack's test: published figures, Friedman's statistic, and why there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import friedmanchisquare

from copkit_delphi.analysis.measure import COMPLETE, Options
from copkit_delphi.analysis.measures import concordance, skillings_mack
from copkit_delphi.analysis.measures.concordance import w_permutation_p
from copkit_delphi.analysis.measures.skillings_mack import skillings_mack_permutation_p
from copkit_delphi.analysis.small import matrix, panel
from tests.analysis.proofs import near, property_of, vectors_of

POINTS = arrays(float, (6, 5), elements=st.integers(1, 5).map(float))
GAPPY = arrays(float, (6, 5), elements=st.one_of(st.integers(1, 5).map(float), st.just(math.nan)))
MANY = Options(seed=1, resamples=20_000)


@pytest.mark.parametrize("case", vectors_of("kendall_w"))
def test_kendalls_w_as_published(case):
    values = matrix(case["data"]["ratings_items_by_raters"]).T
    found, expected = concordance.concordance(values), dict(case["expected"])
    shuffled = expected.pop("p_permutation_vegan_99999")
    assert w_permutation_p(values, MANY).value == pytest.approx(shuffled, abs=0.004)  # as its note says
    assert {
        "W": found.w,
        "W_uncorrected": found.uncorrected,
        "chi2": found.chi2,
        "df": found.df,
        "p_chi2": found.p,
        "F": found.f,
        "df1": found.f_df[0],
        "df2": found.f_df[1],
        "p_F": found.f_p,
        "n_items": found.items,
        "n_raters": found.panellists,
        "mean_spearman_if_no_ties": found.mean_spearman,
    } == {name: near(case, value) for name, value in expected.items()}


@pytest.mark.parametrize("case", vectors_of("skillings_mack"))
def test_skillings_mack_as_published(case):
    complete, gappy, expected = (
        matrix(case["data"]["complete"]),
        matrix(case["data"]["with_missing"]),
        case["expected"],
    )
    found = skillings_mack.skillings_mack(complete).value["statistic"]
    assert found == near(case, expected["complete_statistic"])
    assert found == near(case, expected["friedman_scipy"])
    assert skillings_mack.skillings_mack(gappy).value == {
        "statistic": near(case, expected["missing_statistic"]),
        "df": expected["df"],
        "p": near(case, expected["p_chi2"]),
    }
    shuffled = skillings_mack_permutation_p(gappy, MANY).value
    assert shuffled == pytest.approx(expected["p_permutation"], abs=0.01)  # as its note says


@property_of("kendall_w", "kendall_w_p", "skillings_mack")
@given(values=POINTS)
def test_without_gaps_both_are_friedmans_test(values):
    found = concordance.concordance(values)
    if found.w is None:
        assert found.reason in {COMPLETE, concordance.ALL_ALIKE}
        return
    statistic, p = friedmanchisquare(*values.T)
    assert 0 <= found.w <= 1 + 1e-12
    assert (found.chi2, found.p) == pytest.approx((statistic, p), abs=1e-9)
    test = skillings_mack.skillings_mack(values).value
    assert (test["statistic"], test["df"], test["p"]) == pytest.approx((statistic, 4, p), abs=1e-9)


@property_of("kendall_w", "skillings_mack")
@given(values=GAPPY, seed=st.integers(0, 99))
def test_order_of_panellists_and_items_and_each_ones_own_yardstick_do_not_matter(values, seed):
    random = np.random.default_rng(seed)
    stretched = values * random.uniform(0.5, 9, (6, 1)) + random.normal(0, 5, (6, 1))
    other = random.permutation(random.permutation(stretched), axis=1)
    assert concordance.concordance(other).w == pytest.approx(concordance.concordance(values).w)
    found, again = (skillings_mack.skillings_mack(one) for one in (values, other))
    assert (again.value or {}).get("df") == (found.value or {}).get("df")
    assert (again.value or {}) == pytest.approx(found.value or {}, abs=1e-7)


@property_of("kendall_w_permutation_p", "skillings_mack_permutation_p")
@given(values=GAPPY)
def test_a_shuffled_p_is_one_for_no_order_at_all_and_never_zero(values):
    few = Options(seed=1, resamples=50)
    for test in (w_permutation_p, skillings_mack_permutation_p):
        found = test(values, few).value
        assert found is None or 1 / 51 <= found <= 1
    assume((np.count_nonzero(~np.isnan(values), axis=1) > 1).sum() > 1)
    level = np.where(np.isnan(values), math.nan, 3.0)
    assert skillings_mack_permutation_p(level, few).reason == COMPLETE


def test_items_that_share_no_panellist_are_compared_apart():
    one = [[1, 2, 3], [1, 3, 2], [2, 1, 3]]
    gap = [None] * 3
    apart = skillings_mack.skillings_mack(
        matrix([*(row + gap for row in one), *(gap + row for row in one)])
    ).value
    alone = skillings_mack.skillings_mack(matrix(one)).value
    assert apart["df"] == 2 * alone["df"]
    assert apart["statistic"] == pytest.approx(2 * alone["statistic"])


def test_kendalls_w_counts_only_who_rated_every_item_that_anyone_rated():
    complete = matrix([[1, 2, 3], [1, 3, 2], [2, 1, 3]])
    with_gap = matrix([[1, 2, None, 3], [1, 3, None, 2], [2, 1, None, 3], [3, None, None, 1]])
    assert concordance.concordance(with_gap) == concordance.concordance(complete)


def test_ranks_by_counting_equal_ranks_by_sorting(monkeypatch):
    values = np.random.default_rng(5).integers(1, 10, (40, 12)).astype(float)
    counted = concordance.concordance(values)
    monkeypatch.setattr(concordance, "COUNTED", 0)
    assert concordance.concordance(values).w == pytest.approx(counted.w)


@pytest.mark.parametrize(
    ("rows", "reason", "panellists"),
    [
        ([[1, None], [2, 3]], concordance.TOO_FEW_COMPLETE, 1),
        ([[1], [2]], concordance.ONE_ITEM, 2),
        ([[4, 4], [4, 4]], COMPLETE, 2),
        ([[4, 4], [2, 2]], concordance.ALL_ALIKE, 2),
        ([[None, None]], concordance.TOO_FEW_COMPLETE, 0),
    ],
)
def test_kendalls_w_says_why_there_is_none(rows, reason, panellists):
    found = concordance.concordance(matrix(rows))
    assert (found.w, found.reason, found.panellists) == (None, reason, panellists)
    for entry in (concordance.kendall_w, concordance.kendall_w_p):
        assert (entry(panel(rows), Options()).value, entry(panel(rows), Options()).reason) == (None, reason)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, None], [None, 3]], skillings_mack.TOO_FEW_RANKED),
        ([[1], [2]], skillings_mack.TOO_FEW_RANKED),
        ([[4, 4, None], [None, 4, 4]], COMPLETE),
        ([[4, 4], [2, 2]], concordance.ALL_ALIKE),
        ([[None, None]], skillings_mack.TOO_FEW_RANKED),
    ],
)
def test_skillings_mack_says_why_there_is_none(rows, reason):
    found = skillings_mack.round_skillings_mack(panel(rows), Options())
    assert (found.value, found.reason) == (None, reason)


def test_full_agreement_on_the_order_is_one():
    found = concordance.concordance(matrix([[1, 2, 3, 4]] * 3))
    assert (found.w, found.f, found.f_p) == (1.0, math.inf, 0.0)
