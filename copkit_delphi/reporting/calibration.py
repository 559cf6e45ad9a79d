"""A person's own calibration: what was said across, what was true upwards, and the diagonal where both are equal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from copkit_delphi.domain.calibration import Band
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up, span, written
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.marks import shape
from copkit_delphi.reporting.phrases import Say, as_written
from copkit_delphi.reporting.pins import OWN

SIDE, LEFT, TOP = 250.0, 48.0, 12.0
_SIZE = 12.0


def percent(value: float) -> str:
    """Write a percentage for people, rounded half up."""
    return written(round_half_up(value), "%")


def curve(rows: Sequence[Band], *, say: Say = as_written) -> Markup:
    """Return a point for each band, joined; its figures are in the title too."""
    title = "; ".join(
        say(N_("said %(said)s on average, true %(share)s"))
        % {"said": percent(row.said), "share": percent(row.share)}
        for row in rows
    )
    return svg.picture(
        LEFT + SIDE + 24, TOP + SIDE + 59, title, [*_frame(say), *_points(rows)], css="calibration"
    )


def twin(rows: Sequence[Band], *, say: Say = as_written) -> tuple[list[str], list[list[str]]]:
    """Return the heads of the columns and the rows that say what the curve shows."""
    heads = [say(N_("You said")), say(N_("Answers")), say(N_("Said on average")), say(N_("True"))]
    return heads, [
        [span(row.low, row.high), str(row.n), percent(row.said), percent(row.share)] for row in rows
    ]


def _at(said: float, share: float) -> tuple[float, float]:
    return LEFT + SIDE * said / 100, TOP + SIDE * (1 - share / 100)


def _frame(say: Say) -> list[Markup]:
    parts = []
    for tick in (0, 25, 50, 75, 100):
        x, y = _at(tick, tick)
        parts += [
            svg.line(LEFT, y, LEFT + SIDE, y, stroke=svg.LINE),
            svg.line(x, TOP, x, TOP + SIDE, stroke=svg.LINE),
            svg.text(LEFT - 6, y + 4, percent(tick), size=_SIZE, anchor="end"),
            svg.text(x, TOP + SIDE + 16, percent(tick), size=_SIZE, anchor="middle"),
        ]
    parts.append(svg.line(*_at(0, 0), *_at(100, 100), stroke=svg.INK_3, stroke_dasharray="4 4"))
    below = say(N_("across: what you said; upwards: how often it was true"))
    lines = svg.wrapped(below, LEFT + SIDE + 20, _SIZE)
    return [
        *parts,
        *(
            svg.text(0, TOP + SIDE + 36 + 15 * place, line, size=_SIZE, fill=svg.INK_2)
            for place, line in enumerate(lines)
        ),
    ]


def _points(rows: Sequence[Band]) -> list[Markup]:
    points = [_at(row.said, row.share) for row in rows]
    joined = [svg.line(*one, *two, stroke=svg.OWN, width=2) for one, two in pairwise(points)]
    return [*joined, *(shape(OWN, x, y, 7) for x, y in points)]
