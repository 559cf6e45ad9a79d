"""Agreement and dispersion on scales of whole points: published figures, mirrors, weights, nearly nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.measure import NEEDS_ORDINAL, NO_RATINGS
from copkit_delphi.analysis.measures import ordinal, ordinal_variation
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.analysis.tables import TOO_FEW_POINTS
from copkit_delphi.domain.scale import Scale
from tests.analysis.panels import counts, sample
from tests.analysis.proofs import near, property_of, vectors_of

# What each is called in the vectors, and what it is when all chose one point and when half stands at each end.
CORE = {
    "tastle_wierman": (ordinal.tastle_wierman, 1, 0),
    "van_der_eijk_a": (ordinal.van_der_eijk_a, 1, -1),
    "van_der_eijk_polarisation": (ordinal.polarisation, 0, 1),
    "reynal_querol": (ordinal.reynal_querol, 0, 1),
    "leik_d": (ordinal_variation.leik_d, 0, 1),
    "blair_lacy": (ordinal_variation.blair_lacy, 1, 0),
    "blair_lacy_root": (ordinal_variation.blair_lacy_root, 1, 0),
    "kvalseth_cov": (ordinal_variation.kvalseth_cov, 0, 1),
    "iov": (ordinal_variation.iov, 0, 1),
    "entropy": (ordinal_variation.entropy, 0, 1),
}
PUBLISHED = {
    "leik_D": "leik_d",
    "blair_lacy_l2": "blair_lacy",
    "blair_lacy_l": "blair_lacy_root",
    "berry_mielke_IOV": "iov",
    "kvalseth_COV": "kvalseth_cov",
    "shannon_entropy_bits": "entropy",
    "polarization_vdE": "van_der_eijk_polarisation",
    "reynal_querol": "reynal_querol",
}
ITEM = ("tastle_wierman", "van_der_eijk_a", "leik_d", "blair_lacy", "entropy")


def of(name, frequencies):
    return CORE[name][0](frequencies)[0]


@pytest.mark.parametrize("case", vectors_of("ordinal_dispersion"))
def test_ordinal_dispersion_as_published(case):
    for name, frequencies in case["data"]["frequencies"].items():
        expected = case["expected"][name]
        assert set(expected) == set(PUBLISHED)
        for key, measure in PUBLISHED.items():
            assert of(measure, frequencies) == near(case, expected[key]), (name, key)


@pytest.mark.parametrize("case", vectors_of("tastle_wierman"))
def test_tastle_wierman_as_published(case):
    for name, expected in case["expected"]["Cns"].items():
        assert of("tastle_wierman", case["data"]["frequencies"][name]) == near(case, expected), name


@pytest.mark.parametrize("case", vectors_of("van_der_eijk_A"))
def test_van_der_eijks_a_as_published(case):
    for name, expected in case["expected"]["A"].items():
        assert of("van_der_eijk_a", case["data"]["frequencies"][name]) == near(case, expected), name


def by_layers(frequencies):
    """Van der Eijk's A one layer at a time, triple by triple: as the paper reads."""
    rest, total, agreement = list(map(float, frequencies)), sum(frequencies), 0.0
    k = len(rest)
    while any(rest):
        chosen = [place for place in range(k) if rest[place] > 0]
        layer = min(rest[place] for place in chosen)
        beside = between = 0
        for a in range(k):
            for b in range(a + 1, k):
                for c in range(b + 1, k):
                    pattern = tuple(place in chosen for place in (a, b, c))
                    beside += pattern in {(True, True, False), (False, True, True)}
                    between += pattern == (True, False, True)
        weight = layer * len(chosen) / total
        if beside + between:
            unimodal = ((k - 2) * beside - (k - 1) * between) / ((k - 2) * (beside + between))
        else:
            unimodal = 1.0
        agreement += weight * unimodal * (1 - (len(chosen) - 1) / (k - 1))
        rest = [value - layer if value > 0 else 0.0 for value in rest]
    return agreement


@property_of("van_der_eijk_a")
@given(counts())
def test_all_layers_at_once_are_the_layers_one_by_one(frequencies):
    assert of("van_der_eijk_a", frequencies) == pytest.approx(by_layers(frequencies), abs=1e-12)


