"""The distribution of one item for a screen: every name above its row, in words of 12 px on the narrowest phone."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from copkit_delphi.domain.results import ItemResult
from copkit_delphi.reporting import panels, svg
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.marks import group_styles, shape
from copkit_delphi.reporting.phrases import EVERYBODY, GROUP_ROW, Say, as_written, unit_of
from copkit_delphi.reporting.pins import not_shown, own_mark, own_words, spread, track

WIDTH, SIDE = 290.0, 14.0  # the narrowest box: a question of the panel on a phone of 390 px
WORDS, FIGURE = 12.4, 9.0
HEAD, COLUMNS, PIN, ROW, OWN_ROW = 18.0, 56.0, 18.0, 36.0, 18.0
_MEDIANS = 92.0  # room of "70 (arrow) 73%" beside a name


def on_screen(
    item: ItemResult,
    *,
    before: ItemResult | None = None,
    own: float | None = None,
    say: Say = as_written,
) -> Markup:
    """Return the distribution of ``item``; ``before`` is the same item one round earlier, ``own`` the reader's answer."""
    if not item.panel.shown:
        return not_shown(say)
    then = before if before and before.panel.shown else None
    axis = Axis(item.scale, SIDE, WIDTH - 2 * SIDE, unit_of(item.kind))
    top = HEAD + (COLUMNS if item.panel.columns else PIN)
    base = top + 8 + ROW * len(item.groups)
    foot = base if own is None else base + OWN_ROW
    parts = [
        *axis.grid(HEAD, base),
        *_panel(axis, item, then, (top, base), say),
        *_groups(axis, item, then, top + 8, say),
        *_own(axis, own, (HEAD, base), say),
        *axis.figures(foot, size=FIGURE, edge=WIDTH),
    ]
    said = panels.title(item, then, axis.unit, say, own)
    return svg.picture(WIDTH, foot + FIGURE + 8, said, parts, css="distribution narrow")


def _panel(
    axis: Axis, item: ItemResult, then: ItemResult | None, ends: tuple[float, float], say: Say
) -> Iterator[str]:
    top, base = ends
    yield svg.text(0, 12, say(EVERYBODY), size=WORDS, weight=600)
    yield from panels.moved(axis, item.panel, then.panel if then else None, WIDTH, 8, WORDS)
    if not item.panel.columns:
        yield from track(axis, top - PIN / 2)
        yield from spread(axis, item.panel, top - PIN / 2, 16)
        return
    earlier = then.panel.columns if then else None
    yield from panels.columns(axis, item.panel.columns, earlier or (), top, COLUMNS - 12, FIGURE)
    if item.panel.median is not None:
        x = axis.at(item.panel.median)
        yield svg.line(x, top - 2, x, base, width=1.4)


def _groups(axis: Axis, item: ItemResult, then: ItemResult | None, top: float, say: Say) -> Iterator[str]:
    styles = group_styles((group.name, group.kind) for group in item.groups)
    for place, group in enumerate(item.groups):
        y = top + ROW * place
        yield svg.rect(0, y + 1, WIDTH, 16, fill=svg.PAPER)
        yield shape(styles[group.name], 5, y + 9, 4.2)
        name = svg.shortened(group.name, WIDTH - 16 - _MEDIANS, WORDS)
        yield svg.text(14, y + 13, name, size=WORDS)
        if not group.figures.shown:
            yield svg.text(14, y + 29, say(GROUP_ROW), size=WORDS, fill=svg.INK_3)
            continue
        earlier = panels.group_before(then, group)
        yield from panels.moved(axis, group.figures, earlier, WIDTH, y + 9, WORDS)
        yield from panels.group_row(axis, styles[group.name], group.figures, earlier, y + 26)


def _own(axis: Axis, own: float | None, ends: tuple[float, float], say: Say) -> Iterator[str]:
    if own is None:
        return
    top, base = ends
    yield from own_mark(axis, own, top, base)
    words = own_words(own, axis.unit, say)
    yield svg.text(WIDTH, base + 13, words, size=WORDS, weight=600, anchor="end", fill=svg.OWN)
