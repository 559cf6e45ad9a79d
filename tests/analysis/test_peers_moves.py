"""The same panels to this engine and to its peers: ties, gaps, an item of one voice, an item that nobody rated."""

from __future__ import annotations

import warnings

import numpy as np
import pingouin
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, mcnemar
from statsmodels.stats.multitest import multipletests

from copkit_delphi.analysis.measures import adjust, group_tests, leavers, marginals, order, round_tables
from copkit_delphi.analysis.measures.association import spearman
from copkit_delphi.analysis.measures.signed_rank import wilcoxon_p
from copkit_delphi.analysis.sample import Pairs, Sample
from copkit_delphi.domain.scale import Scale

UNANIMOUS, NOBODY = 4, 5
PANELS = [
    pytest.param(people, missing, scale, id=f"{people}-{missing:.0%}-{scale}")
    for people in (18, 90)
    for missing in (0, 0.1, 0.4)
    for scale in (Scale(1, 5), Scale(0, 100, 0))
]


def panel(people, missing, scale, seed=0):
    random = np.random.default_rng([seed, people, int(missing * 100), int(scale.high)])
    values = random.integers(scale.low, scale.high + 1, (people, 6)).astype(float)
    values[random.random(values.shape) < missing] = np.nan
    values[:, UNANIMOUS] = scale.high
    values[:, NOBODY] = np.nan
    return values


def quiet(compute, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compute(*args, **options)


@pytest.mark.parametrize(("people", "missing", "scale"), PANELS)
def test_differences_between_groups_are_scipys_and_pingouins(people, missing, scale):
    values, labels = panel(people, missing, scale), np.array(list("abc"))[np.arange(people) % 3]
    found = group_tests.group_test(Sample.of(values, (scale,) * 6, tuple(labels)))
    assert found.values[NOBODY] is None
    assert found.values[UNANIMOUS]["kruskal_h"] is None
    for item in range(UNANIMOUS):
        groups = {
            name: column[~np.isnan(column)] for name in "abc" for column in [values[labels == name, item]]
        }
        groups = {
            name: own for name, own in groups.items() if len(own) > 1
        }  # the others are left out by name
        row = found.values[item]
        if len(groups) < 2:
            assert row is None
            continue
        peer = stats.kruskal(*groups.values())
        assert (row["kruskal_h"], row["kruskal_p"]) == pytest.approx((peer.statistic, peer.pvalue))
        assert len(row["pairs"]) == len(groups) * (len(groups) - 1) / 2
        for pair in row["pairs"]:
            a, b = groups[pair["a"]], groups[pair["b"]]
            tied = len({*a, *b}) < len(a) + len(b)
            method = "exact" if not tied and max(len(a), len(b)) < 20 else "asymptotic"
            peer = stats.mannwhitneyu(a, b, method=method)
            assert pair["mannwhitney_p"] == pytest.approx(peer.pvalue), (item, pair, method)
            cles = quiet(pingouin.mwu, a, b)["CLES"].iloc[0]
            assert (pair["cliff_delta"] + 1) / 2 == pytest.approx(cles)
            assert pair["cliff_delta"] == pytest.approx(quiet(pingouin.mwu, a, b)["RBC"].abs().iloc[0]) or (
                pair["cliff_delta"] == pytest.approx(-quiet(pingouin.mwu, a, b)["RBC"].abs().iloc[0])
            )


@pytest.mark.parametrize(("people", "missing", "scale"), PANELS)
def test_movement_is_scipys(people, missing, scale):
    before, after = panel(people, missing, scale), panel(people, missing, scale, 1)
    pairs = Pairs(before, after, (scale,) * 6)
    p, rho = wilcoxon_p(pairs), spearman(before, after)
    assert np.isnan(p[[UNANIMOUS, NOBODY]]).all()
    assert np.isnan(rho[[UNANIMOUS, NOBODY]]).all()
    for item in range(UNANIMOUS):
        was, now = pairs.item(item)
        assert p[item] == pytest.approx(stats.wilcoxon(now, was).pvalue)
        assert rho[item] == pytest.approx(stats.spearmanr(was, now).statistic)


@pytest.mark.parametrize("seed", range(30))
def test_margins_are_statsmodels(seed):
    random = np.random.default_rng(seed)
    table = random.integers(0, 12, (4, 4)) + np.eye(4, dtype=int)
    table[:, seed % 5 : seed % 5 + 1] += 1  # every point is used
    peer = SquareTable(table, shift_zeros=False)
    for ours, theirs in (
        (marginals.stuart_maxwell, peer.homogeneity("stuart_maxwell")),
        (marginals.bhapkar, peer.homogeneity("bhapkar")),
        (marginals.bowker, peer.symmetry()),
    ):
        found = ours(table[None])
        assert found.statistic[0] == pytest.approx(theirs.statistic)
        assert found.p[0] == pytest.approx(theirs.pvalue)
        assert found.df[0] == theirs.df
    lost, won = (
        int(table[0, 1]),
        int(table[1, 0]) + 13,
    )  # statsmodels corrects below zero where both are equal
    two, found = [[5, lost], [won, 5]], marginals.mcnemar(lost, won)
    assert found.p_exact == pytest.approx(mcnemar(two, exact=True).pvalue)
    assert found.p == pytest.approx(mcnemar(two, exact=False, correction=False).pvalue)
    assert found.p_continuity == pytest.approx(mcnemar(two, exact=False, correction=True).pvalue)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (adjust.bonferroni, "bonferroni"),
        (adjust.holm, "holm"),
        (adjust.hochberg, "simes-hochberg"),
        (adjust.benjamini_hochberg, "fdr_bh"),
        (adjust.benjamini_yekutieli, "fdr_by"),
    ],
)
def test_adjusted_p_is_statsmodels(ours, theirs):
    random = np.random.default_rng(4)
    for size in (1, 2, 9, 40):
        p = np.round(random.random(size) ** 3, 2)
        assert ours(p) == pytest.approx(multipletests(p, method=theirs)[1])


