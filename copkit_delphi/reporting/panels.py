"""The distribution of one item: panel columns, one row a group, the round before dashed and hollow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.results import Column, Figures, GroupFigures, ItemResult
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.marks import GroupStyle, group_styles, shape
from copkit_delphi.reporting.phrases import (
    EVERYBODY,
    GROUP_NOT_SHOWN,
    GROUP_ROW,
    Say,
    as_written,
    describe,
    unit_of,
)
from copkit_delphi.reporting.pins import bar, not_shown, own_mark, own_words, spread, track

COLUMNS, COMPACT_COLUMNS = 44.0, 27.0
ROW, COMPACT_ROW = 18.0, 14.5
LABEL = 100.0
SYMBOL = 18.0
FIGURE = 62.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One distribution being drawn: the item, the round before where given, and where things stand."""

    item: ItemResult
    before: ItemResult | None
    axis: Axis
    own: float | None
    compact: bool
    labels: bool
    say: Say

    @property
    def row(self) -> float:
        """Return the height of a group's row."""
        return COMPACT_ROW if self.compact else ROW

    @property
    def top(self) -> float:
        """Return the height of the panel's own row: columns where they are shown, else a pin."""
        columns = COMPACT_COLUMNS if self.compact else COLUMNS
        return columns if self.item.panel.columns else ROW + 4

    @property
    def base(self) -> float:
        """Return the y of the axis line below the groups."""
        return self.top + 6 + self.row * len(self.item.groups) + (8 if self.own is not None else 0)


def group_before(before: ItemResult | None, group: GroupFigures) -> Figures | None:
    """Return a group's figures of the round before where they are shown."""
    rows = before.groups if before else ()
    return next((row.figures for row in rows if row.name == group.name and row.figures.shown), None)


def distribution(
    item: ItemResult,
    *,
    before: ItemResult | None = None,
    own: float | None = None,
    width: float = 330,
    compact: bool = False,
    labels: bool = True,
    styles: dict[str, GroupStyle] | None = None,
    say: Say = as_written,
) -> Markup:
    """Return the distribution of ``item``; ``before`` is the same item one round earlier.

    Columns, middle halves and medians appear only where the snapshot gives them. ``own`` is the
    reader's own earlier answer, ``compact`` lowers columns and rows. Without ``labels`` groups show their symbols only,
    for a page that names them beside. Nothing shown at all returns a sentence in the place of the chart.
    """
    if not item.panel.shown:
        return not_shown(say)
    left = LABEL if labels else SYMBOL
    axis = Axis(item.scale, left, width - left - FIGURE, unit_of(item.kind))
    panel = Panel(item, before if before and before.panel.shown else None, axis, own, compact, labels, say)
    drawn = styles or group_styles((group.name, group.kind) for group in item.groups)
    parts = [*axis.grid(0, panel.base), *_panel_row(panel), *_groups(panel, drawn), *_frame(panel)]
    said = title(item, panel.before, axis.unit, say, own)
    return svg.picture(width, panel.base + 16, said, parts, css="distribution")


def title(item: ItemResult, before: ItemResult | None, unit: str, say: Say, own: float | None = None) -> str:
    """Return the figures of a distribution in words."""
    clauses = [f"{say(EVERYBODY)}: {describe(item.panel, unit, say)}"]
    clauses += [
        f"{group.name}: {describe(group.figures, unit, say, hidden=GROUP_NOT_SHOWN)}" for group in item.groups
    ]
    if before:
        clauses.append(f"{say(N_('Round before'))}: {describe(before.panel, unit, say)}")
    if own is not None:
        clauses.append(own_words(own, unit, say))
    return "; ".join(clauses)


def _panel_row(panel: Panel) -> Iterator[str]:
    y = panel.top - 6 if panel.item.panel.columns else panel.top / 2
    if panel.labels:
        yield svg.text(0, y + 3, panel.say(EVERYBODY), size=8.5, weight=600)
    yield from _figure(panel, panel.item.panel, panel.before.panel if panel.before else None, y)
    if panel.item.panel.columns:
        earlier = panel.before.panel.columns if panel.before else None
        yield from columns(panel.axis, panel.item.panel.columns, earlier or (), panel.top, panel.top - 10)
        return
    yield from track(panel.axis, y)
    yield from spread(panel.axis, panel.item.panel, y, 14)


def _edges(axis: Axis, column: Column) -> tuple[float, float]:
    return axis.at(column.low - axis.margin), axis.at(column.high + axis.margin)


def _density(axis: Axis, drawn: tuple[Column, ...]) -> list[float]:
    """Return the share of ratings per px, so that merged columns keep their area."""
    whole = sum(column.count for column in drawn) or 1
    spans = [_edges(axis, column) for column in drawn]
    return [
        column.count / whole / max(right - left, 1)
        for column, (left, right) in zip(drawn, spans, strict=True)
    ]


