"""Kendall's W: whether the panellists who rated all items put them in the same order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.measure import COMPLETE, SHARE, Measure, Options, Outcome
from copkit_delphi.analysis.pooled import coded
from copkit_delphi.analysis.ranks import chi2_p, ranked, special
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.analysis.shuffles import shuffled_p
from copkit_delphi.domain.errors import N_

TOO_FEW_COMPLETE = N_("fewer than two panellists rated all items")
ONE_ITEM = N_("one item cannot be ranked")
ALL_ALIKE = N_("each panellist rated all items alike")
COUNTED = 255  # distinct ratings up to which ranks are counted, not sorted
DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over the ``panellists`` who rated all ``items``, or None with the reason.

    ``uncorrected`` does without the correction for ties.
    """

    w: float | None
    panellists: int
    items: int
    reason: str | None = None
    uncorrected: float = 0.0

    @property
    def chi2(self) -> float:
        """Return m (n - 1) W, Friedman's statistic (Friedman, 1937); NaN without W."""
        return float("nan") if self.w is None else self.panellists * self.df * self.w

    @property
    def df(self) -> int:
        """Return its degrees of freedom."""
        return self.items - 1

    @property
    def p(self) -> float:
        """Return the p of chi-squared: good from about seven items."""
        return float(chi2_p(self.chi2, self.df))

    @property
    def f(self) -> float:
        """Return (m - 1) W / (1 - W) (Legendre, 2005)."""
        if self.w is None:
            return float("nan")
        return float("inf") if self.w >= 1 else (self.panellists - 1) * self.w / (1 - self.w)

    @property
    def f_df(self) -> tuple[float, float]:
        """Return the degrees of freedom of F."""
        first = self.items - 1 - 2 / self.panellists
        return first, first * (self.panellists - 1)

    @property
    def f_p(self) -> float:
        """Return the p of F: closer than chi-squared for small panels."""
        return float(special().fdtrc(*self.f_df, self.f))

    @property
    def mean_spearman(self) -> float:
        """Return the mean rank correlation of two panellists, (m W - 1) / (m - 1), where nobody has ties."""
        return (self.panellists * self.uncorrected - 1) / (self.panellists - 1)


def concordance(values: Floats) -> Concordance:
    """Return Kendall's W with ties of ratings P x I (Kendall and Babington Smith, 1939), 0 to 1.

    Over the panellists who rated every item that anyone rated. W = S / (m * sum of the squared rank
    deviations of each panellist), which is 12 S / (m^2 (n^3 - n) - m T) with the tie correction T.

    >>> found = concordance(matrix([[1, 2, 3], [1, 3, 2], [1, 2, 3]]))
    >>> round(found.w, 3), round(found.chi2, 3), found.panellists
    (0.778, 4.667, 3)
    """
    complete = complete_rows(values)
    panellists, items = complete.shape
    if panellists < 2:
        return Concordance(None, panellists, items, TOO_FEW_COMPLETE)
    if items < 2:
        return Concordance(None, panellists, items, ONE_ITEM)
    sums, within = _deviations(complete)
    if within == 0:
        return Concordance(None, panellists, items, COMPLETE if np.ptp(complete) == 0 else ALL_ALIKE)
    between = float(sums @ sums)
    untied = 12 * between / (panellists**2 * (items**3 - items))
    return Concordance(between / (panellists * within), panellists, items, None, untied)


def complete_rows(values: Floats) -> Floats:
    """Return the ratings of those who rated every item that anyone rated, of these items."""
    held = ~np.isnan(values)
    if held.all():
        return values
    rated = held.any(axis=0)
    if not rated.any():
        return values[:0, :0]
    return values[held[:, rated].all(axis=1)][:, rated]


