"""Where a value of a scale stands on a horizontal axis, and which ticks the axis carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit_delphi.domain.figures import written
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.reporting import svg

MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis from ``left`` px, ``width`` px wide. Whole points stand half a step from its ends."""

    scale: Scale
    left: float
    width: float
    unit: str = ""

    @property
    def margin(self) -> float:
        """Return the room beside the outer points, in scale units."""
        return 0.5 if self.scale.points else 0.0

    @property
    def right(self) -> float:
        """Return the right end in px."""
        return self.left + self.width

    def at(self, value: float) -> float:
        """Return the px position of ``value``, held inside the axis."""
        low, whole = self.scale.low - self.margin, self.scale.range + 2 * self.margin
        return self.left + self.width * min(1.0, max(0.0, (value - low) / whole))

    def write(self, value: float) -> str:
        """Write ``value`` with the unit."""
        return written(value, self.unit)

    def ticks(self) -> Iterator[float]:
        """Yield the values that carry a figure: whole points, otherwise quarters of the range."""
        points = self.scale.points
        if points is None:
            yield from (self.scale.low + self.scale.range * part / 4 for part in range(5))
            return
        stride = 1 if points <= MOST_TICKS else 2
        yield from (self.scale.low + step for step in range(0, points, stride))

    def borders(self) -> tuple[float, ...]:
        """Return the borders of the probability words on a percent axis, of quarters on another."""
        if self.unit == "%":
            return tuple(word.low - 0.5 for word in PHIA_GAP_FREE.words[1:])
        return tuple(self.ticks())[1:-1] if self.scale.points is None else ()

    def grid(self, top: float, bottom: float) -> Iterator[str]:
        """Yield the pale vertical lines behind a figure."""
        marks = self.borders() if self.unit == "%" else self.ticks()
        for value in marks:
            yield svg.line(self.at(value), top, self.at(value), bottom, stroke=svg.LINE, width=0.8)

    def figures(self, y: float, *, size: float = 8.0, edge: float | None = None) -> Iterator[str]:
        """Yield the base line at ``y`` with ticks and their figures below, none of them beyond ``edge`` px."""
        yield svg.line(self.left, y, self.right, y, stroke=svg.LINE)
        ticks = tuple(self.ticks())
        for value in ticks:
            text = self.write(value) if value == ticks[-1] else written(value)
            half = svg.text_width(text, size) / 2
            x = self.at(value) if edge is None else min(self.at(value), edge - half)
            yield svg.line(self.at(value), y, self.at(value), y + 3, stroke=svg.INK_3, width=0.8)
            yield svg.text(x, y + 4 + size, text, size=size, anchor="middle", fill=svg.INK_3)
