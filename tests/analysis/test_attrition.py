"""Whom a study lost: the published case, properties, and rounds from which nobody or everybody went."""

from __future__ import annotations

import json
import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import fisher_exact

from copkit_delphi.analysis.measure import Options, Rules
from copkit_delphi.analysis.measures import attrition, desirability, leavers, retention, two_groups
from copkit_delphi.analysis.small import matrix, round_of
from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.scale import Scale
from tests.analysis.proofs import near, property_of, vectors_of

POINT = st.one_of(st.integers(1, 5).map(float), st.just(math.nan))
PANEL = arrays(float, (10, 2), elements=POINT)
SHARE = Rules(Criterion(share=0.75, low=4, high=5))


@pytest.mark.parametrize("case", vectors_of("attrition"))
def test_attrition_as_published(case):
    stayed, left = np.array(case["data"]["stayed_left_by_group"]).T
    a, b = (
        np.array(case["data"][f"round1_score_{who}"], dtype=float)[:, None]
        for who in ("completers", "dropouts")
    )
    test, compared, g = retention.retention(stayed, left), two_groups.compare(a, b), leavers.hedges_g(a, b)[0]
    both = np.concatenate((a, b))
    found = {
        "retention_by_group": (stayed / (stayed + left)).tolist(),
        "overall_retention": stayed.sum() / (stayed.sum() + left.sum()),
        "chi2": test.chi2,
        "df": test.df,
        "p_chi2": test.p,
        "cramers_v": test.cramers_v,
        "mann_whitney_U": compared.u[0],
        "p_mann_whitney_cc": compared.p()[0],
        "A12": compared.a12[0],
        "cliffs_delta": compared.delta[0],
        "cohens_d": g[0] / (1 - 3 / (4 * (len(both) - 2) - 1)),
        "hedges_g": g[0],
        "mean_completers": a.mean(),
        "mean_all": both.mean(),
        "attrition_bias_mean": a.mean() - both.mean(),
        "fisher_exact_p_3x2": test.fisher_p,
    }
    assert found.keys() == case["expected"].keys()
    for name, value in found.items():
        assert value == near(case, case["expected"][name]), name


@pytest.mark.parametrize("case", vectors_of("attrition"))
def test_the_entry_tells_the_published_case(case):
    rows, labels, later = [], "", []
    for group, (stayed, left) in zip("abc", case["data"]["stayed_left_by_group"], strict=True):
        rows += [[3]] * (stayed + left)
        labels += group * (stayed + left)
        later += [[3]] * stayed + [[None]] * left
    rounds = [round_of(rows, "1:9", labels), round_of(later, "1:9", labels, 2)]
    step = attrition.attrition(rounds, Rules(), Options()).value["steps"][0]
    expected = case["expected"]
    assert [group["share"] for group in step["groups"].values()] == near(case, expected["retention_by_group"])
    assert step["share"] == near(case, expected["overall_retention"])
    for name, key in (("chi2", "chi2"), ("df", "df"), ("p", "p_chi2"), ("cramers_v", "cramers_v")):
        assert step[name] == near(case, expected[key])
    assert step["fisher_p"] == near(case, expected["fisher_exact_p_3x2"])
    assert [flag["kind"] for flag in step["flags"]] == ["groups", "criterion"]
    scores = [*case["data"]["round1_score_completers"], *case["data"]["round1_score_dropouts"]]
    after = [[7.0]] * 12 + [[None]] * 6
    rounds = [round_of([[score] for score in scores], "1:9"), round_of(after, "1:9", number=2)]
    step = attrition.attrition(rounds, Rules(Criterion(share=0.75, low=7, high=9)), Options()).value["steps"][
        0
    ]
    (item,) = step["items"]
    for name, key in (
        ("a12", "A12"), ("cliff_delta", "cliffs_delta"), ("hedges_g", "hedges_g"), ("bias", "attrition_bias_mean"),
        ("mannwhitney_p", "p_mann_whitney_cc"), ("mean_stayed", "mean_completers"), ("mean_all", "mean_all"),
    ):  # fmt: skip
        assert item[name] == near(case, expected[key]), name
    assert (item["share"], item["share_low"], item["share_high"]) == (1, pytest.approx(12 / 18), 1)
    assert item["flips"] is True
    assert [flag["kind"] for flag in step["flags"]] == ["leavers", "criterion"]


