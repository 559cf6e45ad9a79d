"""Where discs, marks and labels of the map stand: twelve label positions are tried, none may cover another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from copkit_delphi.domain.impact import LEVELS
from copkit_delphi.domain.results import Figures, GroupFigures
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis

RADIUS = 8.0
GAP = 3.0
TITLE = 9.5
NOTE = 8.5
LABEL_WIDTH = 150.0
LANE = 32.0
SPLIT_LANE = 46.0
EMPTY_BAND = 20.0
BAND_EDGE = 6.0


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


@dataclass(frozen=True, slots=True)
class Placed:
    """A point with its boxes; ``lines`` is the label as set, the number first."""

    point: MatrixPoint
    disc: Box
    oval: Box | None
    groups: tuple[tuple[GroupFigures, Box], ...]
    label: Box
    lines: tuple[str, ...]
    anchor: str

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle of the disc."""
        return (self.disc.left + self.disc.right) / 2, (self.disc.top + self.disc.bottom) / 2


@dataclass(frozen=True, slots=True)
class Band:
    """The strip of one impact level; inside it the height has no meaning."""

    level: int
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """The finished map: axis, strips from systemic down to none, and every point with its boxes."""

    axis: Axis
    plot: Box
    bands: tuple[Band, ...]
    placed: tuple[Placed, ...]


@dataclass
class _Lanes:
    """How many lanes each level has, and which lane each point takes."""

    count: dict[int, int]
    of: dict[int, int] = field(default_factory=dict)


def place(points: Sequence[MatrixPoint], axis: Axis, top: float) -> MatrixLayout:
    """Return a layout in which no label covers a label, a disc or a group mark, or leaves the plot.

    Points of one level share lanes as long as that holds; the last resort, a lane each with the label
    beside its own disc, always does.
    """
    levels = {level: [p for p in points if p.level == level] for level in range(len(LEVELS))}
    lanes = _Lanes({level: min(1, len(members)) for level, members in levels.items()})
    while True:
        solo = all(lanes.count[level] == len(members) for level, members in levels.items())
        layout, failed = _attempt(levels, lanes, axis, top, solo)
        if failed is None:
            return layout
        crowded = [level for level, members in levels.items() if lanes.count[level] < len(members)]
        grown = failed if failed in crowded else crowded[0]
        lanes.count[grown] += 1


def _attempt(
    levels: dict[int, list[MatrixPoint]], lanes: _Lanes, axis: Axis, top: float, solo: bool
) -> tuple[MatrixLayout, int | None]:
    bands, y = [], top
    rows: list[tuple[MatrixPoint, float]] = []
    for level in reversed(range(len(LEVELS))):
        heights = _lane_heights(levels[level], lanes.count[level])
        bottom = y + (sum(heights) + 2 * BAND_EDGE if heights else EMPTY_BAND)
        bands.append(Band(level, y, bottom))
        rows += _rows(levels[level], heights, y + BAND_EDGE)
        y = bottom
    plot = Box(axis.left, top, axis.right, y)
    placed, failed = _labels(rows, axis, plot, solo)
    return MatrixLayout(axis, plot, tuple(bands), tuple(placed)), failed


def _lane_of(index: int, count: int) -> int:
    return index % count


def _lane_heights(members: list[MatrixPoint], count: int) -> list[float]:
    heights = [LANE] * count
    for index, point in enumerate(sorted(members, key=_order)):
        if point.marks:
            heights[_lane_of(index, count)] = SPLIT_LANE
    return heights


def _order(point: MatrixPoint) -> tuple[float, int]:
    return point.x, point.number


def _rows(
    members: list[MatrixPoint], heights: list[float], top: float
) -> Iterator[tuple[MatrixPoint, float]]:
    """Yield each point with the y of its disc: neighbours in likelihood take turns between the lanes."""
    for index, point in enumerate(sorted(members, key=_order)):
        lane = _lane_of(index, len(heights))
        yield point, top + sum(heights[:lane]) + LANE / 2


