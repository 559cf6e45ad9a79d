"""Who stayed from one round to the next, and whether groups stayed alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import Measure, Options
from copkit_delphi.analysis.measures.association import chi_squared
from copkit_delphi.analysis.ranks import special
from copkit_delphi.analysis.sample import Floats, Ints
from copkit_delphi.domain.errors import N_

NOT_BOTH = N_("nobody left, or nobody stayed")
ONE_GROUP = N_("all are of one group")
TABLES = 1_000_000  # tables gone through one by one; 16 bytes each
EQUAL = 1e-7  # relative: tables as likely as the one seen count, whatever the last digit says
DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Retention:
    """Test of a table of groups by stayed and left; None where there is none, with the reason."""

    chi2: float | None
    df: int | None
    p: float | None
    fisher_p: float | None
    fisher_simulated: bool
    cramers_v: float | None
    reason: str | None = None


def retention(stayed: Ints, left: Ints, options: Options = DEFAULT_OPTIONS) -> Retention:
    """Test whether groups stayed alike, from how many of each (G) stayed and left.

    Chi-squared without correction (Pearson, 1900), Cramér's V (Cramér, 1946), and Fisher's exact test over all
    tables with the same sums (Freeman and Halton, 1951), simulated with the seed of ``options`` beyond a million.

    >>> found = retention(np.array([9, 1]), np.array([1, 9]))
    >>> found.chi2, round(found.cramers_v, 3), round(found.fisher_p, 5)
    (12.8, 0.8, 0.00109)
    """
    table = np.stack((stayed, left), axis=1)[np.asarray(stayed) + np.asarray(left) > 0]
    if len(table) < 2 or not table.sum(axis=0).all():
        reason = ONE_GROUP if len(table) < 2 else NOT_BOTH
        return Retention(None, None, None, None, fisher_simulated=False, cramers_v=None, reason=reason)
    test = chi_squared(table[None])
    chi2, df, p = float(test.statistic[0]), int(test.df[0]), float(test.p[0])
    fisher_p, simulated = fisher(table[:, 0], table[:, 1], options)
    return Retention(chi2, df, p, fisher_p, simulated, float(np.sqrt(chi2 / table.sum())))


def fisher(stayed: Ints, left: Ints, options: Options = DEFAULT_OPTIONS) -> tuple[float, bool]:
    """Return the p of Fisher's exact test of a table of two columns, and whether it was simulated.

    The probability of all tables with these sums that are at most as likely as this one.

    >>> p, simulated = fisher(np.array([3, 0]), np.array([0, 3]))
    >>> round(p, 12), simulated
    (0.1, False)
    """
    sizes, total = np.asarray(stayed) + np.asarray(left), int(np.sum(stayed))
    seen = float(_log_ways(sizes, np.asarray(stayed)).sum()) + EQUAL
    found = _all_tables(sizes, total)
    if found is None:
        draws = np.random.default_rng(options.seed).multivariate_hypergeometric(
            sizes, total, options.resamples, method="marginals"
        )
        as_rare = int((_log_ways(sizes, draws).sum(axis=1) <= seen).sum())
        return (as_rare + 1) / (options.resamples + 1), True
    likely = np.exp(found - found.max())
    return float(likely[found <= seen].sum() / likely.sum()), False


def _log_ways(sizes: Ints, chosen: Ints) -> Floats:
    log = special().gammaln
    return np.asarray(log(sizes + 1.0) - log(chosen + 1.0) - log(sizes - chosen + 1.0))


def _all_tables(sizes: Ints, total: int) -> Floats | None:
    """Return the log of the number of ways to each table with these sums; None where there are too many."""
    sums, ways = np.zeros(1, dtype=np.int64), np.zeros(1)
    after = np.cumsum(sizes[::-1])[::-1]
    for place, size in enumerate(sizes):
        if len(sums) * (int(size) + 1) > TABLES:
            return None
        chosen = np.arange(int(size) + 1)
        sums = (sums[:, None] + chosen).ravel()
        ways = (ways[:, None] + _log_ways(np.asarray(size), chosen)).ravel()
        rest = int(after[place + 1]) if place + 1 < len(sizes) else 0
        possible = (sums <= total) & (sums + rest >= total)
        sums, ways = sums[possible], ways[possible]
    return ways


MEASURES = (
    Measure(
        "retention",
        "library",
        N_("Did groups stay alike?"),
        "Pearson, 1900; Cramér, 1946; Fisher, 1922; Freeman and Halton, 1951",
        "chi2 = sum((O - E)^2 / E), df = groups - 1; V = sqrt(chi2 / n); exact: sum of P(table) <= P(seen)",
        N_("After each round: whether one group left more than others."),
        N_("Not alone: groups may stay alike while those with one opinion leave."),
        N_("Over the panellists who answered the earlier round; groups of nobody drop out."),
        retention,
        ("attrition__three_groups",),
        undefined=(NOT_BOTH, ONE_GROUP),
        convention=N_("V above 0.2 (this engine's flag): a convention."),
    ),
)
