"""The pin: one set of figures on a track, as a table cell or beside a question shows it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import written
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import Scale
from copkit_delphi.reporting import svg
from copkit_delphi.reporting.axis import Axis
from copkit_delphi.reporting.marks import GroupStyle, shape
from copkit_delphi.reporting.phrases import NOT_SHOWN, Say, as_written, describe

OWN = GroupStyle("diamond", svg.OWN)


def pin(
    figures: Figures,
    scale: Scale,
    *,
    width: float = 190,
    height: float = 16,
    own: float | None = None,
    unit: str = "%",
    say: Say = as_written,
) -> Markup:
    """Return one set of figures on a track: 5 to 95 line, middle half, median, each only where it is given.

    ``own`` is the reader's own earlier answer, shown to nobody else. Figures that are not shown at all
    return a sentence in the place of the chart.
    """
    if not figures.shown and own is None:
        return not_shown(say)
    axis = Axis(scale, 5, width - 10, unit)
    middle = height / 2
    parts = [*track(axis, middle), *spread(axis, figures, middle, height), *own_mark(axis, own, 0, height)]
    return svg.picture(width, height, title(figures, own, unit, say), parts, css="pin")


def not_shown(say: Say = as_written) -> Markup:
    """Return the sentence that stands in the place of a chart."""
    return Markup('<span class="not-shown">{}</span>').format(say(NOT_SHOWN))


def title(figures: Figures, own: float | None, unit: str, say: Say) -> str:
    """Return a pin's figures in words."""
    words = describe(figures, unit, say)
    return words if own is None else f"{words}; {own_words(own, unit, say)}"


def own_words(own: float, unit: str, say: Say) -> str:
    """Return "You 80%"."""
    return say(N_("You %s")) % written(own, unit)


def track(axis: Axis, y: float) -> Iterator[str]:
    """Yield the pale track with white gaps at the borders of the words."""
    yield svg.rect(axis.left, y - 1, axis.width, 2, fill=svg.LINE)
    for border in axis.borders():
        yield svg.rect(axis.at(border) - 1.2, y - 1.5, 2.4, 3, fill=svg.PAPER)


def spread(axis: Axis, figures: Figures, y: float, height: float) -> Iterator[str]:
    """Yield line, bar and tick of what is shown."""
    if figures.p05 is not None and figures.p95 is not None:
        yield svg.line(axis.at(figures.p05), y, axis.at(figures.p95), y, width=1.4)
    if figures.q1 is not None and figures.q3 is not None:
        left, right = bar(axis, figures.q1, figures.q3)
        yield svg.rect(left, y - 4, right - left, 8, fill=svg.IQR)
    if figures.median is not None:
        x = axis.at(figures.median)
        yield svg.rect(x - 2.5, y - height / 2, 5, height, fill=svg.PAPER)
        yield svg.rect(x - 1.3, y - height / 2 + 0.8, 2.6, height - 1.6, fill=svg.INK)


def bar(axis: Axis, q1: float, q3: float, least: float = 3.0) -> tuple[float, float]:
    """Return both ends of a middle half in px, at least ``least`` px apart so that it is seen."""
    left, right = axis.at(q1), axis.at(q3)
    lack = max(0.0, least - (right - left)) / 2
    return left - lack, right + lack


def own_mark(axis: Axis, own: float | None, top: float, bottom: float) -> Iterator[str]:
    """Yield the hollow purple diamond on its dashed line."""
    if own is None:
        return
    x = axis.at(own)
    yield svg.line(x, top, x, bottom, stroke=svg.OWN, width=1.2, stroke_dasharray="3 2")
    yield shape(OWN, x, (top + bottom) / 2, 3.6, hollow=True)
