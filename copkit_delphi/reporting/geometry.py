"""What a point of the map looks like: disc, shaded shape, group marks and label, as boxes in px."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit_delphi.domain.results import Figures, GroupFigures
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis

RADIUS = 8.0
GAP = 3.0
TITLE = 9.5
NOTE = 8.5
LABEL_WIDTH = 186.0
LANE = 24.5
SPLIT_LANE = 37.0


@dataclass(frozen=True, slots=True)
class MatrixPoint:
    """One item of the map: its number, short title, likelihood figures, headline impact 0 to 4, groups when split."""

    number: int
    title: str
    note: str
    figures: Figures
    level: int
    split: bool = False
    groups: tuple[GroupFigures, ...] = ()

    @property
    def x(self) -> float:
        """Return the median likelihood in percent; a point without one is not placed."""
        return self.figures.median or 0.0

    @property
    def marks(self) -> tuple[GroupFigures, ...]:
        """Return the groups whose medians are drawn: only of a split item, only where shown."""
        return tuple(g for g in self.groups if g.figures.median is not None) if self.split else ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Tell whether both rectangles share an area when kept ``gap`` px apart."""
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.top < other.bottom + gap and other.top < self.bottom + gap

    def within(self, other: Box) -> bool:
        """Tell whether this rectangle lies inside ``other``."""
        inside = self.left >= other.left and self.right <= other.right
        return inside and self.top >= other.top and self.bottom <= other.bottom


def label_size(lines: tuple[str, ...]) -> tuple[float, float]:
    """Return width and height of a label in px: titles semi-bold, the note below."""
    widths = [svg.text_width(line, TITLE, 600) for line in lines[:-1]] + [svg.text_width(lines[-1], NOTE)]
    return max(widths) + 2, (len(lines) - 1) * (TITLE + 1.5) + NOTE + 2.5


def lines_of(point: MatrixPoint, axis: Axis) -> tuple[str, ...]:
    """Return title and note, short enough to stand on one side of the disc at least."""
    widest = min(LABEL_WIDTH, axis.width / 2 - 2 * RADIUS - 2 * GAP - 4)
    title = svg.shortened(f"{point.number} {point.title}", widest, TITLE, 600)
    return title, svg.shortened(point.note, widest, NOTE)


def disc_of(point: MatrixPoint, axis: Axis, y: float) -> Box:
    x = min(max(axis.at(point.x), axis.left + RADIUS + 1), axis.right - RADIUS - 1)
    return Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)


def oval_of(point: MatrixPoint, axis: Axis, y: float) -> Box | None:
    q1, q3 = point.figures.q1, point.figures.q3
    if q1 is None or q3 is None:
        return None
    disc = disc_of(point, axis, y)
    bottom = disc.bottom + (SPLIT_LANE - LANE + 3 if point.marks else 3)
    return Box(min(axis.at(q1), disc.left - 2), disc.top - 3, max(axis.at(q3), disc.right + 2), bottom)


def block_of(point: MatrixPoint, axis: Axis, y: float) -> Box:
    """Return the box around all marks of a point."""
    boxes = [*solid_of(point, axis, y), oval_of(point, axis, y) or disc_of(point, axis, y)]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes), max(box.bottom for box in boxes))


def marks_of(point: MatrixPoint, axis: Axis, y: float) -> Iterator[tuple[GroupFigures, Box]]:
    """Yield the group medians on their line below the disc."""
    line = y + RADIUS + 9
    for group in point.marks:
        x = axis.at(group.figures.median or 0.0)
        yield group, Box(x - 5, line - 5, x + 5, line + 5)


def solid_of(point: MatrixPoint, axis: Axis, y: float) -> Iterator[Box]:
    yield disc_of(point, axis, y)
    marks = [box for _, box in marks_of(point, axis, y)]
    if marks:
        yield Box(min(b.left for b in marks), marks[0].top, max(b.right for b in marks), marks[0].bottom)