def _labels(
    rows: list[tuple[MatrixPoint, float]], axis: Axis, plot: Box, solo: bool
) -> tuple[list[Placed], int | None]:
    hard = [box for point, y in rows for box in _solid(point, axis, y)]
    taken: list[Box] = []
    placed: list[Placed] = []
    for point, y in rows:
        disc = _disc(point, axis, y)
        if any(disc.overlaps(other, 1) for other in (_disc(p, axis, v) for p, v in rows if p is not point)):
            return placed, point.level
        lines = _lines(point)
        choice = _choose(lines, disc, [*(box for box in hard if box != disc), *taken], plot, solo)
        if choice is None:
            return placed, point.level
        label, anchor = choice
        taken.append(label)
        placed.append(
            Placed(point, disc, _oval(point, axis, y), tuple(_marks(point, axis, y)), label, lines, anchor)
        )
    return placed, None


def _choose(
    lines: tuple[str, ...], disc: Box, blocked: Iterable[Box], plot: Box, solo: bool
) -> tuple[Box, str] | None:
    others = list(blocked)
    for box, anchor in _candidates(lines, disc, solo):
        if box.within(plot) and not any(box.overlaps(other, 1) for other in others):
            return box, anchor
    return None


def label_size(lines: tuple[str, ...]) -> tuple[float, float]:
    """Return width and height of a label in px: titles semi-bold, the note below."""
    widths = [svg.text_width(line, TITLE, 600) for line in lines[:-1]] + [svg.text_width(lines[-1], NOTE)]
    return max(widths) + 2, (len(lines) - 1) * (TITLE + 1.5) + NOTE + 2.5


def _candidates(lines: tuple[str, ...], disc: Box, solo: bool) -> Iterator[tuple[Box, str]]:
    """Yield twelve positions around the disc, best first; alone in its lane only right and left."""
    width, height = label_size(lines)
    x, y = (disc.left + disc.right) / 2, (disc.top + disc.bottom) / 2
    right, left = disc.right + GAP, disc.left - GAP - width
    above, below = disc.top - GAP - height, disc.bottom + GAP
    lefts = [(right, y - height / 2, "start"), (left, y - height / 2, "end")]
    if not solo:
        lefts += [(right, above + height / 2, "start"), (right, below - height / 2, "start")]
        lefts += [(left, above + height / 2, "end"), (left, below - height / 2, "end")]
        lefts += [(x - width / 2, above, "middle"), (x - width / 2, below, "middle")]
        lefts += [(disc.left, above, "start"), (disc.left, below, "start")]
        lefts += [(disc.right - width, above, "end"), (disc.right - width, below, "end")]
    for edge, top, anchor in lefts:
        yield Box(edge, top, edge + width, top + height), anchor


def _lines(point: MatrixPoint) -> tuple[str, ...]:
    title = svg.wrapped(f"{point.number} {point.title}", LABEL_WIDTH, TITLE, 600, lines=1)
    return (*title, svg.shortened(point.note, LABEL_WIDTH + 20, NOTE))


def _disc(point: MatrixPoint, axis: Axis, y: float) -> Box:
    x = min(max(axis.at(point.x), axis.left + RADIUS + 1), axis.right - RADIUS - 1)
    return Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)


def _oval(point: MatrixPoint, axis: Axis, y: float) -> Box | None:
    q1, q3 = point.figures.q1, point.figures.q3
    if q1 is None or q3 is None:
        return None
    disc = _disc(point, axis, y)
    bottom = disc.bottom + (SPLIT_LANE - LANE + 3 if point.marks else 3)
    return Box(min(axis.at(q1), disc.left - 2), disc.top - 3, max(axis.at(q3), disc.right + 2), bottom)


def _marks(point: MatrixPoint, axis: Axis, y: float) -> Iterator[tuple[GroupFigures, Box]]:
    """Yield the group medians on their line below the disc."""
    line = y + RADIUS + 9
    for group in point.marks:
        x = axis.at(group.figures.median or 0.0)
        yield group, Box(x - 5, line - 5, x + 5, line + 5)


def _solid(point: MatrixPoint, axis: Axis, y: float) -> Iterator[Box]:
    yield _disc(point, axis, y)
    marks = [box for _, box in _marks(point, axis, y)]
    if marks:
        yield Box(min(b.left for b in marks), marks[0].top, max(b.right for b in marks), marks[0].bottom)


def axis_of(left: float, width: float) -> Axis:
    """Return the likelihood axis of a map, 0 to 100%."""
    return Axis(PERCENT, left, width, "%")
