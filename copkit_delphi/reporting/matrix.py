"""The map of likelihood by headline impact: ordered strips, word columns, no quadrant, no ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.impact import LEVELS
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.geometry import NOTE, TITLE, MatrixPoint
from copkit_delphi.reporting.marks import GroupStyle, group_styles, shape
from copkit_delphi.reporting.phrases import Say, as_written, describe
from copkit_delphi.reporting.placement import MatrixLayout, Placed, axis_of, place

LEFT = 78.0
HEAD = 30.0
FOOT = 34.0
STRIPS = ("#FFFFFF", "#F6F8FA", "#EEF2F6", "#E5EBF1", "#DBE4EC")


def matrix(points: Sequence[MatrixPoint], *, width: float = 676) -> MatrixLayout:
    """Return where everything stands; points whose likelihood or impact is not shown are left to the caller."""
    shown = [point for point in points if point.figures.median is not None]
    return place(shown, axis_of(LEFT, width - LEFT - 14), HEAD)


def matrix_svg(
    points: Sequence[MatrixPoint], horizon: str, *, width: float = 676, say: Say = as_written
) -> Markup:
    """Return the drawn map; ``horizon`` is the date that the likelihoods are about, already written."""
    layout = matrix(points, width=width)
    styles = group_styles(_groups(points))
    parts = [*_strips(layout, say), *_words(layout, say)]
    for placed in layout.placed:
        parts += _spread(placed, styles)
    for placed in layout.placed:
        parts += [*_disc(placed), *_label(placed)]
    parts += layout.axis.figures(layout.plot.bottom, size=8)
    parts.append(_axis_title(layout, horizon, say))
    return svg.picture(width, layout.plot.bottom + FOOT, _title(points, say), parts, css="matrix")


def _groups(points: Sequence[MatrixPoint]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((group.name, group.kind) for point in points for group in point.groups))


def _title(points: Sequence[MatrixPoint], say: Say) -> str:
    rows = [_sentence(point, say) for point in points if point.figures.median is not None]
    return (
        say(N_("Map of likelihood and headline impact, not for ranking on its own.")) + " " + "; ".join(rows)
    )


def _sentence(point: MatrixPoint, say: Say) -> str:
    words = f"{point.number} {point.title}: {describe(point.figures, '%', say)}"
    return f"{words}, {say(N_('impact'))} {say(LEVELS[point.level])} {point.level}"


def _strips(layout: MatrixLayout, say: Say) -> Iterator[str]:
    plot = layout.plot
    for band in layout.bands:
        height = band.bottom - band.top
        yield svg.rect(plot.left, band.top, plot.right - plot.left, height - 1.5, fill=STRIPS[band.level])
        words = f"{say(LEVELS[band.level])} {band.level}"
        middle = (band.top + band.bottom) / 2 + 3
        yield svg.text(plot.left - 8, middle, words, size=9, anchor="end", fill=svg.INK_2)
    for border in layout.axis.borders():
        x = layout.axis.at(border)
        yield svg.line(x, plot.top - 24, x, plot.bottom, stroke=svg.PAPER, width=2)
        yield svg.line(x, plot.top - 24, x, plot.top - 2, stroke=svg.LINE, width=0.8)


def _words(layout: MatrixLayout, say: Say) -> Iterator[str]:
    for word in PHIA_GAP_FREE.words:
        left, right = layout.axis.at(word.low - 0.5), layout.axis.at(word.high + 0.5)
        lines = svg.wrapped(say(word.text), right - left - 2, 8, lines=2)
        for index, words in enumerate(reversed(lines)):
            y = layout.plot.top - 6 - 9.5 * index
            yield svg.text((left + right) / 2, y, words, anchor="middle", fill=svg.INK_2)


def _spread(placed: Placed, styles: dict[str, GroupStyle]) -> Iterator[str]:
    if placed.oval:
        box = placed.oval
        yield svg.element(
            "rect",
            x=box.left,
            y=box.top,
            width=box.right - box.left,
            height=box.bottom - box.top,
            rx=min(11.0, (box.right - box.left) / 2),
            fill="#9FB4C7",
            fill_opacity=0.34,
            stroke=svg.INK_2,
            stroke_width=1.1,
            stroke_dasharray="4 2.5" if placed.point.split else None,
        )
    if placed.groups:
        boxes = [box for _, box in placed.groups]
        y = (boxes[0].top + boxes[0].bottom) / 2
        yield svg.line(min(b.left for b in boxes) + 5, y, max(b.right for b in boxes) - 5, y, width=1.1)
    for group, box in placed.groups:
        yield shape(styles[group.name], (box.left + box.right) / 2, (box.top + box.bottom) / 2, 4.2)


def _disc(placed: Placed) -> Iterator[str]:
    x, y = placed.centre
    yield svg.element("circle", cx=x, cy=y, r=8.0, fill=svg.INK, stroke=svg.PAPER, stroke_width=1.0)
    yield svg.text(
        x, y + 3.1, str(placed.point.number), size=8.6, weight=700, anchor="middle", fill=svg.PAPER
    )


def _label(placed: Placed) -> Iterator[str]:
    box, last = placed.label, len(placed.lines) - 1
    x = {"start": box.left + 1, "end": box.right - 1, "middle": (box.left + box.right) / 2}[placed.anchor]
    for index, words in enumerate(placed.lines):
        note = index == last
        y = box.top + TITLE + (TITLE + 1.5) * index - (0.6 if note else 0)
        fill = svg.INK_2 if note else svg.INK
        yield svg.text(
            x,
            y,
            words,
            size=NOTE if note else TITLE,
            weight=400 if note else 600,
            anchor=placed.anchor,
            fill=fill,
        )


def _axis_title(layout: MatrixLayout, horizon: str, say: Say) -> Markup:
    words = say(N_("Likelihood by %s")) % horizon
    x = (layout.plot.left + layout.plot.right) / 2
    return svg.text(x, layout.plot.bottom + 28, words, size=9, weight=600, anchor="middle")
