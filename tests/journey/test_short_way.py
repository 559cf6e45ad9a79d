"""From an empty install to invitations sent, for somebody in a hurry: eight scenarios, thirty people, few pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journey.steps import ABOUT, GROUPS, press, sees, tick
from tests.journey.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

SCENARIOS = ("S02", "S04", "S06", "S12", "S13", "S14", "S15", "S17")
MOST_LOADS = 12
PEOPLE = "\n".join(
    f"Person {number:02}; person{number:02}@panel.example; {GROUPS[number % 3][0]}" for number in range(30)
)


def describe(page: Any) -> None:
    page.get_by_label("Title of the study").fill("A Delphi on technology threats")
    for label, text in ABOUT.items():
        page.get_by_label(label, exact=False).first.fill(text)
    press(page, "Make the draft study")


def name_groups(page: Any) -> None:
    for row, (name, sector, target) in enumerate(GROUPS):
        page.locator(f"#rows-{row}-name").fill(name)
        page.locator(f"#rows-{row}-kind").select_option(sector)
        page.locator(f"#rows-{row}-target").fill(target)
    press(page, "Save and continue")


def take_scenarios(page: Any) -> None:
    for name in SCENARIOS:
        tick(page, f"#take-{name}")
    press(page, "Take all that are ticked")
    sees(page, "8 more in the study.")


def paste_people(page: Any) -> None:
    page.locator("a[href$='/set-up/panel']").first.click()
    page.get_by_label("Add people").fill(PEOPLE)
    press(page, "Put them on the list")


def test_eight_scenarios_and_thirty_people_in_twelve_page_loads(world: World) -> None:
    lead = world.add("Fatima Facilitator", "facilitator")
    page, loads = world.page(), []
    page.on("load", lambda shown: loads.append(shown.url))
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(lead[0])
    page.get_by_label("Password").fill(lead[1])
    press(page, "Sign in")
    page.get_by_role("link", name="Make a new study").click()
    describe(page)
    name_groups(page)
    take_scenarios(page)
    paste_people(page)
    page.get_by_role("link", name="Continue to the check").click()
    page.get_by_label("Deadline (UTC)").fill("2026-11-16T16:00")
    press(page, "Lock the set-up and open round 1")
    sees(page, "Round 1 is open.")
    page.wait_for_load_state("load")
    assert len(loads) <= MOST_LOADS, loads
    world.tick()
    assert len(world.links("person00@panel.example")) == 1
    assert len(list((world.data / "outbox").glob("*.eml"))) == len(PEOPLE.splitlines())
