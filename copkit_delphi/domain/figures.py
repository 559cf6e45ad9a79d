"""How figures are rounded and written wherever people see them."""

from __future__ import annotations

import math


def round_half_up(value: float, step: float = 1.0) -> float:
    """Round ``value`` to the nearest multiple of ``step``, halves upward.

    The built-in ``round`` rounds halves to even and is never used for figures that people see.
    """
    steps = math.floor(round(value / step, 9) + 0.5)
    return round(steps * step, 9)


def plain(value: float) -> str:
    """Write ``value`` without a trailing ``.0``: ``58``, ``0.58``."""
    return f"{round(value, 9):g}"


def span(low: float, high: float, unit: str = "%") -> str:
    """Write a range with "to": ``44 to 70%``; one figure when both ends are equal."""
    if low == high:
        return f"{plain(low)}{unit}"
    return f"{plain(low)} to {plain(high)}{unit}"
