"""How figures are rounded and written wherever people see them."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_

RANGE = N_("%(low)s to %(high)s")


def _as_written(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes figures: its decimal sign, its percent sign with what stands before it, its words."""

    decimal: str = "."
    percent: str = "%"
    say: Callable[[str], str] = _as_written


ENGLISH = Style()
_STYLE: ContextVar[Style] = ContextVar("style of figures", default=ENGLISH)


def write_as(style: Style) -> None:
    """Write figures for people in this style, until the next call in the same thread."""
    _STYLE.set(style)


def round_half_up(value: float, step: float = 1.0) -> float:
    """Round ``value`` to the nearest multiple of ``step``, halves upward.

    The built-in ``round`` rounds halves to even and is never used for figures that people see.
    """
    steps = math.floor(round(value / step, 9) + 0.5)
    return round(steps * step, 9)


def plain(value: float) -> str:
    """Write ``value`` without a trailing ``.0``: ``58``, ``0.58``, the same in every language."""
    return f"{round(value, 9):g}"


def written(value: float, unit: str = "") -> str:
    """Write ``value`` for people, in the style of their language: ``58.5``, ``58,5 %``. Never for a machine."""
    style = _STYLE.get()
    return plain(value).replace(".", style.decimal) + (style.percent if unit == "%" else unit)


def span(low: float, high: float, unit: str = "%") -> str:
    """Write a range with "to": ``44 to 70%``; one figure when both ends are equal."""
    if low == high:
        return written(low, unit)
    return _STYLE.get().say(RANGE) % {"low": written(low), "high": written(high, unit)}