@property_of("retention")
@given(arrays(np.int64, (2, 3), elements=st.integers(0, 6)), st.permutations(range(3)))
def test_fishers_test_is_scipys_and_knows_no_order_of_groups(table, order):
    stayed, left = table
    one = retention.retention(stayed, left)
    other = retention.retention(stayed[order], left[order])
    if one.reason is None:
        assert (other.chi2, other.fisher_p) == pytest.approx((one.chi2, one.fisher_p))
        assert 0 <= one.cramers_v <= 1 + 1e-12
        used = table[:, table.sum(axis=0) > 0]
        if used.shape[1] == 2:
            assert one.fisher_p == pytest.approx(fisher_exact(used).pvalue)
    else:
        assert other.reason == one.reason


def test_too_many_tables_are_simulated_with_the_seed():
    stayed, left = np.array([300, 280, 290, 150]), np.array([20, 30, 25, 60])
    options = Options(seed=3, resamples=500)
    first = retention.fisher(stayed, left, options)
    assert first == retention.fisher(stayed, left, options)
    assert first == (pytest.approx(1 / 501), True)


@property_of("hedges_g")
@given(PANEL, st.integers(-3, 3), st.integers(1, 9))
def test_hedges_g_knows_no_units(values, offset, factor):
    one = leavers.hedges_g(values[:6], values[6:])
    other = leavers.hedges_g(values[:6] * factor + offset, values[6:] * factor + offset)
    turned = leavers.hedges_g(values[6:], values[:6])
    np.testing.assert_allclose(one, other, atol=1e-9)
    np.testing.assert_allclose(one[0], -turned[0], atol=1e-9)
    there = ~np.isnan(one[0])
    assert (one[1][there] < one[0][there]).all()
    assert (one[0][there] < one[2][there]).all()


@property_of("agreement_bounds", "width_bounds")
@given(st.lists(st.integers(1, 5).map(float), min_size=1, max_size=6), st.integers(0, 2))
def test_bounds_hold_whatever_the_leavers_would_have_said(ratings, gone):
    scale = Scale(1, 5)
    inside = np.array([sum(rating >= 4 for rating in ratings)])
    low, high = leavers.agreement_bounds(inside, np.array([len(ratings)]), np.array([gone]))
    width = leavers.width_bounds(np.array(ratings), gone, scale)
    shares, widths = [], []
    for said in product(range(1, 6), repeat=gone):
        all_of = np.array([*ratings, *said])
        shares.append((all_of >= 4).mean())
        q1, q3 = np.quantile(all_of, (0.25, 0.75))
        widths.append(scale.rounded(q3) - scale.rounded(q1))
    assert (low[0], high[0]) == pytest.approx((min(shares), max(shares)))
    assert width.low <= min(widths)
    assert width.high == max(widths)
    assert width.low <= width.now <= width.high or gone


@property_of("attrition")
@given(PANEL, PANEL, st.permutations(range(10)))
def test_places_in_the_panel_do_not_matter_and_json_takes_it(first, second, order):
    labels = "aabbbbccca"

    def step(a, b, names):
        return attrition.attrition(
            [round_of(a, "1:5", names), round_of(b, "1:5", names, 2)], SHARE, Options()
        )

    one = step(first, second, labels)
    json.dumps(one.value, allow_nan=False)
    other = step(first[order], second[order], "".join(labels[place] for place in order))
    assert flat(one.value) == pytest.approx(flat(other.value))
    for item in one.value["steps"][0]["items"]:
        assert {key for key, value in item.items() if value is None} == set(item["reason"])


