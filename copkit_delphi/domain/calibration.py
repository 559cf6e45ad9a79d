"""How well probabilities met what turned out: the Brier score, and what was said beside what was true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BORDERS = (1, 20, 40, 60, 80, 100)
KNOWS_NOTHING = 0.25  # the Brier score of whoever always says 50%


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