@pytest.mark.parametrize("missing", [0, 0.1, 0.4])
def test_order_and_kappa_are_scipys_and_sklearns_kind(missing):
    random = np.random.default_rng(8)
    for spread in (3, 50):
        one, other = random.integers(0, spread, (2, 40)).astype(float)
        found, peer = order.kendall_tau_b(one, other), stats.kendalltau(one, other, method="asymptotic")
        assert (found.tau_b, found.p) == pytest.approx((peer.statistic, peer.pvalue))
    from statsmodels.stats.inter_rater import cohens_kappa

    before, after = (panel(60, missing, Scale(1, 5), seed) for seed in (2, 3))
    pairs = Pairs(before, after, (Scale(1, 5),) * 6)
    found = {
        "quadratic": round_tables.weighted_kappa(pairs),
        "linear": round_tables.linear_kappa(pairs),
        None: round_tables.plain_kappa(pairs),
    }
    counts = round_tables.tables_of(pairs)[0].counts
    for item in range(UNANIMOUS):
        for weights, values in found.items():
            peer = quiet(cohens_kappa, counts[item], wt=weights, return_results=False)
            assert values.values[item] == pytest.approx(peer)


@pytest.mark.parametrize("missing", [0, 0.1, 0.4])
def test_hedges_g_is_pingouins(missing):
    values = panel(40, missing, Scale(1, 5))
    g = leavers.hedges_g(values[:25], values[25:])[0]
    assert np.isnan(g[[UNANIMOUS, NOBODY]]).all()
    for item in range(UNANIMOUS):
        a, b = (part[~np.isnan(part)] for part in (values[:25, item], values[25:, item]))
        assert g[item] == pytest.approx(pingouin.compute_effsize(a, b, eftype="hedges"), rel=1e-6)
