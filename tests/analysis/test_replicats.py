"""The real panel shipped with the product, against figures computed here by plain numpy and scipy."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, wilcoxon

from copkit_delphi.analysis.engine import analyse_rounds
from copkit_delphi.analysis.rounds import rounds_of
from copkit_delphi.domain.tidy import read_ratings

RATINGS = files("copkit_delphi.library") / "data" / "replicats" / "ratings.csv"


@pytest.fixture(scope="module")
def plain():
    """Read with nothing of the product: {round: {item: {panellist: value}}}."""
    found = {1: {}, 2: {}}
    for row in csv.DictReader(RATINGS.read_text(encoding="utf-8").splitlines()):
        found[int(row["round"])].setdefault(row["item"], {})[row["panellist"]] = float(row["value"])
    return found


@pytest.fixture(scope="module")
def analyses():
    return analyse_rounds(rounds_of(read_ratings(RATINGS.read_bytes())))


def test_location_and_spread_are_numpys(plain, analyses):
    for analysis in analyses:
        assert (analysis.n_panellists, len(analysis.items)) == (25, 25)
        for item in analysis.items:
            values = np.array(list(plain[analysis.number][item.item.name].values()))
            quartiles = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], method="linear")
            assert [item.p05, item.q1, item.median, item.q3, item.p95] == pytest.approx(quartiles.tolist())
            assert (item.iqr, item.n) == (pytest.approx(quartiles[3] - quartiles[1]), 25)
            assert (item.mean, item.sd) == pytest.approx((values.mean(), values.std(ddof=1)))
            near = np.abs(values - np.median(values)) <= 10
            assert item.percent_agreement.share == pytest.approx(near.mean())


def test_movement_is_numpys_and_scipys(plain, analyses):
    assert all(item.movement is None for item in analyses[0].items)
    for item in analyses[1].items:
        before, after = plain[1][item.item.name], plain[2][item.item.name]
        one, other = (np.array([side[who] for who in before]) for side in (before, after))
        assert (item.movement.from_round, item.movement.to_round, item.movement.n_paired) == (1, 2, 25)
        assert item.movement.share_changed == pytest.approx(np.mean(one != other))
        assert item.movement.share_within_tolerance == pytest.approx(np.mean(np.abs(one - other) <= 10))
        assert item.movement.wilcoxon_p == pytest.approx(wilcoxon(one, other).pvalue)


def test_kendalls_w_is_scipys_friedman(plain, analyses):
    for analysis in analyses:
        columns = [list(ratings.values()) for ratings in plain[analysis.number].values()]
        statistic = friedmanchisquare(*columns).statistic
        assert analysis.coefficients.kendall_w == pytest.approx(statistic / (25 * 24))
        assert analysis.coefficients.kendall_panellists == 25


def test_alpha_is_all_pairs_of_ratings(plain, analyses):
    for analysis in analyses:
        columns = [np.array(list(ratings.values())) for ratings in plain[analysis.number].values()]
        pooled = np.concatenate(columns)

        def mean_square(values):
            return ((values[:, None] - values[None, :]) ** 2).sum() / (len(values) * (len(values) - 1))

        within = np.mean([mean_square(values) for values in columns])
        assert analysis.coefficients.alpha_interval == pytest.approx(1 - within / mean_square(pooled))


def test_the_figures_the_data_set_was_published_with(analyses):
    first, second = analyses
    assert np.mean([item.movement.share_changed for item in second.items]) == pytest.approx(0.60)
    assert [np.mean([item.iqr for item in one.items]) for one in analyses] == pytest.approx([24.0, 22.8])
    assert [round(np.mean([item.sd for item in one.items]), 2) for one in analyses] == [16.93, 15.72]
    assert first.items[0].item.scale.high == 100
