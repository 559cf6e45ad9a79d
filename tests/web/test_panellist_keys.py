"""A round by keyboard alone with the focus seen at every stop, and the same pages with scripts off."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from copkit_delphi.domain.protocol import Protocol as StudyProtocol
from tests import accessibility
from tests.web import panel

pytestmark = pytest.mark.browser

FOCUS = """() => {
  const focused = document.activeElement;
  const drawn = [focused, focused.closest('label')].filter(Boolean);
  const ring = drawn.some((e) => getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none');
  const box = drawn.at(-1).getBoundingClientRect();
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const free = drawn.some((e) => e.contains(over) || over?.contains(e));
  return { id: focused.id, name: focused.name ?? '', text: focused.textContent.trim(), ring, free };
}"""


def tab_to(page: Any, *, name: str = "", text: str = "") -> None:
    """Press Tab until the control has the focus; every stop on the way must be seen."""
    for _ in range(90):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop["ring"], stop
        assert stop["free"], stop
        if (name and stop["name"] == name) or (text and stop["text"].startswith(text)):
            return
    pytest.fail(f"Tab never reached {name or text}")


def press_on(page: Any, text: str) -> None:
    """Go to a button or link by Tab and press it."""
    tab_to(page, text=text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_round_by_keyboard_alone(app: Flask, place, site: str, browser: Any) -> None:
    study = panel.started(place, scenarios=("S02", "S04", "S13"), dimensions=("economic", "rights"), sizes={})
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(10_000)
    page.goto(site + panel.link(place, study))
    press_on(page, "Continue")
    page.wait_for_url("**/panel")
    tab_to(page, name="agree")
    page.keyboard.press("Space")
    tab_to(page, name="quoting")
    page.keyboard.press("Space")
    press_on(page, "Agree and go on")
    press_on(page, "Start with scenario 1")
    for position in (1, 2, 3):
        page.wait_for_url(f"**/panel/{position}")
        tab_to(page, name="likelihood")
        page.keyboard.type("60")
        page.keyboard.press("ArrowUp")
        for field in ("impact_economic", "impact_rights"):
            tab_to(page, name=field)
            page.keyboard.press("Space")
            page.keyboard.press("ArrowRight")
        tab_to(page, name="confidence")
        page.keyboard.press("Space")
        tab_to(page, name="reason")
        page.keyboard.type("By keyboard.")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    page.wait_for_url("**/panel/review")
    assert page.get_by_text("Every question is answered.").is_visible()
    press_on(page, "I am done with round 1")
    page.wait_for_url("**/panel/done")
    stored = panel.values(place)
    assert len(stored) == 12
    assert {stored[f"{name}.likelihood"] for name in ("S02", "S04", "S13")} == {61.0}
    assert {stored[f"{name}.impact.rights"] for name in ("S02", "S04", "S13")} == {1.0}


def test_number_cannot_judge_and_track_record_keep_out_of_each_others_way(
    app: Flask, place, site: str, browser: Any
) -> None:
    protocol = StudyProtocol(dimensions=("rights",), ask_track_record=True)
    study = panel.started(place, rounds=2, protocol=protocol)
    page = browser.new_context(viewport={"width": 1280, "height": 844}).new_page()
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.goto(site + "/panel/1", wait_until="networkidle")
    number, cannot = page.locator("#likelihood"), page.locator("#likelihood_cannot")
    button = page.locator(".actions [data-save-button]")
    assert button.inner_text() == "Keep 80% and continue"
    page.locator("summary", has_text="kept from round 1").click()
    page.locator("#track_record").fill("15")
    assert button.inner_text() == "Keep 80% and continue"
    cannot.check()
    assert (number.input_value(), button.inner_text()) == ("", "Save and continue")
    number.fill("30")
    assert not cannot.is_checked()
    assert page.locator("#track_record").input_value() == "15"


def test_answer_revise_and_finish_with_scripts_off(app: Flask, place, site: str, browser: Any) -> None:
    study = panel.started(place, rounds=2)
    page = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    page.set_default_timeout(10_000)
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/panel/1")  # she agreed in round 1: the link opens at the next open question
    page.locator("[data-slider]").wait_for(state="hidden")
    page.get_by_role("link", name="Overview").click()
    assert page.locator("#moved ul").first.evaluate("(one) => getComputedStyle(one).listStyleType") == "none"
    page.locator(".steps a").first.click()
    page.locator("#likelihood").fill("70")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/panel/2")
    page.locator(".steps a").first.click()
    assert page.locator("[data-word]").first.inner_text() == "Likely (53 to 77%)"
    assert page.locator("[data-band].on").count() == 1
    assert page.locator(".yard .now").is_visible()
    page.set_viewport_size({"width": 1280, "height": 844})
    assert page.get_by_text("Keyboard: arrow keys").is_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".steps a").nth(1).click()
    page.get_by_role("button", name="Keep 80% and continue").click()
    page.wait_for_url("**/panel/review")
    page.get_by_role("button", name="I am done with round 2").click()
    page.wait_for_url("**/panel/done")
    stored = panel.values(place)
    assert (stored["S02.likelihood"], stored["S13.likelihood"], stored["S13.confidence"]) == (70.0, 80.0, 2.0)


def test_pages_have_no_accessibility_finding_and_no_sideways_scroll(
    app: Flask, place, site: str, browser: Any
) -> None:
    study = panel.started(place, rounds=2)
    path = panel.link(place, study)
    found = []
    for width in (320, 1280):
        page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        page.goto(site + path)
        page.get_by_role("button", name="Continue").click()
        for where in ("/panel", "/panel/1", "/panel/review", "/panel/done", "/panel/results", "/", "/help",
                      "/privacy", "/accessibility", "/sign-in"):  # fmt: skip
            page.goto(site + where, wait_until="networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults = accessibility.violations(page)
            if faults or wide > width:
                found.append((width, where, faults, wide))
    assert found == []
