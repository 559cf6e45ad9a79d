"""How well probabilities and intervals met what turned out: their scores, and what was said beside what was true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BORDERS = (1, 20, 40, 60, 80, 100)
KNOWS_NOTHING = 0.25  # the Brier score of whoever always says 50%
HALF_TO_DOUBLE = 1.4  # about the score of an interval from half to double a true value that is not small
LEVEL = 80  # in percent: how often an interval is to hold the true value


@dataclass(frozen=True, slots=True)
class Judged:
    """A probability in percent, 1 to 99, and whether the statement is true."""

    said: int
    true: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Answers from ``low`` to ``high`` percent: how many, the mean of what was said, and how many were true."""

    low: int
    high: int
    n: int
    said: float
    true: int

    @property
    def share(self) -> float:
        """Return which part was true, in percent."""
        return 100 * self.true / self.n


def brier(answers: Sequence[Judged]) -> float | None:
    """Return the mean squared distance of what was said from what is true, 0 (best) to 1; None without answers.

    Brier, 1950.

    >>> brier([Judged(80, True), Judged(30, False)])
    0.065
    """
    if not answers:
        return None
    return round(sum((one.said / 100 - one.true) ** 2 for one in answers) / len(answers), 9)


def bands(answers: Sequence[Judged]) -> list[Band]:
    """Return the bands that hold answers, from low to high. Well calibrated: ``share`` near ``said``."""
    found = []
    for low, high in pairwise(BORDERS):
        mine = [one for one in answers if low <= one.said < high]
        if mine:
            mean = sum(one.said for one in mine) / len(mine)
            found.append(Band(low, high - 1, len(mine), mean, sum(one.true for one in mine)))
    return found


@dataclass(frozen=True, slots=True)
class Ranged:
    """An interval that is to hold a quantity of 0 or more, and what the quantity is."""

    low: float
    high: float
    true: float

    @property
    def holds(self) -> bool:
        """Tell whether the true value lies inside, or on a border."""
        return self.low <= self.true <= self.high


def interval_score(answers: Sequence[Ranged], level: int = LEVEL) -> float | None:
    """Return the mean interval score, 0 (best) and more; None without answers.

    The width, and for a miss its distance times ``2 / (1 - level)`` (Gneiting and Raftery, 2007, equation 43), on the
    scale of ln(1 + x), on which quantities of any size can be averaged and the score stays proper (Bosse et al., 2023).

    >>> interval_score([Ranged(0, 3, 1)])
    1.386294361
    >>> interval_score([Ranged(1, 1, 3)])
    6.931471806
    """
    if not answers:
        return None
    return round(sum(_interval(one, 2 / (1 - level / 100)) for one in answers) / len(answers), 9)


def _interval(one: Ranged, penalty: float) -> float:
    low, high, true = (math.log1p(value) for value in (one.low, one.high, one.true))
    return high - low + penalty * (max(0.0, low - true) + max(0.0, true - high))
