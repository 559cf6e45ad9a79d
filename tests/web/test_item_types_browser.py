"""The registry walked in a browser: every kind answered by hand, with scripts and without, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from copkit_delphi.elicitation.item_types import authored
from copkit_delphi.elicitation.ratings import give_consent
from tests import accessibility, own_questions
from tests.web import panel
from tests.web.test_item_types import STORED, stored

pytestmark = pytest.mark.browser


def _percent(page: Any) -> None:
    page.get_by_label("Lowest plausible").fill("40")
    page.get_by_label("Highest plausible").fill("75")
    page.locator("#q1").fill("60")


def _tile(name: str, value: str) -> Callable[[Any], None]:
    return lambda page: page.locator(f"input[name={name}][value='{value}']").check()


def _both(page: Any) -> None:
    _tile("q3_desirability", "4")(page)
    _tile("q3_feasibility", "2")(page)


def _ranks(page: Any) -> None:
    for option, place in (("q5_1", "2"), ("q5_2", "1"), ("q5_3", "4"), ("q5_4", "3")):
        page.locator(f"#{option}").select_option(place)


def _checks(page: Any) -> None:
    page.get_by_label("Harden devices").and_(page.locator("input[type=checkbox]")).check()
    page.get_by_label("Share reports").and_(page.locator("input[type=checkbox]")).check()


ACTS: dict[str, Callable[[Any], None]] = {
    "probability": _percent,
    "ordinal": _tile("q2", "5"),
    "desirability": _both,
    "expertise": _tile("q4", "3"),
    "ranking": _ranks,
    "single": _tile("q6", "2"),
    "multiple": _checks,
    "text": lambda page: page.locator("#q8").fill("We did not ask who pays.\nNobody does."),
}


def _opened(browser: Any, site: str, place: Any, study: Any, **options: Any) -> Any:
    with place.database.writing() as session:
        give_consent(session, panellist_id=panel.real(session, study)[0].id, version="t", quoting="no")
    context = browser.new_context(viewport={"width": 390, "height": 844}, **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{site}/panel/2")
    return page


@pytest.mark.parametrize("scripted", [True, False], ids=["with scripts", "without"])
def test_every_kind_is_answered_by_hand_on_a_phone(
    browser: Any, site: str, app: Flask, place: Any, scripted: bool
) -> None:
    assert set(ACTS) == {one.kind for one in authored()}  # a new kind says here how it is answered
    study = own_questions.started(place)
    page = _opened(browser, site, place, study, java_script_enabled=scripted)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for act in ACTS.values():
        act(page)
    if scripted:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert accessibility.violations(page) == []
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/panel/review")
    assert stored(place, "P01") == STORED
    assert said == []
    page.context.close()


def test_ranks_move_by_buttons_and_cannot_judge_takes_them_back(
    browser: Any, site: str, app: Flask, place: Any
) -> None:
    page = _opened(browser, site, place, own_questions.started(place))
    places = page.locator("[data-place]")
    page.get_by_role("button", name="Move up: Train officers").click()
    assert [places.nth(n).input_value() for n in range(4)] == ["2", "1", "3", "4"]
    page.get_by_role("button", name="Move down: Train officers").press("Enter")
    assert [places.nth(n).input_value() for n in range(4)] == ["1", "2", "3", "4"]
    assert page.locator("[data-ranks-spoken]").inner_text() == "Train officers: place 2"
    page.locator("#q5_cannot").check()
    assert [places.nth(n).input_value() for n in range(4)] == ["", "", "", ""]
    page.get_by_role("button", name="Move up: Wait").click()
    assert not page.locator("#q5_cannot").is_checked()
    page.locator("#q7-0").check()
    page.locator("#q7_cannot").check()
    assert not page.locator("#q7-0").is_checked()
    _percent(page)
    page.locator("#q1_cannot").check()
    assert page.locator("#q1_low").input_value() == ""
    page.context.close()