def _deviations(complete: Floats) -> tuple[Floats, float]:
    """Return the sums of rank deviations per item and the sum of all their squares; ranks by counting if possible."""
    panellists, items = complete.shape
    points, codes = coded(complete)
    size = len(points)
    if size > COUNTED:
        ranks = ranked(complete, axis=1) - (items + 1) / 2
        return ranks.sum(axis=0), float((ranks**2).sum())
    places = codes + size * np.arange(panellists)[:, None]
    counts = np.bincount(places.ravel(), minlength=panellists * size).reshape(panellists, size)
    ranks = np.cumsum(counts, axis=1) - counts / 2 - items / 2
    return ranks.ravel()[places].sum(axis=0), float((counts * ranks**2).sum())


def w_permutation_p(values: Floats, options: Options = DEFAULT_OPTIONS) -> Outcome:
    """Return the p of Kendall's W by shuffling each panellist's ranks (Legendre, 2005): right for few items too.

    >>> w_permutation_p(matrix([[1, 2, 3], [1, 3, 2], [1, 2, 3]]), Options(seed=1)).value < 0.3
    True
    """
    found = concordance(values)
    if found.w is None:
        return Outcome(None, found.reason)
    ranks = ranked(complete_rows(values), axis=1)
    deviations = ranks - ranks.mean(axis=1, keepdims=True)
    return Outcome(shuffled_p(deviations, np.ones(ranks.shape, dtype=bool), squares, options))


def squares(sums: Floats) -> Floats:
    """Return the sum of squares along the last axis."""
    return np.asarray((sums**2).sum(axis=-1), dtype=np.float64)


def kendall_w(sample: Sample, options: Options) -> Outcome:
    """Return Kendall's W of a round.

    >>> kendall_w(panel([[1, 2, 3], [2, 3, 4], [1, 2, 5]]), Options()).value
    1.0
    """
    del options
    found = concordance(sample.values)
    return Outcome(found.w, found.reason)


def kendall_w_p(sample: Sample, options: Options) -> Outcome:
    """Return the chi-squared p of Kendall's W of a round.

    >>> round(kendall_w_p(panel([[1, 2, 3], [2, 3, 4], [1, 2, 5]]), Options()).value, 4)
    0.0498
    """
    del options
    found = concordance(sample.values)
    return Outcome(None if found.w is None else found.p, found.reason)


_UNDEFINED = (TOO_FEW_COMPLETE, ONE_ITEM, COMPLETE, ALL_ALIKE)
_MISSING = N_("Only panellists who rated every item count; see Skillings and Mack's test for the others.")
_VECTORS = ("kendall_w__anxiety", "kendall_w__sf", "kendall_w__video")

MEASURES = (
    Measure(
        "kendall_w",
        "round",
        N_("Kendall's W"),
        "Kendall and Babington Smith, 1939",
        "12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S = sum((R_j - mean R)^2)",
        N_("Whether panellists put the items in the same order: 0 no common order, 1 the same order."),
        N_(
            "Not with fewer than five items, and not as agreement on values: who rates all items higher agrees too."
        ),
        _MISSING,
        kendall_w,
        _VECTORS,
        undefined=_UNDEFINED,
        schema=SHARE,
        convention=N_("0.3 weak, 0.5 moderate, 0.7 strong (Schmidt, 1997): a convention."),
    ),
    Measure(
        "kendall_w_p",
        "round",
        N_("p of Kendall's W"),
        "Friedman, 1937",
        "upper tail of chi-squared at m (n - 1) W with n - 1 degrees of freedom",
        N_("Whether a common order could be chance; read W first."),
        N_(
            "Not with fewer than seven items, where the p by shuffling is right; a small p says nothing of how strong."
        ),
        _MISSING,
        kendall_w_p,
        _VECTORS,
        undefined=_UNDEFINED,
        schema=SHARE,
    ),
    Measure(
        "kendall_w_permutation_p",
        "library",
        N_("p of Kendall's W by shuffling"),
        "Legendre, 2005",
        "(1 + number of shuffles with S at least as great) / (1 + number of shuffles)",
        N_("For few items, where the chi-squared p is rough."),
        N_("Not needed from about twenty items."),
        _MISSING,
        w_permutation_p,
        _VECTORS,
        undefined=_UNDEFINED,
        schema=SHARE,
    ),
)
