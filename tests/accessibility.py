"""What axe finds on a page, with the rules of WCAG 2.2 that it leaves off unless asked; one way for every browser test."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# A disabled fieldset takes its controls out of the way of the keyboard, and nothing else in it: a part that scrolls
# keeps its place there. axe takes it for lost, so what can be focused is asked of the browser.
_RUN = """(only) => axe.run(document, {
  resultTypes: ['violations'],
  rules: { 'target-size': { enabled: true } },
  ...(only && { runOnly: only }),
}).then((found) => found.violations.flatMap((rule) => rule.nodes
  .filter((node) => !(rule.id === 'scrollable-region-focusable' && reached(document.querySelector(node.target[0]))))
  .map((node) => [rule.id, node.html.slice(0, 160)])));
function reached(element) { element.focus(); return document.activeElement === element; }"""


def violations(page: Any, only: Collection[str] | None = None) -> list[list[str]]:
    """Return rule and element of everything axe finds on a page of Playwright; ``only`` names the rules to look for."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN, sorted(only) if only else None)
