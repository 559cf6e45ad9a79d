"""Round 0 in a browser: people propose, the facilitator makes scenarios of it, authors see what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journey.steps import ABOUT, GROUPS, enter, press, sees, take_part, tick
from tests.journey.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

NAMES = ("Eva", "Emil", "Ines", "Omar", "Pia")
THREATS = (
    "Forged voices",
    "Voices made by machines",
    "Drones over stadiums",
    "Deep fakes in court",
    "Nothing new",
)


def mail(name: str) -> str:
    return f"{name.lower()}@panel.example"


def ask(world: World, page: Any) -> str:
    """Describe a study, put five people on its panel and open round 0; return its path."""
    page.get_by_role("link", name="Make a new study").click()
    page.get_by_label("Title of the study").fill("A Delphi that begins with the panel")
    for label, text in ABOUT.items():
        page.get_by_label(label, exact=False).first.fill(text)
    press(page, "Make the draft study")
    study = page.url.removeprefix(world.site).rpartition("/set-up")[0]
    for row, (name, sector, target) in enumerate(GROUPS):
        page.locator(f"#rows-{row}-name").fill(name)
        page.locator(f"#rows-{row}-kind").select_option(sector)
        page.locator(f"#rows-{row}-target").fill(target)
    press(page, "Save and continue")
    page.goto(f"{study}/set-up/panel")
    page.get_by_label("Add people").fill("\n".join(f"{one} Expert; {mail(one)}; Industry" for one in NAMES))
    press(page, "Put them on the list")
    page.get_by_role("link", name="Round 0").click()
    page.get_by_label("What you ask the panel").fill("Which threats should we look at?")
    page.get_by_label("Deadline (UTC)").fill("2026-11-16T16:00")
    press(page, "Open round 0 and invite the panel")
    sees(page, "Round 0 is open.")
    return study


def propose(world: World, name: str, threat: str) -> Any:
    page = take_part(world, world.links(mail(name))[-1])
    sees(page, "Which threats should we look at?")
    page.get_by_role("link", name="Propose a threat").click()
    page.get_by_label("The threat in one line").fill(threat)
    page.get_by_label("A statement that can come true").fill("By 31 December 2028 it is seen in Europe.")
    press(page, "Keep this proposal")
    sees(page, "Your proposal is kept")
    press(page, "I am done with round 0")
    return page


def test_what_five_people_propose_becomes_questions(world: World) -> None:
    lead = world.signed_in(world.add("Fatima Facilitator", "facilitator"))
    study = ask(world, lead)
    world.tick()
    for name, threat in zip(NAMES, THREATS, strict=True):
        propose(world, name, threat)
    lead.goto(f"{study}/round-0")
    assert lead.locator("tr", has_text="Eva Expert").get_by_text("Done").is_visible()
    assert not re.search("|".join(THREATS), lead.locator("main").inner_text())
    press(lead, "Close round 0 now")
    make_one_of_two(lead)
    leave_one_out(lead)
    lead.goto(f"{study}/set-up")
    sees(lead, "2 proposals of the panel are undecided.")
    lead.goto(f"{study}/set-up/scenarios")
    sees(lead, "A forged voice is used in an emergency call.")
    eva = enter(world, world.links(mail("Eva"))[-1])
    eva.goto("/panel")
    eva.get_by_role("link", name="What became of my proposals").click()
    sees(eva, "It went into: Forged voices in calls")
    pia = enter(world, world.links(mail("Pia"))[-1])
    pia.goto("/panel/proposals")
    sees(pia, "It was left out: Known for years.")


def make_one_of_two(lead: Any) -> None:
    for threat in THREATS[:2]:
        tick(lead, "input[name=proposal]", lead.locator("li.panel", has_text=threat))
    lead.get_by_label("They go into").select_option("new")
    lead.get_by_label("Title of the scenario").fill("Forged voices in calls")
    press(lead, "Put them there")
    sees(lead, "A scenario needs a title and a statement that says that the threat happens.")
    lead.get_by_label("Its statement").fill("A forged voice is used in an emergency call.")
    press(lead, "Put them there")
    sees(lead, "Forged voices in calls: 2 proposals")


def leave_one_out(lead: Any) -> None:
    tick(lead, "input[name=proposal]", lead.locator("li.panel", has_text=THREATS[-1]))
    lead.get_by_label("Why nothing is made of it").fill("Known for years.")
    press(lead, "Leave them out")
    sees(lead, "Known for years.")
