"""The same panels given to the programs that others use: krippendorff, pingouin, irrCAC, statsmodels."""

from __future__ import annotations

import math

import irrCAC.raw
import krippendorff
import numpy as np
import pandas as pd
import pingouin
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from copkit_delphi.analysis.disagreement import LEVELS
from copkit_delphi.analysis.measures.alpha import krippendorff_alpha
from copkit_delphi.analysis.measures.concordance import complete_rows, concordance
from copkit_delphi.analysis.measures.cronbach import cronbach_alpha
from copkit_delphi.analysis.measures.icc import icc
from copkit_delphi.analysis.measures.kappas import agreement
from copkit_delphi.analysis.measures.pair_kappas import cohen_kappa
from copkit_delphi.analysis.measures.skillings_mack import skillings_mack

MISSING = (0.0, 0.1, 0.4)
THEIRS = {
    "gwet": "gwet",
    "fleiss": "fleiss",
    "conger": "conger",
    "brennan_prediger": "bp",
    "krippendorff": "krippendorff",
}
WEIGHTS = {"unweighted": "identity", "linear": "linear", "quadratic": "quadratic", "ordinal": "ordinal"}
pytestmark = pytest.mark.filterwarnings("ignore")  # theirs


def panel_of(missing, seed=0, panellists=12, items=14, points=7):
    """Return ratings with ties, one unanimous item and one that nobody rated; some panellists rated all others."""
    random = np.random.default_rng((seed, int(100 * missing)))
    lean = random.normal(points / 2, 1.5, items) + random.normal(0, 1, (panellists, items))
    values = np.clip(np.round(lean), 1, points)
    values[:, 3] = 4.0
    gaps = random.random(values.shape) < missing
    gaps[:4] = False
    values[gaps] = math.nan
    values[:, 5] = math.nan
    return values


@pytest.fixture(params=[(missing, seed) for missing in MISSING for seed in range(3)])
def values(request):
    return panel_of(*request.param)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_is_that_of_krippendorff(values, level):
    theirs = krippendorff.alpha(values, level_of_measurement=level)
    assert krippendorff_alpha(values, level).value == pytest.approx(theirs, abs=1e-9)
    fractions = values / 8 + 0.05
    theirs = krippendorff.alpha(fractions, level_of_measurement=level)
    assert krippendorff_alpha(fractions, level).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("weighting", WEIGHTS)
def test_chance_corrected_coefficients_are_those_of_irrcac(values, weighting):
    rated = pd.DataFrame(
        values[:, ~np.isnan(values).all(axis=0)].T
    )  # it cannot read an item that nobody rated
    peer = irrCAC.raw.CAC(rated, weights=WEIGHTS[weighting], digits=12)
    for name, one in agreement(values, weighting).items():
        theirs = getattr(peer, THEIRS[name])()["est"]
        assert one.value == pytest.approx(theirs["coefficient_value"], abs=1e-9), name
        assert one.p_a == pytest.approx(theirs["pa"], abs=1e-9), name
        assert one.p_e == pytest.approx(theirs["pe"], abs=1e-9), name
        assert one.se == pytest.approx(theirs["se"], abs=1e-9), name


def test_fleiss_and_cohen_are_those_of_statsmodels(values):
    complete = complete_rows(values)
    points = np.arange(1, 8)
    counts = np.array([[(column == point).sum() for point in points] for column in complete.T])
    assert agreement(complete)["fleiss"].value == pytest.approx(fleiss_kappa(counts), abs=1e-9)
    first, second = complete[:2].astype(int)
    table = np.zeros((7, 7))
    np.add.at(table, (first - 1, second - 1), 1)
    for weighting, theirs in (("unweighted", None), ("linear", "linear"), ("quadratic", "quadratic")):
        found = cohen_kappa(complete[0], complete[1], weighting, points.astype(float))
        peer = cohens_kappa(table, wt=theirs)
        assert found.value == pytest.approx(peer.kappa, abs=1e-9)
        assert found.z == pytest.approx(peer.z_value, abs=1e-9)
        assert found.p == pytest.approx(peer.pvalue_two_sided, abs=1e-9)


def long_form(complete):
    frame = pd.DataFrame(complete)
    return frame.rename_axis("rater").reset_index().melt("rater", var_name="item", value_name="rating")


def test_kendalls_w_and_the_test_are_those_of_pingouin(values):
    complete = complete_rows(values)
    theirs = pingouin.friedman(long_form(complete), dv="rating", within="item", subject="rater").iloc[0]
    found = concordance(values)
    p = theirs[next(name for name in theirs.index if name.lower().startswith("p"))]
    assert (found.w, found.chi2, found.df) == pytest.approx(
        (theirs["W"], theirs["Q"], theirs["ddof1"]), abs=1e-9
    )
    assert found.p == pytest.approx(p, abs=1e-9)
    test = skillings_mack(complete).value
    assert test["statistic"] == pytest.approx(theirs["Q"], abs=1e-9)


def test_intraclass_correlations_are_those_of_pingouin(values):
    complete = complete_rows(values)
    theirs = pingouin.intraclass_corr(long_form(complete), "item", "rater", "rating")
    for (_, row), ours in zip(theirs.iterrows(), icc(values).values(), strict=True):
        assert ours.value == pytest.approx(row["ICC"], abs=1e-9)
        assert ours.f == pytest.approx(row["F"], abs=1e-7)
        bounds = row[next(name for name in row.index if name.startswith("CI95"))]
        assert [ours.low, ours.high] == pytest.approx(list(bounds), abs=0.00501)  # printed to two digits


def test_cronbachs_alpha_is_that_of_pingouin(values):
    complete = complete_rows(values)
    theirs, bounds = pingouin.cronbach_alpha(pd.DataFrame(complete))
    found = cronbach_alpha(values)
    assert found.value == pytest.approx(theirs, abs=1e-9)
    assert [found.low, found.high] == pytest.approx(list(bounds), abs=0.000501)  # printed to three digits