@property_of(*CORE)
@given(counts())
def test_a_scale_may_be_turned_round_and_each_figure_keeps_its_bounds(frequencies):
    for name, (compute, unanimous, split) in CORE.items():
        value = compute(frequencies)[0]
        assert compute(frequencies[::-1])[0] == pytest.approx(value, abs=1e-9, nan_ok=True), name
        low, high = sorted((unanimous, split))
        top = math.log2(len(frequencies)) if name == "entropy" else high
        alone = math.isnan(value) and sum(frequencies) == 1 and name in {"iov", "kvalseth_cov"}
        assert alone or low - 1e-9 <= value <= top + 1e-9, name


@property_of(*CORE)
@given(counts(), st.integers(2, 5))
def test_a_panel_that_doubles_says_the_same_and_weights_count_as_repetitions(frequencies, times):
    for name in CORE:
        # An odd number has its own largest sum of distances.
        once = np.array(frequencies) * (2 if name in {"iov", "kvalseth_cov"} else 1)
        assert of(name, once * times) == pytest.approx(of(name, once), abs=1e-9), name
        assert of(name, once * 0.5 * 4) == pytest.approx(of(name, once), abs=1e-9), name


@property_of("leik_d", "blair_lacy", "tastle_wierman", "iov")
@given(counts(), st.data())
def test_whoever_moves_from_the_middle_to_an_end_lessens_agreement(frequencies, data):
    middle = (len(frequencies) - 1) // 2
    assume(len(frequencies) % 2)
    symmetric = np.array(frequencies) + np.array(frequencies[::-1])
    symmetric[middle] += 2
    wider = symmetric.copy()
    wider[[0, middle, -1]] += [1, -2, 1]
    for name, sign in (("leik_d", 1), ("blair_lacy", -1), ("tastle_wierman", -1), ("iov", 1)):
        assert sign * of(name, wider) > sign * of(name, symmetric), name


@property_of("entropy", "reynal_querol")
@given(counts(), st.randoms(use_true_random=False))
def test_what_knows_no_distance_knows_no_order_of_points(frequencies, random):
    other = random.sample(frequencies, len(frequencies))
    for name in ("entropy", "reynal_querol"):
        assert of(name, other) == pytest.approx(of(name, frequencies))


@pytest.mark.parametrize("name", CORE)
def test_unanimous_and_split_panels(name):
    compute, unanimous, split = CORE[name]
    assert compute([[0, 6, 0, 0, 0], [3, 0, 0, 0, 3]]) == pytest.approx([unanimous, split])
    assert math.isnan(compute([0, 0, 0])[0])


@pytest.mark.parametrize("name", ITEM)
def test_items_say_why_they_have_no_figure(name):
    values = np.array([[3, 0.5, math.nan, 1], [3, 0.7, math.nan, 1]])
    panel = Sample.of(values, (Scale(1, 5), Scale(0, 1, 0), Scale(1, 5), Scale(0, 1)))
    found = registry.named(name)[0].compute(panel)
    assert found.at(0) == (CORE[name][1], None)
    assert found.at(1) == (None, NEEDS_ORDINAL)
    assert found.at(2) == (None, NO_RATINGS)
    two = (None, TOO_FEW_POINTS) if name == "van_der_eijk_a" else (CORE[name][1], None)
    assert found.at(3) == two
    assert found.at(3)[1] is None or found.at(3)[1] in registry.named(name)[0].undefined


def test_one_panellist_is_of_one_mind():
    panel = sample([4], 1, 5)
    assert ordinal.item_van_der_eijk_a(panel).at(0) == (1.0, None)
    assert ordinal.item_tastle_wierman(panel).at(0) == (1.0, None)


@pytest.mark.parametrize("wrong", [[-1, 2, 3], [3], [[[1, 2]]], [math.nan, 1, 1]])
def test_counts_are_counts(wrong):
    with pytest.raises(ValueError, match="items x points"):
        ordinal.van_der_eijk_a(wrong)
