"""Where discs, marks and labels of the map stand: twelve label positions are tried, none may cover another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copkit_delphi.domain.impact import LEVELS
from copkit_delphi.domain.results import GroupFigures
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.geometry import (
    GAP,
    LANE,
    SPLIT_LANE,
    Box,
    MatrixPoint,
    block_of,
    disc_of,
    label_size,
    lines_of,
    marks_of,
    oval_of,
    solid_of,
)

EMPTY_BAND = 17.0
BAND_EDGE = 4.0


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


@dataclass(frozen=True, slots=True)
class _Seat:
    """A point in its lane; ``side`` is fixed once the lanes of its level are packed."""

    point: MatrixPoint
    lane: int
    side: str = ""


_Seats = dict[int, list[_Seat]]


def place(points: Sequence[MatrixPoint], axis: Axis, top: float) -> MatrixLayout:
    """Return a layout in which no label covers a label, a disc or a group mark, or leaves the plot.

    Points of a level share as few lanes as the twelve label positions allow; the last resort is packed
    lanes, in which every label stands beside its own marks.
    """
    levels = {
        level: sorted((p for p in points if p.level == level), key=_order) for level in range(len(LEVELS))
    }
    packed = {level: _pack(members, axis) for level, members in levels.items()}
    most = {level: _lanes(seats) for level, seats in packed.items()}
    count = {level: min(1, lanes) for level, lanes in most.items()}
    while True:
        loose = {level: [_Seat(p, i % count[level]) for i, p in enumerate(m)] for level, m in levels.items()}
        seats = {
            level: packed[level] if count[level] >= most[level] > 1 else loose[level] for level in levels
        }
        layout, failed = _attempt(seats, axis, top)
        if failed is None:
            return layout
        if count[failed] >= most[failed]:
            failed = max((level for level in levels if count[level] < most[level]), default=failed)
            if count[failed] >= most[failed]:
                return _attempt(packed, axis, top)[0]
        count[failed] += 1


def _order(point: MatrixPoint) -> tuple[float, int]:
    return point.x, point.number


def _lanes(seats: list[_Seat]) -> int:
    return max((seat.lane for seat in seats), default=-1) + 1


def _pack(members: list[MatrixPoint], axis: Axis) -> list[_Seat]:
    """Return every point with the first lane in which its marks and its label are free of the others."""
    lanes: list[list[Box]] = []
    seats = []
    for point in members:
        lane, side, box = next(_openings(point, axis, lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(box)
        seats.append(_Seat(point, lane, side))
    return seats


def _openings(point: MatrixPoint, axis: Axis, lanes: list[list[Box]]) -> Iterator[tuple[int, str, Box]]:
    block, lines = block_of(point, axis, 0), lines_of(point, axis)
    for lane, taken in enumerate([*lanes, []]):
        for side, label in _beside(lines, block, disc_of(point, axis, 0)):
            box = Box(min(block.left, label.left), -1, max(block.right, label.right), 1)
            if (
                label.left >= axis.left
                and label.right <= axis.right
                and not any(box.overlaps(o, 6) for o in taken)
            ):
                yield lane, side, box


def _beside(lines: tuple[str, ...], block: Box, disc: Box) -> Iterator[tuple[str, Box]]:
    """Yield the places beside a point's marks, then, over its own shaded shape, beside its disc."""
    width, height = label_size(lines)
    top = (disc.top + disc.bottom) / 2 - height / 2
    for name, around in (("block", block), ("disc", disc)):
        yield f"{name} start", Box(around.right + GAP, top, around.right + GAP + width, top + height)
        yield f"{name} end", Box(around.left - GAP - width, top, around.left - GAP, top + height)


