"""The facilitator's pages in a browser: icons beside their titles, buttons apart from links, points told once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from copkit_delphi.elicitation import questions
from copkit_delphi.installation import Installation
from tests import factories as f

pytestmark = pytest.mark.browser

# Entries whose icon does not stand at the first line of its title.
BELOW = """() => [...document.querySelectorAll('li p.row')].filter((row) => row.checkVisibility()).filter((row) => {
  const icon = row.querySelector('svg').getBoundingClientRect();
  const title = row.querySelector('b').getClientRects()[0];
  return title.top > icon.bottom || title.left < icon.right;
}).map((row) => row.textContent.trim().slice(0, 40))"""


@pytest.fixture
def opened(
    app: Flask, browser: Any, site: str, lead: tuple[str, str], sign_in: Callable[[str], Any]
) -> Callable[[str, int], Any]:
    app.config["WTF_CSRF_ENABLED"] = False
    cookie = sign_in(lead[1]).get_cookie("session")
    app.config["WTF_CSRF_ENABLED"] = True

    def go(path: str, width: int) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
        page = context.new_page()
        page.goto(site + path)
        return page

    return go


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_ready_stands_beside_its_icon(
    opened: Any, place: Installation, lead: tuple[str, str], width: int
) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, lead[0]).id
    page = opened(f"/studies/{study}/readiness", width)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.locator("li p.row").count() > 60
    assert page.evaluate(BELOW) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_ending_stands_apart_from_the_link_above_it(
    opened: Any, place: Installation, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, lead[0], end=False).id
    page = opened(f"/studies/{study}", 1280)
    box = page.locator(".verdict")
    link, button = (
        box.get_by_role("link", name="What the advice rests on"),
        box.get_by_role("link", name="End the study"),
    )
    above, below = link.bounding_box(), button.bounding_box()
    assert below["y"] - above["y"] - above["height"] >= 12


def test_a_point_without_words_is_told_once(opened: Any, place: Installation, lead: tuple[str, str]) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, lead[0])
        ends = {"points": "5", "lowest": "1", "anchors": "Not at all\nFully"}
        asking = questions.Asking("ordinal", "How ready are we?", ends)
        questions.add(session, study_id=study.id, asking=asking)
        study_id = study.id
    page = opened(f"/studies/{study_id}/preview/1", 390)
    group = page.get_by_role("group", name="How ready are we?")
    tiles = [re.sub(r"\s+", " ", text.strip()) for text in group.locator(".tiles label").all_inner_texts()]
    assert tiles[:5] == ["1 Not at all", "2", "3", "4", "5 Fully"]


@pytest.mark.parametrize("legend", ["Groups that must be heard", "How long data are kept"])
def test_a_heading_of_the_rules_stands_apart_from_the_line_above(
    opened: Any, place: Installation, lead: tuple[str, str], legend: str
) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, lead[0]).id
    page = opened(f"/studies/{study}/set-up/rules", 1280)
    group = page.get_by_role("group", name=legend)
    assert group.evaluate("e => e.offsetTop - e.previousElementSibling.offsetTop - e.previousElementSibling.offsetHeight") >= 16  # fmt: skip