def flat(value, path=""):
    """Return the numbers and texts of nested data by path."""
    if isinstance(value, dict):
        return {k: v for name, one in value.items() for k, v in flat(one, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {k: v for place, one in enumerate(value) for k, v in flat(one, f"{path}.{place}").items()}
    return {path: value}


def test_steps_without_leavers_stayers_or_ratings_say_so():
    rows = [[4], [5], [4]]
    assert attrition.attrition([round_of(rows)], Rules(), Options()).reason == attrition.ONE_ROUND
    step = attrition.attrition([round_of(rows), round_of(rows, number=2)], Rules(), Options()).value["steps"][
        0
    ]
    assert (step["share"], step["items"][0]["flips"], step["flags"]) == (1, False, [])
    assert step["reason"]["p"] == retention.ONE_GROUP
    assert step["items"][0]["reason"]["cliff_delta"] == attrition.NOBODY_LEFT
    gone = round_of([[None]] * 3, number=2)
    step = attrition.attrition([round_of(rows), gone], Rules(), Options()).value["steps"][0]
    assert (step["share"], step["items"][0]["flips"]) == (0, None)
    assert step["items"][0]["reason"]["flips"] == attrition.NO_RATINGS_NOW
    assert step["items"][0]["reason"]["bias"] == attrition.NOBODY_STAYED
    empty = attrition.attrition([gone, gone], Rules(), Options()).value["steps"][0]
    assert empty["reason"]["share"] == attrition.NO_ANSWER
    assert empty["items"][0]["reason"]["mean_all"] == attrition.NOBODY_RATED


def test_who_cannot_judge_an_item_has_not_left():
    first, second = round_of([[4], [5], [4]]), round_of([[4], [5], [None]], number=2)
    second.cannot_judge[2, 0] = True
    step = attrition.attrition([first, second], Rules(), Options()).value["steps"][0]
    assert (step["stayed"], step["items"][0]["n_left"]) == (3, 0)


def test_the_middle_half_may_flip_too():
    first = round_of([[4]] * 8, "1:9")
    kept = [[4]] * 5 + [[None]] * 3
    step = attrition.attrition([first, round_of(kept, "1:9", number=2)], Rules(), Options()).value["steps"][0]
    item = step["items"][0]
    assert (item["width"], item["width_low"], item["flips"]) == (0, 0, True)


@property_of("desirability")
@given(PANEL, PANEL, st.integers(1, 9))
def test_desirability_knows_no_units_and_no_order_of_both(likely, wished, factor):
    one, other = desirability.desirability(likely, wished), desirability.desirability(wished, likely * factor)
    assert one.reason == other.reason
    if one.value:
        assert flat(one.value) == pytest.approx(flat(other.value))


@pytest.mark.parametrize(
    ("wished", "expected"), [([1, 2, 3, 4, 5], 1), ([5, 4, 3, 2, 1], -1), ([1, 5, 3, 5, 1], 0)]
)
def test_desirability_in_cases_that_anyone_can_see(wished, expected):
    likely = matrix([[1], [2], [3], [4], [5]])
    found = desirability.desirability(likely, np.array(wished, dtype=float)[:, None]).value
    assert found["overall"] == found["within_items"] == pytest.approx(expected)


def test_items_that_are_likely_and_welcome_fool_the_overall_figure_only():
    likely = np.array([[1, 9], [2, 8], [1, 9], [2, 8]], dtype=float)
    wished = np.array([[2, 8], [1, 9], [2, 8], [1, 9]], dtype=float)
    found = desirability.desirability(likely, wished).value
    assert found["overall"] > 0.5
    assert found["within_items"] == -1
    assert desirability.desirability(likely[:1], wished[:1]).reason == desirability.FEW_PAIRS
