"""Charts as a browser renders them: words of 12 px, figures of 8 px, nothing cut, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from copkit_delphi.domain.results import Column, Figures, GroupFigures, ItemResult
from copkit_delphi.reporting.charts import CHARTS, Chart
from tests.reporting.test_charts import drawn_of

pytestmark = pytest.mark.browser

PRINTED = {"distribution"}  # its page sets it in points; screens show "on_screen"
# The box of a text is as high as its line: what is inked is the middle of it.
INK = """const ink = (text) => {
  const box = text.getBoundingClientRect(), rest = box.height * 0.22;
  return {left: box.left, right: box.right, top: box.top + rest, bottom: box.bottom - rest};
};"""
# Each text of a chart: its words, its height as rendered, and by how many px it leaves the picture.
TEXTS = (
    "() => {"
    + INK
    + """ return [...document.querySelectorAll('main svg text')].map((text) => {
  const svg = text.ownerSVGElement, box = ink(text), frame = svg.getBoundingClientRect();
  const scale = frame.width / svg.viewBox.baseVal.width;
  const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
  return [text.textContent, parseFloat(text.getAttribute('font-size')) * scale, out];
})}"""
)
OVERLAPS = (
    "() => {"
    + INK
    + """ return [...document.querySelectorAll('main svg')].flatMap((svg) => {
  const boxes = [...svg.querySelectorAll('text')].map((one) => [one.textContent, ink(one)]);
  return boxes.flatMap(([words, a], place) => boxes.slice(place + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
    .map(([other]) => `${words} on ${other}`));
})}"""
)
FIGURES = (
    ("Law enforcement authorities of the Member States", "lea", 88),
    ("Industry", "ind", 10),
    ("Civil society", "cso", 100),
)


def far_apart() -> tuple[ItemResult, ItemResult]:
    """Return a result with long names, medians at both ends and columns, and the round before."""
    base = next(item for item, _ in drawn_of(CHARTS["pin"]))
    columns = tuple(Column(low, low + 10, 3 + low // 10) for low in range(0, 100, 10))

    def round_(moved: int) -> ItemResult:
        groups = tuple(
            GroupFigures(
                name, kind, Figures(n=14, median=abs(median - moved), q1=max(0, median - 30), q3=100)
            )
            for name, kind, median in FIGURES
        )
        panel = Figures(n=40, median=88 - moved, q1=20, q3=90, p05=1, p95=99, columns=columns)
        return replace(base, panel=panel, groups=(*groups, GroupFigures("Research", "aca", Figures())))

    return round_(0), round_(7)


def shown(chart: Chart) -> list[str]:
    given = drawn_of(chart)
    return [chart.draw(*one) for one in ([*given, far_apart()] if chart.of is ItemResult else given)]


def put(page: Any, chart: Chart) -> None:
    """Show a chart as pages do: in a figure, in a box, in one of two columns."""
    boxes = "".join(
        f'<section class="panel"><figure class="dist">{one}</figure></section>' for one in shown(chart)
    )
    script = "html => { document.querySelector('main').innerHTML = html; }"
    page.evaluate(script, f'<div class="grid halves">{boxes}</div>')


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", [name for name in CHARTS if name not in PRINTED])
def test_no_text_of_a_chart_is_small_cut_or_covered(
    open_page: Callable[..., Any], name: str, width: int
) -> None:
    page = open_page("/blank", width)
    put(page, CHARTS[name])
    assert page.locator("main svg").count() >= 1
    found = page.evaluate(TEXTS)
    small = [
        (words, round(size, 1))
        for words, size, _ in found
        if size < (12 if any(letter.isalpha() for letter in words) else 8)
    ]
    assert small == []
    assert [(words, round(out, 1)) for words, _, out in found if out > 0.5] == []
    assert page.evaluate(OVERLAPS) == []
