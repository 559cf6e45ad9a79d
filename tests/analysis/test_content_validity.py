"""Content validity and fuzzy Delphi: published figures, bounds, and panels too small to say anything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from copkit_delphi.analysis.measures import content_validity as validity
from copkit_delphi.analysis.measures import fuzzy
from copkit_delphi.analysis.measures.alpha import krippendorff_alpha
from tests.analysis.panels import ratings, sample
from tests.analysis.proofs import near, property_of, vectors_of


@pytest.mark.parametrize("case", vectors_of("lawshe_cvr"))
def test_lawshe_as_published(case):
    for given_, expected in zip(case["data"]["cases"], case["expected"], strict=True):
        essential, experts = given_["n_essential"], given_["N"]
        critical = validity.cvr_critical(experts, case["options"]["alpha"])
        found = {
            "cvr": validity.cvr(essential, experts),
            "critical_n": critical,
            "critical_cvr": validity.cvr(critical, experts),
            "p_one_sided": validity.cvr_p(essential, experts),
            "passes": essential >= critical,
        }
        assert found == near(case, expected)


@property_of("lawshe_cvr")
@given(st.integers(1, 80), st.data())
def test_the_critical_count_is_the_first_that_is_no_chance(experts, data):
    essential = data.draw(st.integers(0, experts))
    assert validity.cvr(essential, experts) == pytest.approx(-validity.cvr(experts - essential, experts))
    assert -1 <= validity.cvr(essential, experts) <= 1
    assert validity.cvr_p(essential, experts) == pytest.approx(binom.sf(essential - 1, experts, 0.5))
    critical = validity.cvr_critical(experts)
    if critical is None:
        assert experts < 5
    else:
        assert validity.cvr_p(critical, experts) <= 0.05 < validity.cvr_p(critical - 1, experts)


@pytest.mark.parametrize("wrong", [(3, 2), (-1, 5), (0, 0)])
def test_lawshe_counts_are_counts(wrong):
    with pytest.raises(ValueError, match="at least one expert"):
        validity.cvr(*wrong)


@pytest.mark.parametrize("case", vectors_of("aiken_v_cvi"))
def test_aiken_and_cvi_as_published(case):
    items, expected = case["data"]["ratings"], case["expected"]
    values = np.array(list(items.values()), dtype=float).T
    found = validity.content_validity(
        sample(values, *case["data"]["scale"]), case["options"]["relevance_cut"]
    )
    for place, name in enumerate(items):
        here = {
            "V": found.v[place],
            "ci95": [found.v_low[place], found.v_high[place]],
            "I_CVI": found.i_cvi[place],
            "modified_kappa": found.kappa[place],
            "wilson_ci95": [found.i_cvi_low[place], found.i_cvi_high[place]],
        }
        assert set(here) == set(expected["items"][name])
        for key, value in here.items():
            assert value == near(case, expected["items"][name][key]), (name, key)
    assert found.mean_v == near(case, expected["mean_V"])
    assert found.s_cvi_ave == near(case, expected["S_CVI_ave"])
    assert found.s_cvi_ua == near(case, expected["S_CVI_UA"])
    assert krippendorff_alpha(values, "ordinal").value == near(case, expected["krippendorff_ordinal"])


@property_of("aiken_v", "content_validity_index")
@given(ratings(1, 5))
def test_validity_keeps_its_bounds_and_turns_with_the_scale(values):
    found = validity.content_validity(sample(values, 1, 5), 4)
    rated = ~np.isnan(values).all(axis=0)
    assert (np.isnan(found.v) == ~rated).all()
    assert (found.v_low[rated] <= found.v[rated]).all()
    assert (found.v[rated] <= found.v_high[rated]).all()
    assert (found.kappa[rated] <= found.i_cvi[rated] + 1e-9).all()
    turned = validity.content_validity(sample(6 - values, 1, 5), 4)
    assert turned.v == pytest.approx(1 - found.v, nan_ok=True)
    if rated.any():
        assert 0 <= found.s_cvi_ua <= found.s_cvi_ave <= 1


def test_validity_of_nothing_is_none():
    found = validity.content_validity(sample([[math.nan]], 1, 5), 4)
    assert all(math.isnan(value) for value in (found.v[0], found.v_low[0], found.kappa[0], found.mean_v))
    # No interval where there are no steps to count trials by.
    assert np.isnan(validity.aiken_bounds(sample([0.5], 0, 1, 0))).all()


@pytest.mark.parametrize("case", vectors_of("fuzzy_delphi"))
def test_fuzzy_delphi_as_published(case):
    triangles = [case["data"]["tfn"][str(point)] for point in range(1, 6)]
    for name, values in case["data"]["items"].items():
        one, expected = fuzzy.fuzzy_delphi(values, triangles), case["expected"][name]
        found = {
            "mean_tfn": one.triangle.tolist(),
            "distance": one.distances.tolist(),
            "threshold_d": one.threshold,
            "share_d_le_0_2": one.share_near,
            "defuzzified_mean": one.crisp,
            "defuzzified_l2mu4": one.crisp_weighted,
            "accepted": one.accepted,
            "geometric_type": one.geometric.tolist(),
        }
        assert set(found) == set(expected)
        for key, value in found.items():
            assert value == near(case, expected[key]), (name, key)
    assert np.allclose(triangles, fuzzy.FIVE_POINTS)


@property_of("fuzzy_delphi")
@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_fuzzy_delphi_knows_no_order_and_higher_answers_are_higher(values, random):
    found = fuzzy.fuzzy_delphi(values)
    other = fuzzy.fuzzy_delphi(random.sample(values, len(values)))
    assert other.triangle == pytest.approx(found.triangle)
    assert other.threshold == pytest.approx(found.threshold)
    higher = fuzzy.fuzzy_delphi([min(value + 1, 5) for value in values])
    assert higher.crisp >= found.crisp - 1e-12
    assert found.threshold >= 0


@pytest.mark.parametrize("wrong", [[], [math.nan], [2.5], [0], [6]])
def test_fuzzy_delphi_takes_points(wrong):
    with pytest.raises(ValueError, match="whole points"):
        fuzzy.fuzzy_delphi(wrong)
