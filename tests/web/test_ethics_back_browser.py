"""Back in the ethics round, whose pages keep no drafts: it never ends on a browser's own page."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.web import panel
from tests.web.test_ethics_round import Asked, asked

__all__ = ["asked"]

pytestmark = pytest.mark.browser


def test_back_after_a_refused_and_mended_answer_shows_the_page(
    place: factories.Place, asked: Asked, site: str, browser: Any
) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(site + panel.link(place, asked.study))
    page.get_by_role("button", name="Continue").click()
    page.goto(site + "/panel/ethics/1", wait_until="networkidle")
    page.locator("input[name=gravity][value='2']").check(force=True)
    page.locator("[data-save-button]").click()
    page.locator("[data-errors]").wait_for()
    page.wait_for_load_state("networkidle")
    for name in ("reach", "irreversibility", "likelihood"):
        page.locator(f"input[name={name}][value='2']").check(force=True)
    page.locator("input[name=burden][value=general]").check(force=True)
    page.locator("[data-save-button]").click()
    page.wait_for_url("**/panel/ethics/2", wait_until="networkidle")
    page.go_back(wait_until="networkidle")
    page.wait_for_url("**/panel/ethics/1")
    assert page.get_by_text("Your answer is saved and counts.").is_visible()
    page.context.close()
