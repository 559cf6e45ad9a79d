"""What the panel said, as a table on a narrow screen: nothing is cut, and what is withheld is said once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests import own_questions
from tests.web import panel
from tests.web.test_panellist_revision import SMALL

pytestmark = pytest.mark.browser

CUT = "all => all.filter((box) => box.scrollWidth > box.clientWidth + 1).length"
NOT_SHOWN = "Not shown: too few answers, here or in another group"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_tables_of_figures_fit_the_screen_and_say_once_what_is_withheld(
    browser: Any, site: str, app: Flask, place: Any, width: int
) -> None:
    study = own_questions.started(place, rounds=2, sizes=SMALL)
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    for path in ("1", "results"):
        page.goto(f"{site}/panel/{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        tables = page.locator(".table-scroll")
        assert tables.count() > 1
        assert tables.evaluate_all(CUT) == 0
        likelihood = page.locator("figure.dist .twin").first
        assert likelihood.get_by_text(NOT_SHOWN).count() == 1
        assert "5th to 95th percentile" in likelihood.locator("td").last.get_attribute("data-label")
