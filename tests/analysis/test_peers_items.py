"""Item measures beside the public functions of their peers, on the same random ratings."""

from __future__ import annotations

import diptest
import numpy as np
import pytest
from scipy import stats

from copkit_delphi.analysis.dip import p_of
from copkit_delphi.analysis.measures import dispersion, polarisation, quantiles, shares, spread
from tests.analysis.panels import sample

METHODS = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
)
GAPS = (0.0, 0.1, 0.4)


def panel(gaps, *, whole=True, shape=(37, 12)):
    """Ratings 0 to 10 with ties, one unanimous item and one that nobody rated."""
    random = np.random.default_rng(int(gaps * 100) + whole)
    values = random.integers(0, 11, shape).astype(float) if whole else random.random(shape) * 10
    values[random.random(shape) < gaps] = np.nan
    values[:, 0], values[:, 1] = 4.0, np.nan
    return values


def rated(values):
    return [column[~np.isnan(column)] for column in values.T]


def compare(found, columns, peer, least=1, **near):
    for value, column in zip(found, columns, strict=True):
        if len(column) >= least:
            assert value == pytest.approx(peer(column), **near)
        else:
            assert np.isnan(value)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("gaps", GAPS)
def test_quantiles_are_numpys_by_all_nine_methods(gaps, whole):
    values = panel(gaps, whole=whole)
    data = sample(values, 0, 10, whole * 1.0)
    # Not multiples of 1/n, where numpy has no allowance for rounding.
    for p in (0.0, 0.0777, 0.2513, 0.5, 0.6789, 0.7513, 0.9321, 1.0):
        for kind, method in enumerate(METHODS, 1):
            found = quantiles.quantile_by_type(data, p, kind)
            compare(found, rated(values), lambda x, p=p, m=method: np.quantile(x, p, method=m), abs=1e-9)
        compare(spread.quantile(data, p), rated(values), lambda x, p=p: np.quantile(x, p), abs=1e-9)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("gaps", GAPS)
def test_spread_is_scipys(gaps, whole):
    values = panel(gaps, whole=whole)
    data, columns = sample(values, 0, 10, whole * 1.0), rated(values)
    compare(dispersion.mad(data), columns, stats.median_abs_deviation, abs=1e-9)
    compare(dispersion.cv(data).values, columns, lambda x: stats.variation(x, ddof=1), abs=1e-9)
    compare(spread.iqr(data), columns, stats.iqr, abs=1e-9)
    found = polarisation._moments(data)
    for order in (2, 3, 4):
        for value, column in zip(found[order - 2], columns, strict=True):
            assert np.isnan(value) or value == pytest.approx(stats.moment(column, order), abs=1e-9)


def sas(column):
    n = len(column)
    skewness, kurtosis = stats.skew(column, bias=False), stats.kurtosis(column, bias=False)
    return (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("gaps", GAPS)
def test_the_bimodality_coefficient_is_made_of_scipys_moments(gaps, whole):
    values = panel(gaps, whole=whole)
    columns = [column if np.ptp(column if len(column) else [0]) else column[:0] for column in rated(values)]
    compare(
        polarisation.bimodality_coefficient(sample(values, 0, 10, whole * 1.0)).values, columns, sas, abs=1e-9
    )


def test_the_wilson_interval_is_scipys():
    for n in (1, 7, 40):
        for k in range(n + 1):
            low, high = stats.binomtest(k, n).proportion_ci(method="wilson")
            found = shares.wilson(k / n, n)
            assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-12)


def test_the_share_between_groups_is_that_of_scipys_analysis_of_variance():
    values = panel(0.1)
    groups = np.array(["a", "b", "c"] * 13)[:37]
    found = polarisation.between_group_share(sample(values, 0, 10, groups=groups)).values
    for place, column in enumerate(values.T):
        parts = [column[(groups == name) & ~np.isnan(column)] for name in "abc"]
        if np.isnan(found[place]):
            assert place < 2
            continue
        f = stats.f_oneway(*parts).statistic
        between, within = len(parts) - 1, sum(map(len, parts)) - len(parts)
        assert found[place] == pytest.approx(f * between / (f * between + within))


def tied_samples():
    random = np.random.default_rng(1985)
    for number in range(200):
        n = int(random.integers(4, 120))
        kinds = (
            lambda n=n: random.integers(0, random.integers(2, 40), n).astype(float),
            lambda n=n: np.round(np.concatenate([random.normal(0, 1, n), random.normal(4, 1, n)]), 1),
            lambda n=n: np.round(random.exponential(2, n)),
            lambda n=n: random.normal(size=n),
        )
        yield kinds[number % 4]()


def test_the_dip_is_diptests_on_200_samples_with_ties():
    # By default diptest says 0 where a sample is as good as single-peaked; the paper's least dip is 1 / 2n.
    for values in tied_samples():
        assert polarisation.hartigan_dip(values) == pytest.approx(
            diptest.dipstat(values, allow_zero=False), abs=1e-9
        )


@pytest.mark.parametrize("n", [8, 15, 23, 45])
def test_the_p_of_a_dip_is_that_of_diptests_own_simulation(n):
    random = np.random.default_rng(n)
    for _ in range(12):
        values = random.random(n) ** random.uniform(1, 3) + (random.random(n) < 0.5) * random.uniform(0, 1.5)
        dip, expected = diptest.diptest(values, boot_pval=True, n_boot=20_000, seed=n, allow_zero=False)
        assert p_of(np.array([dip]), np.array([n]))[0] == pytest.approx(expected, abs=0.02)


def test_the_published_p_of_fifteen_ratings_is_a_little_high_since_it_is_read_off_a_table():
    dip = 1 / 15
    simulated = diptest.diptest(
        np.array([2, 5, 5, 8, 10, 12, 15, 20, 20, 25, 30, 35, 50, 60, 85.0]),
        boot_pval=True,
        n_boot=100_000,
        seed=1,
    )
    assert simulated == pytest.approx((dip, 0.8405), abs=0.004)
    assert p_of(np.array([dip]), np.array([15]))[0] == pytest.approx(simulated[1], abs=0.01)