def _attempt(seats: _Seats, axis: Axis, top: float) -> tuple[MatrixLayout, int | None]:
    bands, y = [], top
    rows: list[tuple[_Seat, float]] = []
    for level in reversed(range(len(LEVELS))):
        heights = _lane_heights(seats[level])
        bottom = y + (sum(heights) + 2 * BAND_EDGE if heights else EMPTY_BAND)
        bands.append(Band(level, y, bottom))
        rows += [(seat, y + BAND_EDGE + sum(heights[: seat.lane]) + LANE / 2) for seat in seats[level]]
        y = bottom
    plot = Box(axis.left, top, axis.right, y)
    rows.sort(key=lambda row: not row[0].side)
    placed, failed = _labels(rows, axis, plot)
    return MatrixLayout(axis, plot, tuple(bands), tuple(placed)), failed


def _lane_heights(seats: list[_Seat]) -> list[float]:
    heights = [LANE] * _lanes(seats)
    for seat in seats:
        if seat.point.marks:
            heights[seat.lane] = SPLIT_LANE
    return heights


def _labels(rows: list[tuple[_Seat, float]], axis: Axis, plot: Box) -> tuple[list[Placed], int | None]:
    solid = {seat.point.number: list(solid_of(seat.point, axis, y)) for seat, y in rows}
    pale = {seat.point.number: block_of(seat.point, axis, y) for seat, y in rows}
    placed: list[Placed] = []
    for seat, y in rows:
        number, lines = seat.point.number, lines_of(seat.point, axis)
        others = [box for other, boxes in solid.items() if other != number for box in boxes]
        hard = [*others, *solid[number], *(done.label for done in placed)]
        soft = [*hard, *(box for other, box in pale.items() if other != number)]
        disc = solid[number][0]
        choice = _fixed(seat, lines, pale[number], disc) or _choose(lines, disc, pale[number], soft, plot)
        if choice is None or any(disc.overlaps(other, 1) for other in others):
            return placed, seat.point.level
        marks = tuple(marks_of(seat.point, axis, y))
        placed.append(
            Placed(seat.point, disc, oval_of(seat.point, axis, y), marks, choice[0], lines, choice[1])
        )
    return placed, None


def _fixed(seat: _Seat, lines: tuple[str, ...], block: Box, disc: Box) -> tuple[Box, str] | None:
    """Return the place that packing chose, None for a point that was not packed."""
    box = dict(_beside(lines, block, disc)).get(seat.side)
    return (box, seat.side.split()[1]) if box else None


def _choose(
    lines: tuple[str, ...], disc: Box, block: Box, blocked: list[Box], plot: Box
) -> tuple[Box, str] | None:
    """Return the first of twelve places that lies in the plot and covers nothing."""
    for box, anchor in _candidates(lines, block, disc):
        if box.within(plot) and not any(box.overlaps(other, 1) for other in blocked):
            return box, anchor
    return None


def _candidates(lines: tuple[str, ...], around: Box, disc: Box) -> Iterator[tuple[Box, str]]:
    """Yield twelve positions around a point's marks, best first."""
    width, height = label_size(lines)
    x, y = (disc.left + disc.right) / 2, (disc.top + disc.bottom) / 2
    right, left = around.right + GAP, around.left - GAP - width
    above, below = around.top - GAP - height, around.bottom + GAP
    places = [(right, y - height / 2, "start"), (left, y - height / 2, "end")]
    places += [(x - width / 2, above, "middle"), (x - width / 2, below, "middle")]
    places += [(right, above + height / 2, "start"), (right, below - height / 2, "start")]
    places += [(left, above + height / 2, "end"), (left, below - height / 2, "end")]
    places += [(disc.left, above, "start"), (disc.left, below, "start")]
    places += [(disc.right - width, above, "end"), (disc.right - width, below, "end")]
    for edge, top, anchor in places:
        yield Box(edge, top, edge + width, top + height), anchor


def axis_of(left: float, width: float) -> Axis:
    """Return the likelihood axis of a map, 0 to 100%."""
    return Axis(PERCENT, left, width, "%")
