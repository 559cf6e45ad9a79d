"""Agreement beyond chance from counts of categories, by whichever idea of chance, with its standard error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from copkit_delphi.analysis.measure import COMPLETE, NO_RATED_PAIR
from copkit_delphi.analysis.ranks import normal_p, student_quantile
from copkit_delphi.analysis.sample import Floats, divide
from copkit_delphi.domain.errors import N_

NO_TEST = N_("one rater gave the same answer throughout: there is nothing to test")
NOTHING = 1e-14  # rounding, not variance
Weighting = Literal["unweighted", "linear", "quadratic", "ordinal"]


@dataclass(frozen=True, slots=True)
class Chance:
    """A coefficient (p_a - p_e) / (1 - p_e), or None with the reason; ``se`` is None below two ``items``."""

    value: float | None
    p_a: float | None = None
    p_e: float | None = None
    se: float | None = None
    items: int = 0
    reason: str | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval by Student's t over the items, cut off at -1 and 1 (Gwet, 2014)."""
        if self.value is None or self.se is None:
            return None
        half = float(student_quantile(self.items - 1, 0.975)) * self.se
        return max(-1.0, self.value - half), min(1.0, self.value + half)


def agreement_weights(kind: Weighting, categories: Floats) -> Floats:
    """Return how far two of the ascending ``categories`` (q) agree, q x q, 1 for the same (Gwet, 2014).

    Linear and quadratic go by distance, ordinal by how many categories lie between: 1 - C(d + 1, 2) / C(q, 2).
    """
    places = np.arange(len(categories)) if kind == "ordinal" else np.asarray(categories, dtype=np.float64)
    apart = np.abs(np.subtract.outer(places, places)).astype(np.float64)
    if kind == "unweighted" or len(categories) < 2:
        return np.eye(len(categories))
    lost = {"linear": apart, "quadratic": apart**2, "ordinal": apart * (apart + 1) / 2}[kind]
    return np.asarray(1 - lost / lost.max(), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Rated items only: counts (I x q), ratings of each, agreement of its pairs, and the weights (q x q)."""

    counts: Floats
    weights: Floats
    n: Floats
    agreed: Floats

    @classmethod
    def of(cls, counts: Floats, weights: Floats) -> Counted | str:
        """Return the table, or the reason why nothing can be said of it."""
        rated = np.asarray(counts, dtype=np.float64)[counts.sum(axis=1) > 0]
        n = rated.sum(axis=1)
        if not (n > 1).any():
            return NO_RATED_PAIR
        if np.count_nonzero(rated.any(axis=0)) < 2:
            return COMPLETE
        together = (rated * (rated @ weights - 1)).sum(axis=1)
        return cls(rated, weights, n, np.where(n > 1, together / np.where(n > 1, n * (n - 1), 1.0), 0.0))

    @property
    def shares(self) -> Floats:
        """Return the share of each category in each item."""
        return self.counts / self.n[:, None]

    def coefficient(self, p_e: float, shifts: Floats | float) -> Chance:
        """Return the coefficient with its error by linearisation (Gwet, 2008).

        ``shifts`` (I) tell how far each item moves the agreement expected by chance.
        """
        paired, items = self.n > 1, len(self.n)
        p_a = float(self.agreed[paired].mean())
        value = (p_a - p_e) / (1 - p_e)
        each = np.where(paired, items / np.count_nonzero(paired) * (self.agreed - p_e), 0.0) / (1 - p_e)
        return Chance(value, p_a, p_e, _error(each - (1 - value) * shifts / (1 - p_e) - value), items)


def _error(deviations: Floats) -> float | None:
    n = len(deviations)
    return float(np.sqrt((deviations**2).sum() / (n * (n - 1)))) if n > 1 else None


def gwet(counted: Counted) -> Chance:
    """Return AC1, with weights AC2: chance as pure guessing among uncertain cases (Gwet, 2008)."""
    q, shares = len(counted.weights), counted.shares
    pi, scale = shares.mean(axis=0), float(counted.weights.sum()) / (q * (q - 1))
    return counted.coefficient(scale * float(pi @ (1 - pi)), 2 * scale * (pi @ pi - shares @ pi))


def fleiss(counted: Counted) -> Chance:
    """Return Fleiss' kappa: chance by the pooled shares (Fleiss, 1971; unequal numbers: Gwet, 2014)."""
    shares = counted.shares
    expected = counted.weights @ shares.mean(axis=0)
    p_e = float(shares.mean(axis=0) @ expected)
    return counted.coefficient(p_e, 2 * (shares @ expected - p_e))


def brennan_prediger(counted: Counted) -> Chance:
    """Return Brennan and Prediger's coefficient: chance as all categories alike (Brennan and Prediger, 1981)."""
    return counted.coefficient(float(counted.weights.mean()), 0.0)


def conger(counted: Counted, given: Floats) -> Chance:
    """Return Conger's kappa: chance by each rater's own shares (Conger, 1980); Cohen's for two raters.

    ``given`` (P x I x q) holds 1 where a rater gave a category to one of the rated items.
    """
    held = given.sum(axis=2)
    rating = held.any(axis=1)
    given, held = given[rating], held[rating]
    raters, items = held.shape
    own = given.sum(axis=1) / held.sum(axis=1)[:, None]
    others = (own.sum(axis=0) - own) @ counted.weights
    pairs = raters * (raters - 1)
    p_e = float((own * others).sum()) / pairs
    moved = np.einsum("giq,gq->gi", given, others) - held * (own * others).sum(axis=1)[:, None]
    shifts = 2 / pairs * ((items / held.sum(axis=1)) @ moved)
    return counted.coefficient(p_e, shifts)


def krippendorff(counted: Counted) -> Chance:
    """Return alpha as a coefficient of categories, with its error over the items with two ratings (Gwet, 2014)."""
    paired = counted.n > 1
    counts, n, agreed = counted.counts[paired], counted.n[paired], counted.agreed[paired]
    if np.count_nonzero(counts.any(axis=0)) < 2:
        return Chance(None, reason=COMPLETE)
    items, mean = len(n), float(n.mean())
    pi = counts.sum(axis=0) / counts.sum()
    raw = agreed * n / mean
    own = 1 / (items * mean)
    p_a = float((1 - own) * raw.mean() + own)
    expected = counted.weights @ pi
    p_e = float(pi @ expected)
    value = (p_a - p_e) / (1 - p_e)
    plain = (float(raw.mean()) - p_e) / (1 - p_e)  # the error is that of alpha without its small-sample term
    more = (n - mean) / mean
    moved = counts @ expected / mean - p_e * more
    deviations = (raw - p_a * more - p_e - 2 * (1 - plain) * (moved - p_e)) / (1 - p_e) - plain
    return Chance(value, p_a, p_e, _error(deviations), items)


def kappas_of_pairs(given: Floats) -> Floats:
    """Return Cohen's kappa of each two raters over the items both rated, P x P; NaN where it is undefined.

    ``given`` is P x I x q.
    """
    held = given.sum(axis=2)
    both = held @ held.T
    same = np.einsum("giq,hiq->gh", given, given, optimize=True)
    margins = np.einsum("giq,hi->qgh", given, held, optimize=True)
    expected = divide((margins * margins.transpose(0, 2, 1)).sum(axis=0), both**2)
    return divide(divide(same, both) - expected, 1 - expected)


@dataclass(frozen=True, slots=True)
class Tested:
    """A kappa with its test against none: z, and the two-sided p of the normal distribution."""

    value: float | None
    z: float | None = None
    p: float | None = None
    reason: str | None = None


def tested(value: float, variance: float) -> Tested:
    """Return ``value`` with its test, given its variance where there is no agreement beyond chance."""
    if variance < NOTHING:
        return Tested(value, reason=NO_TEST)
    z = value / float(np.sqrt(variance))
    return Tested(value, z, float(normal_p(z)))
