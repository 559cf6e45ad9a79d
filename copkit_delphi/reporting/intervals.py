"""The order of items with its uncertainty: one row an item, its rank as a tick on the interval of its ranks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.phrases import Say, as_written

WIDTH, LABEL, FIGURE, TOP = 300.0, 108.0, 66.0, 4.0
ROW, TALL_ROW, LINE = 18.0, 27.0, 11.0
SIZE, TICK_SIZE = 10.0, 9.0
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class RankRow:
    """One item's rank with the ends of its interval; 1 is the highest."""

    label: str
    rank: int
    low: int
    high: int

    def words(self, say: Say = as_written) -> str:
        """Return "3 (2 to 5)", or "3" where no resample ranked it otherwise."""
        if self.low == self.high:
            return str(self.rank)
        ends = {"rank": self.rank, "low": self.low, "high": self.high}
        return say(N_("%(rank)s (%(low)s to %(high)s)")) % ends


def rank_intervals(rows: Sequence[RankRow], *, places: int, say: Say = as_written) -> Markup:
    """Return the ranks of ``rows`` among ``places`` items, first place at the left."""
    labels = [svg.wrapped(row.label, LABEL - 8, SIZE) for row in rows]
    height = TALL_ROW if any(len(lines) > 1 for lines in labels) else ROW
    base = TOP + height * len(rows)
    title = say(N_("Order of the items: rank of each with its 95%% interval")) % ()
    spoken = "; ".join(f"{row.label}: {row.words(say)}" for row in rows)
    parts = [svg.element("desc", spoken), *_axis(places, base)]
    for place, (row, lines) in enumerate(zip(rows, labels, strict=True)):
        y = TOP + height * (place + 0.5)
        parts += [*_label(lines, y), *_row(row, y, places, say)]
    return svg.picture(WIDTH, base + 18, title, parts, css="ranks")


def _x(rank: float, places: int) -> float:
    room = WIDTH - LABEL - FIGURE - 8
    return LABEL + 4 + room * (rank - 1) / max(places - 1, 1)


def _axis(places: int, base: float) -> Iterator[str]:
    stride = 1 + (places - 1) // MOST_TICKS
    ticks = [rank for rank in range(1, places + 1) if (rank - 1) % stride == 0]
    for rank in ticks:
        x = _x(rank, places)
        yield svg.line(x, TOP, x, base, stroke=svg.LINE, width=0.8)
        yield svg.text(x, base + 11, str(rank), size=TICK_SIZE, anchor="middle", fill=svg.INK_3)
    yield svg.line(_x(1, places), base, _x(places, places), base, stroke=svg.INK_3, width=0.8)


def _label(lines: Sequence[str], y: float) -> Iterator[str]:
    first = y + 3.5 - LINE * (len(lines) - 1) / 2
    for place, words in enumerate(lines):
        yield svg.text(0, first + LINE * place, words, size=SIZE)


def _row(row: RankRow, y: float, places: int, say: Say) -> Iterator[str]:
    left, right = _x(row.low, places), _x(row.high, places)
    yield svg.rect(left - 1.5, y - 3.5, right - left + 3, 7, fill=svg.IQR)
    x = _x(row.rank, places)
    yield svg.rect(x - 2.5, y - 6.5, 5, 13, fill=svg.PAPER)
    yield svg.rect(x - 1.3, y - 6, 2.6, 12, fill=svg.INK)
    yield svg.text(WIDTH, y + 3, row.words(say), size=SIZE, weight=600, anchor="end")
