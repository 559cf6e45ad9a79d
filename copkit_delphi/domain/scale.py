"""Scales: bounds, step and points; the one judge of a valid value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import plain, round_half_up

ORDINAL_POINTS = range(2, 12)


@dataclass(frozen=True, slots=True)
class Scale:
    """A closed numeric scale from ``low`` to ``high``.

    ``step`` is 1 for whole points, 0 for a continuous scale. Up to eleven whole points make an
    ordinal scale; everything else is treated as continuous.
    """

    low: float
    high: float
    step: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise Invalid(N_("A scale needs a low end below its high end, for example 1:9."))

    @property
    def range(self) -> float:
        """Return the distance between both ends."""
        return self.high - self.low

    @property
    def points(self) -> int | None:
        """Return the number of points of an ordinal scale, None for a continuous one."""
        if self.step != 1.0 or self.range != int(self.range):
            return None
        count = int(self.range) + 1
        return count if count in ORDINAL_POINTS else None

    @property
    def display_step(self) -> float:
        """Return the step figures are rounded to: whole steps, or whole percent of the range."""
        return 1.0 if self.points else self.range / 100

    def contains(self, value: float) -> bool:
        """Tell whether ``value`` is a point of the scale."""
        if not math.isfinite(value) or not self.low <= value <= self.high:
            return False
        return self.step == 0 or abs((value - self.low) / self.step % 1) < 1e-9

    def rounded(self, value: float) -> float:
        """Return ``value`` as people see it, rounded half up to ``display_step``."""
        return round_half_up(value - self.low, self.display_step) + self.low

    def __str__(self) -> str:
        return f"{plain(self.low)}:{plain(self.high)}"


PERCENT = Scale(0, 100)
RATED_PERCENT = Scale(1, 99)  # what a form accepts; imports keep 0 and 100
IMPACT = Scale(0, 4)
CONFIDENCE = Scale(1, 3)

USUAL = (Scale(0, 1, 0), Scale(1, 5), Scale(1, 7), Scale(1, 9), Scale(0, 10), Scale(0, 100, 0))


def parse_scale(text: str) -> Scale:
    """Read ``LOW:HIGH``; raises ``Invalid`` with an example otherwise."""
    low, separator, high = text.partition(":")
    try:
        if not separator:
            raise ValueError
        return Scale(float(low), float(high))
    except ValueError:
        raise Invalid(N_("“%(text)s” is not a scale. Write LOW:HIGH, for example 1:9."), text=text) from None