def columns(
    axis: Axis,
    drawn: tuple[Column, ...],
    earlier: tuple[Column, ...],
    top: float,
    room: float,
    size: float = 7,
) -> Iterator[str]:
    """Yield columns at most ``room`` px high that stand at ``top``, with their counts; dashed the ``earlier`` ones."""
    now, then = _density(axis, drawn), _density(axis, earlier)
    tallest = max([*now, *then, 1e-9])
    for column, share in zip(drawn, now, strict=True):
        left, right = _edges(axis, column)
        height = room * share / tallest
        yield svg.rect(left + 0.4, top - height, max(right - left - 0.8, 1), height, fill=svg.BAR)
        if column.count:
            yield svg.text(
                (left + right) / 2,
                top - height - 1.8,
                str(column.count),
                size=size,
                anchor="middle",
                fill=svg.INK_3,
            )
    yield from _outline(axis, earlier, [room * share / tallest for share in then], top)
    yield svg.line(axis.left, top, axis.right, top, stroke=svg.INK_3, width=0.8)


def _outline(axis: Axis, drawn: tuple[Column, ...], heights: list[float], base: float) -> Iterator[str]:
    if not drawn:
        return
    steps = [f"M{svg.number(_edges(axis, drawn[0])[0])} {svg.number(base)}"]
    for column, height in zip(drawn, heights, strict=True):
        steps.append(f"V{svg.number(base - height)} H{svg.number(_edges(axis, column)[1])}")
    path = " ".join([*steps, f"V{svg.number(base)}"])
    yield svg.element("path", d=path, fill="none", stroke=svg.INK, stroke_width=0.9, stroke_dasharray="2 2")


def _groups(panel: Panel, styles: dict[str, GroupStyle]) -> Iterator[str]:
    for index, group in enumerate(panel.item.groups):
        y = panel.top + 6 + panel.row * (index + 0.5)
        style = styles[group.name]
        yield shape(style, 5, y, 3.6)
        if panel.labels:
            yield svg.text(13, y + 3, svg.shortened(group.name, LABEL - 18, 8.5), size=8.5)
        if not group.figures.shown:
            yield svg.text(panel.axis.left + 4, y + 3, panel.say(GROUP_ROW), size=8, fill=svg.INK_3)
            continue
        earlier = group_before(panel.before, group)
        yield from group_row(panel.axis, style, group.figures, earlier, y)
        yield from _figure(panel, group.figures, earlier, y)


def group_row(axis: Axis, style: GroupStyle, now: Figures, then: Figures | None, y: float) -> Iterator[str]:
    """Yield middle half and median of a group; dashed and hollow those of the round before."""
    if then and then.q1 is not None and then.q3 is not None:
        left, right = bar(axis, then.q1, then.q3)
        dashed = {"stroke": svg.INK_3, "stroke_width": 0.9, "stroke_dasharray": "2 2"}
        yield svg.rect(left, y - 6, right - left, 12, fill="none", **dashed)
    if now.q1 is not None and now.q3 is not None:
        left, right = bar(axis, now.q1, now.q3)
        yield svg.rect(left, y - 3, right - left, 6, fill=style.colour, fill_opacity=0.38)
    if now.median is None:
        return
    if then and then.median is not None and then.median != now.median:
        yield svg.line(axis.at(then.median), y, axis.at(now.median), y, stroke=style.colour, width=1.4)
        yield shape(style, axis.at(then.median), y, 3.8, hollow=True)
    yield shape(style, axis.at(now.median), y, 4.2)


def _figure(panel: Panel, now: Figures, then: Figures | None, y: float) -> Iterator[str]:
    return moved(panel.axis, now, then, panel.axis.right + FIGURE, y)


def moved(
    axis: Axis, now: Figures, then: Figures | None, right: float, y: float, size: float = 8.5
) -> Iterator[str]:
    """Yield the medians that end at ``right``: "70 (arrow) 73%", one figure where nothing moved."""
    if now.median is None:
        return
    written, base = axis.write(now.median), y + 0.35 * size
    yield svg.text(right, base, written, size=size, weight=600, anchor="end")
    if then is None or then.median is None or then.median == now.median:
        return
    tip = right - svg.text_width(written, size, 600) - 4
    yield svg.line(tip - 9, y, tip, y, stroke=svg.INK_2)
    yield svg.element("path", d=f"M{tip - 3:.2f} {y - 2.5:.2f} l3 2.5 l-3 2.5", fill="none", stroke=svg.INK_2)
    yield svg.text(tip - 12, base, plain(then.median), size=size, anchor="end", fill=svg.INK_2)


def _frame(panel: Panel) -> Iterator[str]:
    """Yield the panel's median through all rows, the own answer and the axis."""
    axis = panel.axis
    if panel.item.panel.median is not None and panel.item.panel.columns:
        x = axis.at(panel.item.panel.median)
        yield svg.line(x, panel.top - 2, x, panel.base, width=1.2)
    yield from own_mark(axis, panel.own, 2, panel.base)
    if panel.own is not None:
        words = own_words(panel.own, axis.unit, panel.say)
        yield svg.text(
            axis.right + FIGURE, panel.base, words, size=8.5, weight=600, anchor="end", fill=svg.OWN
        )
    yield from axis.figures(panel.base, size=7.5)
