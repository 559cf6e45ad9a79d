"""The pages as people meet them: narrow, enlarged, without script, with assistive technology, under the strict policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import accessibility

pytestmark = pytest.mark.browser

PAGES = ("/blank", "/revise", "/gallery")
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter((e) => e.checkVisibility() && !e.matches('.skip') && getComputedStyle(e).opacity !== '0')
  .filter((e) => e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)
  .map((e) => e.outerHTML.slice(0, 120))"""
MOVES = """() => [...document.querySelectorAll('*')].map((e) => getComputedStyle(e))
  .filter((s) => parseFloat(s.transitionDuration) || s.animationName !== 'none' || s.scrollBehavior === 'smooth')
  .map((s) => s.transitionProperty)"""
OUTSIDE = """() => [...document.querySelectorAll('.panel .btn')].filter((e) => e.checkVisibility())
  .filter((e) => e.getBoundingClientRect().right > e.closest('.panel').getBoundingClientRect().right)
  .map((e) => e.textContent)"""
GROUND = "e => getComputedStyle(e).backgroundColor"
WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_automatic_accessibility_rules_find_nothing(
    open_page: Callable[..., Any], path: str, width: int
) -> None:
    page = open_page(path, width)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert accessibility.violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_and_no_target_is_tiny(open_page: Callable[..., Any], path: str) -> None:
    page = open_page(path, 320)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate(WIDTH) <= 320
    assert page.evaluate(SMALL_TARGETS) == []
    page.set_viewport_size({"width": 640, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(WIDTH) <= 640
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDTH) <= 390


def test_right_to_left_mirrors_the_page_but_not_the_scale(open_page: Callable[..., Any]) -> None:
    page = open_page("/answered", 390)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(WIDTH) <= 390
    assert page.locator(".brand").bounding_box()["x"] > page.locator(".bar nav").bounding_box()["x"]
    bands = page.locator("[data-band] rect")
    assert bands.nth(0).bounding_box()["x"] < bands.nth(6).bounding_box()["x"]


@pytest.mark.parametrize("width", [390, 900, 960, 1280])
def test_no_button_leaves_its_panel(open_page: Callable[..., Any], width: int) -> None:
    page = open_page("/revise", width)
    page.locator("[data-save-button]").evaluate(
        "e => { e.textContent = '80 % beibehalten und dann weiter'; }"
    )
    assert page.evaluate(OUTSIDE) == []


def test_nothing_moves_for_whoever_wants_no_motion(open_page: Callable[..., Any]) -> None:
    page = open_page("/answered", 390, reduced_motion="reduce")
    assert page.evaluate(MOVES) == []
    assert open_page("/answered", 390, reduced_motion="no-preference").evaluate(MOVES) != []


def test_with_forced_colours_what_is_chosen_and_focused_still_shows(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank", 390, forced_colors="active")
    tiles = page.locator(".tiles").first.locator("label")
    tiles.nth(1).click()
    chosen, other = (tiles.nth(place).evaluate(GROUND) for place in (1, 2))
    assert chosen != other
    page.locator("#likelihood").focus()
    assert page.locator("#likelihood").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_refused_answers_are_listed_first_and_lead_to_their_fields(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank")
    page.get_by_role("button", name="Save and continue").click()
    page.locator("[data-errors]:focus").wait_for()
    assert page.title().startswith("Error:")
    links = page.locator("[data-errors] a")
    assert links.all_inner_texts()[0] == "Give a number from 1 to 99"
    for number, field in enumerate(("likelihood", "society-0", "rights-0", "confidence-0")):
        links.nth(number).click()
        assert page.evaluate("document.activeElement.id") == field
    box = page.locator("#likelihood")
    assert box.get_attribute("aria-invalid") == "true"
    assert "likelihood-error" in box.get_attribute("aria-describedby")


def test_everything_can_be_answered_without_scripts(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank", 390, java_script_enabled=False)
    assert page.locator("[data-slider]").is_hidden()
    assert page.get_by_role("button", name="5 more").is_hidden()
    page.get_by_label("Likelihood in percent").fill("30")
    page.get_by_role("radiogroup", name="Fundamental rights").get_by_label("2").check(force=True)
    page.get_by_role("button", name="Save and continue").click()
    assert page.get_by_label("Likelihood in percent").input_value() == "30"
    assert page.locator("#rights-2").is_checked()
    assert page.locator("[data-errors] li").count() == 2


def test_ctrl_enter_saves(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank")
    page.get_by_label("Likelihood in percent").fill("30")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/save")
    assert page.get_by_label("Likelihood in percent").input_value() == "30"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 422, 429, 500, 503])
def test_every_refusal_says_what_to_do(app: Flask, status: int) -> None:
    app.testing = False
    answer = app.test_client().get(f"/refused/{status}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "Help and contact" in answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    assert answer.text.count("<h1>") == 1
