"""Three rounds in a browser: what is settled is carried forward, what is open is asked again, and the advice ends it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journey import steps
from tests.journey.steps import press, sees
from tests.journey.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

EVA = "eva@panel.example"
SETTLED = "Online recruitment of minors"
REWORDED = "Poisoned software supply"
NEW = "By 31 December 2028, a national authority has named an AI coding assistant as the cause of an outage."
WHY = "A report of November may change how people see the third threat."


def test_three_rounds_carry_open_items_and_end_on_the_stop_advice(world: World) -> None:
    account = world.add("Fatima Facilitator", "facilitator")
    lead = world.signed_in(account)
    study = steps.make_a_study(world, lead, f"Eva Expert; {EVA}; Industry", carry="open")
    world.tick()
    steps.answer_by_typing(steps.take_part(world, world.links(EVA)[-1]))
    finish(lead, study, 1)
    lead = another_round(world, account, study, 2, "2026-11-23T16:00")
    eva = steps.enter(world, world.links(EVA)[-1])
    eva.goto("/panel")
    sees(eva, "0 of 3 scenarios answered.")
    finish(lead, study, 2)
    lead = world.signed_in(account)
    hold_a_third_round_against_the_advice(lead, study)
    lead = another_round(world, account, study, 3, "2026-11-30T16:00")
    only_what_is_open_is_asked(world)
    finish(lead, study, 3)
    end_as_advised(lead, study)


def finish(lead: Any, study: str, number: int) -> None:
    lead.goto(study)
    lead.get_by_role("button", name="Let the synthetic panel answer").click()
    steps.close_round(lead, study, number)
    steps.moderate(lead)


def another_round(world: World, account: tuple[str, str], study: str, number: int, deadline: str) -> Any:
    """Open the next round a week later, with what the rule proposes to ask."""
    world.clock.forward(days=7)
    lead = world.signed_in(account)
    steps.open_next(lead, study, deadline, number=number)
    world.tick()
    return lead


def hold_a_third_round_against_the_advice(lead: Any, study: str) -> None:
    """The advice after round 2 is to end: the next round waits until somebody has said why."""
    lead.goto(f"{study}/rounds/next")
    sees(lead, "The advice is to end the study. Say here why another round is held, then open it.")
    press(lead, "Hold another round")
    sees(lead, "Give a reason for deciding against the advice.")
    lead.get_by_label("Reason").fill(WHY)
    press(lead, "Hold another round")
    lead.goto(f"{study}/rounds")
    lead.get_by_role("link", name=f"Change the words {REWORDED}").click()
    lead.locator("textarea[name=statement]").fill(NEW)
    lead.get_by_label("Why", exact=False).first.fill("The old words could be read in two ways.")
    press(lead, "Make a new version")
    lead.goto(f"{study}/rounds/next")
    settled = lead.locator("fieldset", has_text=SETTLED)
    assert settled.get_by_text("Consensus, settled").first.is_visible()
    assert settled.locator("input:checked").count() == 0
    assert lead.locator("fieldset", has_text=REWORDED).get_by_label(NEW).is_checked()


def only_what_is_open_is_asked(world: World) -> None:
    eva = steps.enter(world, world.links(EVA)[-1])
    eva.goto("/panel")
    assert not eva.get_by_text("0 of 3 scenarios answered.").count()
    sees(eva, f"Settled in round 2: {SETTLED}")
    eva.goto("/panel/3", wait_until="networkidle")
    sees(eva, NEW)
    sees(eva, "The old words could be read in two ways.")


def end_as_advised(lead: Any, study: str) -> None:
    lead.goto(f"{study}/results")
    shown = lead.locator("main").inner_text()
    assert re.search(r"from round 2", shown)
    lead.goto(f"{study}/end")
    sees(lead, "The rule says: end the study")
    assert not lead.locator("textarea[name=reason]").count()
    press(lead, "End the study now")
    sees(lead, "The study has ended.")
    lead.goto(f"{study}/deciding/3")
    log = lead.locator("main").inner_text()
    assert WHY in log
    assert "decided against it" in log
