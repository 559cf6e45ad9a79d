"""Intraclass correlations and Cronbach's alpha: published figures, properties, and what cannot be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import f as f_distribution

from copkit_delphi.analysis.measure import COMPLETE, Options
from copkit_delphi.analysis.measures.concordance import ONE_ITEM, TOO_FEW_COMPLETE
from copkit_delphi.analysis.measures.cronbach import SAME_SUM, cronbach_alpha, round_cronbach
from copkit_delphi.analysis.measures.icc import FORMS, NO_SCATTER, Squares, icc, round_icc
from copkit_delphi.analysis.small import matrix, panel
from tests.analysis.proofs import near, property_of, vectors_of

RATINGS = arrays(float, (4, 5), elements=st.integers(1, 9).map(float))
OLD_NAMES = {"ICC1": "1", "ICC2": "A1", "ICC3": "C1", "ICC1k": "1k", "ICC2k": "Ak", "ICC3k": "Ck"}


@pytest.mark.parametrize("case", vectors_of("icc"))
def test_intraclass_correlations_as_published(case):
    values = matrix(case["data"]["targets_by_raters"]).T
    found = icc(values)
    assert {*OLD_NAMES} == {*case["expected"]}
    for old, expected in case["expected"].items():
        one = found[OLD_NAMES[old]]
        told = {"icc": one.value, "ci95": [one.low, one.high], "F": one.f, "p": one.p}
        told |= {"df1": one.df[0], "df2": one.df[1]}
        if old == "ICC2k":
            told |= stepped_up_twice(Squares.of(values), one.value)
        assert told == {name: near(case, value) for name, value in expected.items()}, old


def stepped_up_twice(squares, value):
    """Return the interval of irr 0.84.1 for the mean of k, which differs from McGraw and Wong's (1996).

    Their share is k r1 / (n (1 - r1)), with r1 of one panellist. By Spearman and Brown k r1 / (1 - r1) is
    rk / (1 - rk), rk of the mean. irr takes k rk / (n (1 - rk)) instead: it steps up twice. That the
    interval of the mean must be that of one panellist, stepped up once, is the next test; pingouin and
    psych print .07 to .93 too.
    """
    n, k, items, rest, raters = squares.n, squares.k, squares.items, squares.rest, squares.raters
    share = k * value / (n * (1 - value))
    mixed = share * raters, (1 + share * (n - 1)) * rest
    df = sum(mixed) ** 2 / (mixed[0] ** 2 / (k - 1) + mixed[1] ** 2 / ((n - 1) * (k - 1)))
    above, below = f_distribution.ppf(0.975, n - 1, df), f_distribution.ppf(0.975, df, n - 1)
    low = n * (items - above * rest) / (above * (raters - rest) + n * items)
    high = n * (below * items - rest) / (raters - rest + n * below * items)
    return {"ci95": [low, high], "df2": df, "p": f_distribution.sf(items / rest, n - 1, df)}


@pytest.mark.parametrize("case", vectors_of("icc"))
def test_the_mean_of_k_is_one_stepped_up_once_in_value_and_interval(case):
    values = matrix(case["data"]["targets_by_raters"]).T
    found, k = icc(values), len(values)
    for one, mean in (("1", "1k"), ("A1", "Ak"), ("C1", "Ck")):
        for part in ("value", "low", "high"):
            single = getattr(found[one], part)
            assert getattr(found[mean], part) == pytest.approx(k * single / (1 + (k - 1) * single))
        assert found[mean].p == pytest.approx(found[one].p)


@pytest.mark.parametrize("case", vectors_of("cronbach_alpha"))
def test_cronbachs_alpha_as_published(case):
    found, expected = cronbach_alpha(matrix(case["data"]["targets_by_items"])), case["expected"]
    assert found.value == pytest.approx(expected["alpha"], abs=1e-9)  # as its note says
    assert [found.low, found.high] == pytest.approx(expected["ci95_feldt"], abs=1e-9)
    assert [found.low, found.high] == near(case, expected["pingouin_ci95"])


@property_of("icc")
@given(values=RATINGS, seed=st.integers(0, 99))
def test_forms_do_not_depend_on_order_unit_or_origin_and_consistency_not_on_each_ones_level(values, seed):
    random = np.random.default_rng(seed)
    found = icc(values)
    for one in found.values():
        assert one.value is None or one.value <= 1 + 1e-9
    other = icc(random.permutation(random.permutation(2.5 * values - 7), axis=1))
    for name in FORMS:
        assert other[name].value == pytest.approx(found[name].value, abs=1e-6)
    shifted = icc(values + random.integers(0, 9, (4, 1)))
    for name in ("C1", "Ck"):
        if found[name].value is not None and shifted[name].value is not None:
            assert shifted[name].value == pytest.approx(found[name].value, abs=1e-6)


@property_of("cronbach_alpha")
@given(values=RATINGS)
def test_cronbachs_alpha_is_consistency_of_the_mean_with_people_rated_by_items(values):
    found, other = cronbach_alpha(values), icc(values.T)["Ck"]
    if found.value is not None and other.value is not None:
        assert found.value == pytest.approx(other.value, abs=1e-6)
        if found.low is not None and other.low is not None:
            assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-6)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2]], TOO_FEW_COMPLETE),
        ([[1, None], [None, 2]], TOO_FEW_COMPLETE),
        ([[None, None]], TOO_FEW_COMPLETE),
        ([[1], [2]], ONE_ITEM),
        ([[3, 3], [3, 3]], COMPLETE),
    ],
)
def test_there_is_none_without_complete_panellists_or_variation(rows, reason):
    found = round_icc(panel(rows), Options()).value
    assert found == {**dict.fromkeys(FORMS), "reason": dict.fromkeys(FORMS, reason)}
    cronbach = round_cronbach(panel(rows), Options())
    assert (cronbach.value, cronbach.reason) == (None, SAME_SUM if reason == COMPLETE else reason)


def test_forms_that_nothing_is_left_for_are_none_and_full_agreement_is_one():
    found = icc(matrix([[1, 1, 1], [2, 2, 2]]))
    assert (found["C1"].reason, found["Ck"].reason) == (NO_SCATTER, NO_SCATTER)
    assert found["A1"].value == 0
    assert found["1"].value == pytest.approx(-1)
    agreed = icc(matrix([[1, 4, 5], [1, 4, 5]]))
    assert {(one.value, one.low, one.high, one.p) for one in agreed.values()} == {(1, 1, 1, 0)}


def test_gaps_leave_the_panellist_out():
    gap = math.nan
    values = np.array([[9.0, 2, 5], [6, 1, 3], [8, 4, 6]])
    with_gap = np.vstack((values, [[7, gap, 2]]))
    assert icc(with_gap) == icc(values)
    assert cronbach_alpha(with_gap) == cronbach_alpha(values)
