"""Ten scenarios by keyboard alone and by touch on a phone; how many actions one of them asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from copkit_delphi.library import shipped as library
from tests import factories
from tests.web import panel
from tests.web.test_panellist_keys import press_on, tab_to

TEN = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10")
THREE = ("physical", "economic", "rights")
MOST = 6
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def _ten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lend a statement to the entries of the library that have none yet."""
    found, lent = library.scenario, library.scenario("S02").statement

    def scenario(name: str) -> Any:
        entry = found(name)
        return entry if entry.statement else replace(entry, statement=lent)

    monkeypatch.setattr(factories.library, "scenario", scenario)


def arrived(app: Flask, place: Any, site: str, browser: Any, **options: Any) -> Any:
    """Return a page at the first of ten scenarios."""
    study = panel.started(place, scenarios=TEN, dimensions=THREE, sizes={})
    with place.database.writing() as session:
        ann = panel.real(session, study)[0]
        panel.give_consent(session, panellist_id=ann.id, version="t", quoting="no")
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(60_000)
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.goto(site + "/panel/1", wait_until="networkidle")
    return page


def finished(page: Any, place: Any, value: float) -> None:
    page.wait_for_url("**/panel/done")
    assert page.get_by_text("50 answers of round 1 are stored").is_visible()
    stored = panel.values(place)
    assert {stored[f"{name}.likelihood"] for name in TEN} == {value}
    assert len(stored) == 50


def test_one_scenario_with_three_dimensions_asks_for_six_actions_at_most(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place, dimensions=THREE, sizes={}))
    page = client.get("/panel/1").get_data(as_text=True)
    form = page[page.index('id="answers"') :].partition("</form>")[0]
    numbers = set(re.findall(r'<input type="text"[^>]*name="(\w+)"', form))
    choices = set(re.findall(r'<input[^>]*name="(\w+)"[^>]*type="radio"', form))
    assert numbers == {"likelihood"}
    assert choices == {"confidence", *(f"impact_{name}" for name in THREE)}
    assert len(numbers | choices) + form.count("data-save-button") <= MOST
    assert "required" not in re.sub(r"<p.*?</p>", "", form)


@pytest.mark.long
@pytest.mark.browser
def test_ten_scenarios_by_keyboard_alone(app: Flask, place: Any, site: str, browser: Any) -> None:
    page = arrived(app, place, site, browser, viewport={"width": 1280, "height": 800})
    for position in range(1, 11):
        page.wait_for_url(f"**/panel/{position}", wait_until="networkidle")
        tab_to(page, name="likelihood")
        page.keyboard.type("61")
        for name in THREE:
            tab_to(page, name=f"impact_{name}")
            page.keyboard.press("Space")
        tab_to(page, name="confidence")
        page.keyboard.press("Space")
        page.keyboard.press("Control+Enter")
    page.wait_for_url("**/panel/review", wait_until="networkidle")
    press_on(page, "I am done with round 1")
    finished(page, place, 61.0)


@pytest.mark.long
@pytest.mark.browser
def test_ten_scenarios_by_touch_without_a_drag_a_zoom_or_a_sideways_scroll(
    app: Flask, place: Any, site: str, browser: Any
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = arrived(app, place, site, browser, **phone)
    for position in range(1, 11):
        page.wait_for_url(f"**/panel/{position}", wait_until="networkidle")
        assert not page.evaluate(SIDEWAYS)
        assert page.evaluate("visualViewport.scale") == 1
        for _ in range(3):
            page.get_by_role("button", name="5 more").tap()
        for name in THREE:
            page.locator(f"label[for=impact_{name}-2]").tap()
        page.locator("label[for=confidence-1]").tap()
        page.locator("[data-save-button]").tap()
    page.wait_for_url("**/panel/review", wait_until="networkidle")
    page.get_by_role("button", name="I am done with round 1").tap()
    finished(page, place, 65.0)
