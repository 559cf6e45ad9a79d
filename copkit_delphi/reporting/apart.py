"""Groups against each other on one item, who stayed since the round before, and expectation against wishes."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from copkit_delphi.domain.decisions import Attrition, Kept, Wishes
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.marks import SHAPES, group_styles, shape
from copkit_delphi.reporting.phrases import Say, as_written, unit_of
from copkit_delphi.reporting.pins import not_shown, track

WIDTH, BAR = 330.0, 38.0  # drawn for a box of 326 px, which is a panel on a phone of 390
ROW, WORDS, FIGURE = 22.0, 12.4, 9.0
_TOP = 30.0  # of the rows, below the bracket
_HATCH = "1.5 3"


def gap_axis(item: ItemResult, say: Say = as_written) -> Markup:
    """Return the median of each group that is shown as its shape on one axis, and how far the furthest lie apart."""
    shown = [group for group in item.groups if group.figures.median is not None]
    if len(shown) < 2:
        return not_shown(say)
    axis = Axis(item.scale, 14, WIDTH - 28, unit_of(item.kind))
    medians = sorted((group.figures.median or 0.0, group.name) for group in shown)
    low, high = medians[0][0], medians[-1][0]
    base = _TOP + ROW * len(shown)
    parts = [
        *axis.grid(_TOP - 4, base),
        *_bracket(axis, low, high, say),
        *_panel_line(axis, item, base),
        *axis.figures(base, size=FIGURE, edge=WIDTH),
    ]
    styles = group_styles((group.name, group.kind) for group in item.groups)
    for place, (median, name) in enumerate(medians):
        y = _TOP + ROW * (place + 0.5)
        parts += [
            *track(axis, y),
            shape(styles[name], axis.at(median), y, 4.6),
            *_name(axis, name, median, y),
        ]
    words = "; ".join(f"{name}: {axis.write(median)}" for median, name in medians)
    title = f"{words}; {_apart(axis, high - low, say)}"
    return svg.picture(WIDTH, base + FIGURE + 8, title, parts, css="distribution narrow")


def _apart(axis: Axis, distance: float, say: Say) -> str:
    del axis
    return say(N_("furthest medians %s apart")) % plain(distance)


def _bracket(axis: Axis, low: float, high: float, say: Say) -> Iterator[str]:
    left, right = axis.at(low), axis.at(high)
    yield svg.element(
        "path", d=f"M{left:.1f} 24 V17 H{right:.1f} V24", fill="none", stroke=svg.INK, stroke_width=1.2
    )
    words = say(N_("%s apart")) % plain(high - low)
    half = svg.text_width(words, WORDS, 600) / 2
    x = min(max((left + right) / 2, half), WIDTH - half)
    yield svg.text(x, 12, words, size=WORDS, weight=600, anchor="middle")


def _panel_line(axis: Axis, item: ItemResult, base: float) -> Iterator[str]:
    if item.panel.median is not None:
        x = axis.at(item.panel.median)
        yield svg.line(x, _TOP - 4, x, base, width=1.4)


def _name(axis: Axis, name: str, median: float, y: float) -> Iterator[str]:
    x = axis.at(median)
    figure = f", {axis.write(median)}"
    room = max(x, WIDTH - x) - 16 - svg.text_width(figure, WORDS)
    words = svg.shortened(name, room, WORDS) + figure
    left = x > WIDTH / 2
    width = svg.text_width(words, WORDS) + 4
    start = x - 9 - width if left else x + 9
    yield svg.rect(start, y - 8, width, 16, fill=svg.PAPER)
    yield svg.text(
        start + (width - 2 if left else 2), y + 4, words, size=WORDS, anchor="end" if left else "start"
    )


def kept_bars(attrition: Attrition, share: float, say: Say = as_written) -> Markup:
    """Return one bar a group: the share who answered again where it is shown, else the part of the bar it lies in."""
    rows = attrition.groups
    parts = [part for place, row in enumerate(rows) for part in _kept(row, share, place * BAR, say)]
    title = "; ".join(f"{row.name}: {kept_words(row, share, say)}" for row in rows)
    return svg.picture(WIDTH, BAR * len(rows) + 2, title, parts, css="distribution narrow")


def kept_words(row: Kept, share: float, say: Say = as_written) -> str:
    """Return how many of a group answered again, as figures or against the share that was asked for."""
    if row.before is not None and row.again is not None:
        return say(N_("%(again)s of %(before)s")) % {"again": row.again, "before": row.before}
    if row.enough is None:
        return say(N_("not shown"))
    words = N_("at least %(share)s%%") if row.enough else N_("less than %(share)s%%")
    return say(words) % {"share": plain(round(share * 100, 6))}


def _kept(row: Kept, share: float, top: float, say: Say) -> Iterator[str]:
    left, whole, y = 1.0, WIDTH - 2, top + 26
    words = kept_words(row, share, say)
    yield shape(SHAPES.get(row.kind, SHAPES["bar"]), 5, top + 9, 4.2)
    room = WIDTH - 24 - svg.text_width(words, WORDS, 600)
    yield svg.text(14, top + 13, svg.shortened(row.name, room, WORDS), size=WORDS)
    yield svg.text(WIDTH, top + 13, words, size=WORDS, weight=600, anchor="end")
    yield svg.rect(left, y - 6, whole, 12, fill=svg.PAPER, stroke=svg.INK_3, stroke_width=0.8)
    if row.before and row.again is not None:
        yield svg.rect(left, y - 6, whole * row.again / row.before, 12, fill=svg.INK_2)
    elif row.enough is not None:  # somewhere in this part, no more is said
        start, end = (share, 1.0) if row.enough else (0.0, share)
        yield svg.line(
            left + whole * start,
            y,
            left + whole * end,
            y,
            stroke=svg.INK_2,
            width=12,
            stroke_dasharray=_HATCH,
        )
    goal = left + whole * share
    yield svg.line(goal, y - 9, goal, y + 9, stroke=svg.PAPER, width=5)
    yield svg.line(goal, y - 9, goal, y + 9, width=2.2)


def wish_axis(wishes: Wishes, say: Say = as_written) -> Markup:
    """Return the coefficient of likelihood and desirability on its axis from -1 to 1; empty where it is not shown."""
    if wishes.rho is None:
        return Markup("")
    left, whole = 12.0, WIDTH - 24

    def at(rho: float) -> float:
        return left + whole * (rho + 1) / 2

    parts = [svg.line(left, 16, left + whole, 16, stroke=svg.INK_3)]
    for tick in (-1.0, -0.3, 0.0, 0.3, 1.0):
        parts += [
            svg.line(at(tick), 12, at(tick), 20, stroke=svg.INK_3),
            svg.text(at(tick), 30, plain(tick), size=FIGURE, anchor="middle", fill=svg.INK_3),
        ]
    parts.append(svg.rect(at(wishes.rho) - 2, 6, 4, 20, fill=svg.INK))
    title = say(N_("rank correlation of likelihood and desirability %s")) % plain(wishes.rho)
    return svg.picture(WIDTH, 34, title, parts, css="distribution narrow")
