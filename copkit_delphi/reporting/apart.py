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

WIDTH, LABEL, BAR = 330.0, 100.0, 22.0
ROW = 15.0
_HATCH = "1.5 3"


def gap_axis(item: ItemResult, say: Say = as_written) -> Markup:
    """Return the median of each group that is shown as its shape on one axis, and how far the furthest lie apart."""
    shown = [group for group in item.groups if group.figures.median is not None]
    if len(shown) < 2:
        return not_shown(say)
    axis = Axis(item.scale, 6, WIDTH - 12, unit_of(item.kind))
    medians = sorted((group.figures.median or 0.0, group.name) for group in shown)
    low, high = medians[0][0], medians[-1][0]
    base = 24 + ROW * len(shown)
    parts = [
        *axis.grid(20, base),
        *_bracket(axis, low, high, say),
        *_panel_line(axis, item, base),
        *axis.figures(base),
    ]
    styles = group_styles((group.name, group.kind) for group in item.groups)
    for place, (median, name) in enumerate(medians):
        y = 24 + ROW * (place + 0.5)
        parts += [
            *track(axis, y),
            shape(styles[name], axis.at(median), y, 4.6),
            *_name(axis, name, median, y),
        ]
    words = "; ".join(f"{name}: {axis.write(median)}" for median, name in medians)
    title = f"{words}; {_apart(axis, high - low, say)}"
    return svg.picture(WIDTH, base + 16, title, parts, css="distribution")


def _apart(axis: Axis, distance: float, say: Say) -> str:
    del axis
    return say(N_("furthest medians %s apart")) % plain(distance)


def _bracket(axis: Axis, low: float, high: float, say: Say) -> Iterator[str]:
    left, right = axis.at(low), axis.at(high)
    yield svg.element(
        "path", d=f"M{left:.1f} 18 V12 H{right:.1f} V18", fill="none", stroke=svg.INK, stroke_width=1.2
    )
    words = say(N_("%s apart")) % plain(high - low)
    half = svg.text_width(words, 9, 600) / 2
    x = min(max((left + right) / 2, half), WIDTH - half)
    yield svg.text(x, 8.5, words, size=9, weight=600, anchor="middle")


def _panel_line(axis: Axis, item: ItemResult, base: float) -> Iterator[str]:
    if item.panel.median is not None:
        x = axis.at(item.panel.median)
        yield svg.line(x, 20, x, base, width=1.4)


def _name(axis: Axis, name: str, median: float, y: float) -> Iterator[str]:
    x = axis.at(median)
    room = max(x - 14, WIDTH - x - 14)
    words = svg.shortened(f"{name}, {axis.write(median)}", room, 8.5)
    left = x > WIDTH / 2
    width = svg.text_width(words, 8.5) + 4
    start = x - 9 - width if left else x + 9
    yield svg.rect(start, y - 6, width, 12, fill=svg.PAPER)
    yield svg.text(
        start + (width - 2 if left else 2), y + 3, words, size=8.5, anchor="end" if left else "start"
    )


def kept_bars(attrition: Attrition, share: float, say: Say = as_written) -> Markup:
    """Return one bar a group: the share who answered again where it is shown, else the part of the bar it lies in."""
    rows = attrition.groups
    parts = [part for place, row in enumerate(rows) for part in _kept(row, share, place * BAR, say)]
    goal = LABEL + 6 + (WIDTH - LABEL - 96) * share
    parts.append(svg.line(goal, 0, goal, BAR * len(rows), width=2.2))
    title = "; ".join(f"{row.name}: {kept_words(row, share, say)}" for row in rows)
    return svg.picture(WIDTH, BAR * len(rows) + 2, title, parts, css="distribution")


def kept_words(row: Kept, share: float, say: Say = as_written) -> str:
    """Return how many of a group answered again, as figures or against the share that was asked for."""
    if row.before is not None and row.again is not None:
        return say(N_("%(again)s of %(before)s")) % {"again": row.again, "before": row.before}
    if row.enough is None:
        return say(N_("not shown"))
    words = N_("at least %(share)s%%") if row.enough else N_("less than %(share)s%%")
    return say(words) % {"share": plain(round(share * 100, 6))}


def _kept(row: Kept, share: float, top: float, say: Say) -> Iterator[str]:
    left, whole, y = LABEL + 6, WIDTH - LABEL - 96, top + BAR / 2
    yield shape(SHAPES.get(row.kind, SHAPES["bar"]), 5, y, 3.6)
    yield svg.text(13, y + 3, svg.shortened(row.name, LABEL - 14, 8.5), size=8.5)
    yield svg.rect(left, y - 6, whole, 12, fill=svg.PAPER, stroke=svg.INK_3, stroke_width=0.8)
    yield svg.text(left + whole + 8, y + 3, kept_words(row, share, say), size=8.5, weight=600)
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


def wish_axis(wishes: Wishes, say: Say = as_written) -> Markup:
    """Return the coefficient of likelihood and desirability on its axis from -1 to 1; empty where it is not shown."""
    if wishes.rho is None:
        return Markup("")
    left, whole = 10.0, WIDTH - 20

    def at(rho: float) -> float:
        return left + whole * (rho + 1) / 2

    parts = [svg.line(left, 16, left + whole, 16, stroke=svg.INK_3)]
    for tick in (-1.0, -0.3, 0.0, 0.3, 1.0):
        parts += [
            svg.line(at(tick), 12, at(tick), 20, stroke=svg.INK_3),
            svg.text(at(tick), 30, plain(tick), size=8, anchor="middle", fill=svg.INK_3),
        ]
    parts.append(svg.rect(at(wishes.rho) - 2, 6, 4, 20, fill=svg.INK))
    title = say(N_("rank correlation of likelihood and desirability %s")) % plain(wishes.rho)
    return svg.picture(WIDTH, 34, title, parts, css="distribution")
