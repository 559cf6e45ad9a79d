"""Kappas and Gwet's coefficients: published figures, what must not matter, and what cannot be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis.chance import Chance, Counted, agreement_weights, fleiss, gwet
from copkit_delphi.analysis.measure import COMPLETE, NO_RATED_PAIR, Options
from copkit_delphi.analysis.measures import kappas, pair_kappas
from copkit_delphi.analysis.measures.kappas import agreement, fleiss_test, share_unanimous
from copkit_delphi.analysis.measures.pair_kappas import cohen_kappa, light_kappa
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.analysis.small import matrix, panel
from copkit_delphi.domain.scale import Scale
from tests.analysis.proofs import near, property_of, vectors_of

POINTS = np.arange(1.0, 5.0)
GAPPY = arrays(float, (4, 6), elements=st.one_of(st.integers(1, 4).map(float), st.just(math.nan)))
FULL = arrays(float, (4, 6), elements=st.integers(1, 4).map(float))
KINDS = ("unweighted", "linear", "quadratic", "ordinal")
ENTRIES = (kappas.fleiss_kappa, kappas.gwet_ac1, kappas.gwet_ac2)


@pytest.mark.parametrize("case", vectors_of("agreement_coefficients"))
def test_chance_corrected_coefficients_as_published(case):
    values = matrix(case["data"]["items_by_raters"]).T
    assert tuple(case["options"]["weights"]) == KINDS
    for weighting, coefficients in case["expected"].items():
        found = agreement(values, weighting)
        assert len(coefficients) == len(found) == 5
        for name, expected in coefficients.items():
            one = found["gwet" if name == "gwet_ac" else name]
            full = expected.get("coeff_full_precision", one.value)
            assert (one.value, one.p_a, one.p_e, one.se) == (
                near(case, expected["coeff"]),
                near(case, expected["pa"]),
                near(case, expected["pe"]),
                near(case, expected["se"]),
            )
            assert one.value == pytest.approx(full, abs=1e-12)
            low, high = (float(part) for part in expected["ci95"].strip("()").split(","))
            assert one.interval == pytest.approx((low, high), abs=0.00051)  # printed to three digits


@pytest.mark.parametrize("case", vectors_of("fleiss_kappa"))
def test_fleiss_conger_and_light_as_published(case):
    values, expected = matrix(case["data"]["items_by_raters"]).T, case["expected"]
    found = fleiss_test(values)
    assert {
        "kappa": found.value,
        "z": found.z,
        "p": found.p,
        "kappa_exact_conger": agreement(values)["conger"].value,
        "light_kappa_mean_pairwise": light_kappa(values).value,
        "percent_all_agree": share_unanimous(values),
    } == {name: near(case, value) for name, value in expected.items()}


@pytest.mark.parametrize("case", vectors_of("cohen_weighted_kappa"))
def test_cohens_kappa_as_published(case):
    first, second, categories = (np.array(case["data"][name]) for name in ("rater1", "rater2", "categories"))
    for weighting in case["options"]["weights"]:
        found = cohen_kappa(first, second, weighting, categories)
        assert {"kappa": found.value, "z": found.z, "p": found.p} == {
            name: near(case, value) for name, value in case["expected"][weighting].items()
        }


def numbers(found):
    return {name: (one.value, one.p_a, one.p_e, one.se, one.reason) for name, one in found.items()}


def same(found, expected):
    for name, values in numbers(expected).items():
        assert numbers(found)[name] == pytest.approx(values, abs=1e-9), name


@property_of(
    "fleiss_kappa", "gwet_ac1", "gwet_ac2", "conger_kappa", "brennan_prediger", "chance_corrected_agreement"
)
@pytest.mark.parametrize("weighting", KINDS)
@given(values=GAPPY, seed=st.integers(0, 99))
def test_order_of_panellists_and_items_does_not_matter_nor_a_scale_turned_round(values, seed, weighting):
    random = np.random.default_rng(seed)
    found = agreement(values, weighting, POINTS)
    shuffled = random.permutation(random.permutation(values), axis=1)
    same(agreement(shuffled, weighting, POINTS), found)
    same(agreement(5 - values, weighting, POINTS), found)
    for one in found.values():
        if one.value is None:
            assert one.reason in {COMPLETE, NO_RATED_PAIR}
        else:
            assert one.value <= 1 + 1e-12
            assert one.p_a <= 1 + 1e-12


@property_of("fleiss_kappa", "gwet_ac1", "brennan_prediger")
@given(values=GAPPY, seed=st.integers(0, 99))
def test_without_an_order_names_of_categories_do_not_matter(values, seed):
    names = np.append(np.random.default_rng(seed).permutation(POINTS), math.nan)
    renamed = names[np.where(np.isnan(values), 5, values).astype(int) - 1]
    same(agreement(renamed, "unweighted", POINTS), agreement(values, "unweighted", POINTS))


@property_of("fleiss_kappa", "gwet_ac2")
@given(
    counts=arrays(int, (5, 4), elements=st.integers(0, 3)), times=arrays(int, 5, elements=st.integers(1, 3))
)
def test_an_item_counted_twice_is_an_item_twice(counts, times):
    weights = agreement_weights("ordinal", POINTS)
    once, repeated = (Counted.of(one, weights) for one in (counts, np.repeat(counts, 2, axis=0)))
    if isinstance(once, str):
        assert repeated == once
        return
    for compute in (fleiss, gwet):
        assert compute(repeated).value == pytest.approx(compute(once).value)


@property_of("conger_kappa", "cohen_kappa", "light_kappa")
@given(values=arrays(float, (2, 6), elements=st.one_of(st.integers(1, 4).map(float), st.just(math.nan))))
def test_for_two_raters_light_is_cohen_and_without_gaps_conger_too(values):
    cohen = cohen_kappa(*values)
    light = light_kappa(values)
    both = values[:, ~np.isnan(values).any(axis=0)]
    if cohen.value is None:
        assert light.value is None
        return
    assert light.value == pytest.approx(cohen.value)
    assert agreement(both)["conger"].value == pytest.approx(cohen.value)


@property_of("cohen_kappa", "light_kappa")
@given(values=FULL)
def test_light_is_the_mean_of_all_pairs(values):
    pairs = [cohen_kappa(values[a], values[b]).value for a in range(4) for b in range(a)]
    defined = [one for one in pairs if one is not None]
    found = light_kappa(values)
    assert found.value == (pytest.approx(np.mean(defined), abs=1e-9) if defined else None)


def test_coming_nearer_raises_the_weighted_coefficients():
    apart, nearer = matrix([[1, 2, 3, 1], [4, 2, 3, 1]]), matrix([[1, 2, 3, 1], [2, 2, 3, 1]])
    for weighting in KINDS[1:]:
        before, after = (agreement(one, weighting, POINTS) for one in (apart, nearer))
        assert all(after[name].p_a > before[name].p_a for name in after)
        assert after["gwet"].value > before["gwet"].value


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2, 3]], NO_RATED_PAIR),
        ([[4, 4], [4, 4]], COMPLETE),
        ([[None, None], [None, None]], NO_RATED_PAIR),
        ([[1, None], [None, 2]], NO_RATED_PAIR),
    ],
)
def test_there_is_none_without_pairs_or_variation(rows, reason):
    for entry in ENTRIES:
        found = entry(panel(rows), Options())
        assert (found.value, found.reason) == (None, reason)
    assert set(agreement(matrix(rows)).values()) == {Chance(None, reason=reason)}
    assert agreement(matrix(rows))["gwet"].interval is None
    assert light_kappa(matrix(rows)).reason == reason
    assert fleiss_test(matrix(rows)).reason == reason


def test_one_item_has_coefficients_but_no_error():
    found = agreement(matrix([[1], [2], [2]]))
    assert found["fleiss"].value == pytest.approx(-0.5)
    assert {(one.se, one.interval) for one in found.values()} == {(None, None)}


def test_two_raters_who_share_no_item_or_never_vary_have_no_kappa():
    gap = math.nan
    assert cohen_kappa(np.array([1, gap]), np.array([gap, 2])).reason == NO_RATED_PAIR
    assert cohen_kappa(np.array([2.0, 2]), np.array([2.0, 2])).reason == COMPLETE


def test_the_test_of_fleiss_needs_as_many_ratings_for_each_item():
    found = fleiss_test(matrix([[1, 2, 3], [1, 3, 3], [1, None, 2]]))
    assert (found.value is None, found.p, found.reason) == (False, None, kappas.UNEQUAL)


def test_a_scale_of_whole_points_lends_its_categories_and_others_those_used():
    rows = [[1, 2, 3], [1, 2, 2]]
    five = kappas.gwet_ac1(panel(rows), Options()).value
    assert five == agreement(matrix(rows), categories=np.arange(1.0, 6.0))["gwet"].value
    used = agreement(matrix(rows))["gwet"].value
    assert used < five
    mixed = Sample.of(matrix(rows), (Scale(1, 5), Scale(1, 5), Scale(1, 7)))
    assert kappas.gwet_ac1(mixed, Options()).value == used
    assert kappas.gwet_ac1(panel(rows, "0:100"), Options()).value == used
    assert agreement(matrix(rows), categories=np.array([1.0, 2.0]))["gwet"].value == used


def test_ratings_that_hardly_repeat_are_not_categories():
    values = np.random.default_rng(1).random((40, 20))
    assert light_kappa(values).reason == agreement(values)["fleiss"].reason == kappas.TOO_MANY
    for entry in ENTRIES:
        assert entry(Sample.of(values, (Scale(0, 1, 0),) * 20), Options()).reason == kappas.TOO_MANY
    assert pair_kappas.TOO_MANY == kappas.TOO_MANY


def test_the_share_of_unanimous_items():
    assert share_unanimous(matrix([[1, 2, 3, None], [1, 2, 4, 1]])) == pytest.approx(2 / 3)
    assert math.isnan(share_unanimous(matrix([[1, None]])))
