"""Movement between two rounds: published figures, properties, and panels in which there is little to measure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ttest_1samp, ttest_rel, wilcoxon

from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_PAIRS
from copkit_delphi.analysis.measures import association, round_tables, shift, signed_rank, stability
from copkit_delphi.analysis.sample import Pairs
from copkit_delphi.analysis.small import moves
from copkit_delphi.domain.scale import PERCENT, Scale
from tests.analysis.proofs import near, property_of, vectors_of

FIVE = Scale(1, 5)
FOUR = Scale(1, 4)
POINT = st.one_of(st.integers(1, 5).map(float), st.just(math.nan))
PANEL = arrays(float, (2, 8, 3), elements=POINT)


def pairs_of(values, scale=FIVE):
    before, after = values
    return Pairs(before, after, (scale,) * before.shape[1])


def same(found, expected):
    return np.testing.assert_allclose(found, expected, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("case", vectors_of("wilcoxon_signed_rank"))
def test_signed_ranks_as_published(case):
    changes = np.round(np.subtract(case["data"]["x"], case["data"]["y"], dtype=float), 9)[:, None]
    dropped, pratt = signed_rank.signed_ranks(changes), signed_rank.signed_ranks(changes, "pratt")
    found = {
        "V_plus": dropped.plus[0],
        "V_minus": dropped.minus[0],
        "n_nonzero": dropped.n[0],
        "p_normal_continuity": dropped.p_normal(continuity=True)[0],
        "p_normal_no_correction": dropped.p_normal()[0],
        "p_exact_zeros_dropped": dropped.p_exact()[0],
        "p_exact_pratt": pratt.p_exact()[0],
        "Z_wilcoxon": dropped.z()[0],
        "Z_pratt": pratt.z()[0],
        "p_asym_pratt": pratt.p_normal()[0],
        "rank_biserial": dropped.rank_biserial[0],
    }
    expected = case["expected"]
    if expected["p_normal_continuity"] is None:  # R gives none where it computes the exact p
        assert (dropped.shared <= 1).all()
        assert len(changes) < 50
        found["p_normal_continuity"] = None
    assert found.keys() == expected.keys()
    for name, value in found.items():
        assert value == near(case, expected[name]), name


def test_the_depression_trial_needs_no_rounding_by_hand():
    before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    assert signed_rank.wilcoxon_p(moves(before, after, "0:5"))[0] == pytest.approx(0.0390625)


@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
def test_signed_ranks_are_scipys_for_small_and_large_panels(zeros):
    random = np.random.default_rng(11)
    for size in (1, 2, 5, 9, 13, 14, 30, 50, 51, 60):
        for spread_of in (3, 1000):
            before, after = random.integers(0, spread_of, (2, size)).astype(float)
            after[0] = before[0] + 1
            method = "wilcox" if zeros == "wilcoxon" else "pratt"
            peer = wilcoxon(before, after, zero_method=method, method="asymptotic", correction=True)
            ours = signed_rank.signed_ranks((after - before)[:, None], zeros)
            assert ours.p_normal(continuity=True)[0] == pytest.approx(peer.pvalue), (size, spread_of)
            if zeros == "wilcoxon":
                found = signed_rank.wilcoxon_p(moves(before, after, "0:100"))[0]
                assert found == pytest.approx(wilcoxon(before, after).pvalue), (size, spread_of)


EXPECTED = {
    "unchanged": lambda pairs: 1 - stability.share_changed(pairs),
    "kappa_quadratic": round_tables.weighted_kappa,
    "kappa_linear": round_tables.linear_kappa,
    "scheibe_net_change": stability.net_change,
    "goodman_kruskal_lambda": lambda pairs: association.goodman_kruskal_lambda(
        round_tables.tables_of(pairs)[0].counts
    ),
    "mean_abs_change": stability.mean_absolute_change,
    "share_up": stability.share_up,
    "share_down": stability.share_down,
    "cv_round1": lambda pairs: stability.cv(pairs.before),
    "cv_round2": lambda pairs: stability.cv(pairs.after),
    "cv_change": stability.delta_cv,
    "spearman": lambda pairs: association.spearman(pairs.before, pairs.after),
    "n_paired": lambda pairs: pairs.n,
    "scheibe_stable_lt_15pct": lambda pairs: stability.net_change(pairs) < 0.15,
}
TESTS = {"individual": association.chi_squared_individual, "group": association.chi_squared_group}


def first(found):
    return getattr(found, "values", found)[0]


@pytest.mark.parametrize("case", vectors_of("round_stability"))
def test_movement_as_published(case):
    for key, expected in case["expected"].items():
        item, numbers = key.split("@")
        before, after = (case["data"][f"round{number}"][item] for number in numbers.split("-"))
        pairs = moves(before[: len(after)], after, "1:4")
        found = {name: first(compute(pairs)) for name, compute in EXPECTED.items()}
        for name, compute in TESTS.items():
            row = compute(pairs).at(0)[0] or dict.fromkeys(("statistic", "df", "p"))
            found |= {f"chi2_{name}": row["statistic"], f"df_{name}": row["df"], f"p_{name}": row["p"]}
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            shown = (
                None if value is None and (found[name] is None or math.isnan(found[name])) else found[name]
            )
            assert shown == near(case, value), (key, name)


def test_net_change_of_zero_although_nobody_kept_the_answer():
    swapped = moves([1, 1, 4, 4], [4, 4, 1, 1])
    assert stability.net_change(swapped)[0] == 0
    assert stability.share_changed(swapped)[0] == 1
    assert round_tables.weighted_kappa(swapped).values[0] == pytest.approx(-1)


@property_of(
    "share_changed", "share_up", "share_down", "share_within_tolerance", "mean_absolute_change", "net_change"
)
@given(PANEL)
def test_shares_of_movement_hold_together(values):
    pairs = pairs_of(values)
    changed, up, down = (
        compute(pairs) for compute in (stability.share_changed, stability.share_up, stability.share_down)
    )
    same(changed, up + down)
    same(stability.share_within_tolerance(pairs), 1 - changed)  # five points: tolerance 0
    some = pairs.n > 0
    assert (stability.net_change(pairs)[some] <= changed[some] + 1e-12).all()
    assert (stability.mean_absolute_change(pairs)[some] >= changed[some] - 1e-12).all()
    assert (np.isnan(changed) == ~some).all()


@property_of(
    "share_changed", "net_change", "wilcoxon_p", "signed_ranks", "rank_biserial", "weighted_kappa",
    "linear_kappa", "plain_kappa", "delta_cv", "mean_shift", "equivalence", "spearman",
)  # fmt: skip
@given(PANEL, st.permutations(range(8)))
def test_nobodys_place_in_the_panel_matters(values, order):
    one, other = pairs_of(values), pairs_of(values[:, order])
    for compute in (
        stability.net_change,
        signed_rank.wilcoxon_p,
        signed_rank.rank_biserial,
        round_tables.weighted_kappa,
        round_tables.linear_kappa,
        round_tables.plain_kappa,
        stability.delta_cv,
        lambda pairs: association.spearman(pairs.before, pairs.after),
        lambda pairs: shift.shift_interval(pairs)[1],
    ):
        found, again = (compute(pairs) for pairs in (one, other))
        same(getattr(found, "values", found), getattr(again, "values", again))


@property_of("wilcoxon_p", "signed_ranks", "rank_biserial", "weighted_kappa", "net_change", "spearman")
@given(PANEL)
def test_a_scale_read_backwards_turns_the_direction_only(values):
    one, other = pairs_of(values), pairs_of(6 - values)
    same(signed_rank.wilcoxon_p(one), signed_rank.wilcoxon_p(other))
    same(signed_rank.rank_biserial(one).values, -signed_rank.rank_biserial(other).values)
    same(round_tables.weighted_kappa(one).values, round_tables.weighted_kappa(other).values)
    same(stability.net_change(one), stability.net_change(other))
    same(association.spearman(one.before, one.after), association.spearman(other.before, other.after))


@property_of("weighted_kappa", "mean_shift")
@given(PANEL, st.integers(-3, 3), st.integers(1, 9))
def test_other_units_change_no_kappa_and_scale_the_shift(values, offset, factor):
    one, other = pairs_of(values), pairs_of(values * factor + offset, Scale(-100, 100, 0))
    same(round_tables.weighted_kappa(one).values, round_tables.weighted_kappa(other).values)
    same(shift.shift_interval(one)[0] * factor, shift.shift_interval(other)[0])


@property_of("weighted_kappa", "linear_kappa", "plain_kappa")
@given(PANEL)
def test_kappas_are_their_definition_over_all_pairs_of_people(values):
    pairs = pairs_of(values)
    for compute, distance in (
        (round_tables.weighted_kappa, lambda a, b: (a - b) ** 2),
        (round_tables.linear_kappa, lambda a, b: abs(a - b)),
        (round_tables.plain_kappa, lambda a, b: float(a != b)),
    ):
        found = compute(pairs)
        for place in range(3):
            before, after = pairs.item(place)
            expected = sum(distance(a, b) for a in before for b in after)
            observed = sum(distance(a, b) for a, b in zip(before, after, strict=True))
            if expected == 0:
                assert found.reason[place] == (round_tables.COMPLETE if len(before) else NO_PAIRS)
            else:
                assert found.values[place] == pytest.approx(1 - observed * len(before) / expected)


@property_of("weighted_kappa")
@given(PANEL, arrays(np.int64, 8, elements=st.integers(1, 3)))
def test_a_weight_counts_a_panellist_that_often(values, weights):
    before, after = values
    weighted = round_tables.quadratic_kappa(before, after, weights.astype(float))
    again = (np.repeat(matrix, weights, axis=0) for matrix in (before, after))
    same(weighted, round_tables.quadratic_kappa(*again))


@property_of("goodman_kruskal_lambda", "chi_squared_individual", "chi_squared_group")
@given(PANEL)
def test_names_of_the_points_do_not_matter_to_lambda_and_chi_squared(values):
    relabelled = np.array([math.nan, 3, 5, 1, 2, 4])[np.where(np.isnan(values), 0, values).astype(int)]
    tables = [round_tables.tables_of(pairs_of(one))[0].counts for one in (values, relabelled)]
    found = association.goodman_kruskal_lambda(tables[0])
    same(found, association.goodman_kruskal_lambda(tables[1]))
    assert ((found >= 0) & (found <= 1) | np.isnan(found)).all()
    for compute in TESTS.values():
        for one, other in zip(*(compute(pairs_of(one)).values for one in (values, relabelled)), strict=True):
            assert one == other or one == pytest.approx(other)


@property_of("mean_shift", "equivalence")
@given(arrays(float, (2, 9), elements=st.integers(0, 100).map(float)))
def test_the_interval_of_the_shift_is_students_and_equivalence_two_one_sided_tests(values):
    changes = values[1] - values[0]
    if changes.std() == 0:
        return
    row = shift.mean_shift(moves(*values, "0:100")).values[0]
    interval = ttest_rel(values[1], values[0]).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx(tuple(interval))
    same_mean = shift.equivalence(moves(*values, "0:100")).values[0]
    below = ttest_1samp(changes, -10, alternative="greater").pvalue
    above = ttest_1samp(changes, 10, alternative="less").pvalue
    assert same_mean["equivalent"] == (max(below, above) <= 0.05)
    assert same_mean["margin"] == 10


@property_of("delta_cv")
@given(PANEL, st.integers(2, 9))
def test_a_longer_unit_changes_no_coefficient_of_variation(values, factor):
    one, other = pairs_of(values), pairs_of(values * factor, PERCENT)
    same(stability.delta_cv(one).values, stability.delta_cv(other).values)


def test_equivalence_on_short_scales_allows_half_a_point():
    kept = shift.equivalence(moves([3] * 20, [3] * 19 + [4])).values[0]
    assert (kept["margin"], kept["equivalent"]) == (0.5, True)
    few = shift.equivalence(moves([3, 3, 3], [3, 3, 4])).values[0]
    assert few["equivalent"] is False


def test_no_significant_change_is_not_equivalence():
    wild = moves([10, 90, 20, 80], [90, 10, 80, 20], "0:100")
    assert signed_rank.wilcoxon_p(wild)[0] == 1
    assert shift.equivalence(wild).values[0]["equivalent"] is False


def test_each_undefined_figure_says_why():
    nobody = moves([1, None], [None, 2])
    one = moves([1, None], [2, 3])
    unmoved = moves([2, 2], [2, 2])
    assert np.isnan(stability.net_change(nobody)).all()
    assert np.isnan(signed_rank.wilcoxon_p(nobody)).all()
    for compute in (
        round_tables.weighted_kappa, round_tables.linear_kappa,
        signed_rank.rank_biserial, shift.mean_shift, shift.equivalence, stability.delta_cv,
        association.chi_squared_group, association.chi_squared_individual,
    ):  # fmt: skip
        assert compute(nobody).at(0) == (None, NO_PAIRS)
    assert shift.mean_shift(one).at(0) == (None, stability.ONE_PAIR)
    assert stability.delta_cv(one).at(0) == (None, stability.ONE_PAIR)
    assert stability.delta_cv(moves([-1, 1], [1, 2], "-5:5")).at(0) == (None, stability.MEAN_ZERO)
    assert np.isnan(signed_rank.wilcoxon_p(unmoved)).all()
    assert signed_rank.rank_biserial(unmoved).at(0) == (None, signed_rank.NO_CHANGE)
    assert round_tables.weighted_kappa(unmoved).at(0) == (None, round_tables.COMPLETE)
    assert association.chi_squared_group(unmoved).at(0) == (None, association.ONE_ANSWER)
    assert shift.equivalence(unmoved).at(0)[0]["equivalent"] is True
    fine = moves([10, 20], [10, 30], "0:100")
    assert round_tables.linear_kappa(fine).at(0) == (None, NEEDS_ORDINAL)
    assert association.chi_squared_individual(fine).at(0) == (None, NEEDS_ORDINAL)


def test_a_panel_without_people_or_items_is_no_accident():
    for shape in ((0, 2), (3, 0)):
        empty = Pairs(np.full(shape, math.nan), np.full(shape, math.nan), (FIVE,) * shape[1])
        for compute in (signed_rank.rank_biserial, shift.mean_shift, round_tables.weighted_kappa):
            assert len(compute(empty).values) == shape[1]
        assert stability.net_change(empty).shape == (shape[1],)
