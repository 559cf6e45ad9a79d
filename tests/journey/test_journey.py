"""The whole way in a browser: an empty install, a study of two rounds, a signed brief in a reader's hands."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journey import ethics, steps
from tests.journey.pdf import check_pdf
from tests.journey.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

OFFICE = {
    "facilitator": "Fatima Facilitator",
    "analyst": "Anna Analyst",
    "ethics_reviewer": "Erik Ethics",
    "dpo": "Dora Dataprotection",
    "owner": "Otto Owner",
    "reader": "Rita Reader",
}
EVA, EMIL = "eva@panel.example", "emil@panel.example"


def test_from_an_empty_install_to_a_brief_in_a_readers_hands(world: World) -> None:
    people = open_the_office(world)
    lead = world.signed_in(people["facilitator"])
    study = steps.make_a_study(
        world, lead, f"Eva Expert; {EVA}; Industry\nEmil Expert; {EMIL}; Civil society"
    )
    eva, emil = first_round(world, lead, study)
    second_round(world, lead, study, eva, emil)
    steps.give_roles(
        lead, study, {role: people[role][0] for role in ("analyst", "ethics_reviewer", "dpo", "owner")}
    )
    write_and_assess(world, people, study)
    sign_and_release(world, people, study)
    read_it(world, people["reader"], study)


def open_the_office(world: World) -> dict[str, tuple[str, str]]:
    """Nobody can sign in before ``init``; no password is given, so none can be left as it was delivered."""
    page = world.page()
    page.goto("/")
    world.picture(page, "landing")
    assert world.command("init", "--email", "ada@office.example", "--name", "Ada", typed="\n").exit_code == 1
    typed = "a-password-of-my-own\n" * 2
    made = world.command("init", "--email", "ada@office.example", "--name", "Ada", typed=typed)
    assert "ada@office.example is administrator." in made.output
    people = {
        role: world.add(name, role if role in ("facilitator", "reader") else "none")
        for role, name in OFFICE.items()
    }
    assert len({password for _, password in people.values()}) == len(people)
    return people


def first_round(world: World, lead: Any, study: str) -> tuple[Any, Any]:
    """Two experts answer, one by clicking and one by typing; one leaves a draft; the rest is synthetic."""
    world.tick()
    eva, emil = steps.take_part(world, world.links(EVA)[-1]), steps.take_part(world, world.links(EMIL)[-1])
    steps.answer_by_clicking(eva)
    world.picture(eva, "round")
    steps.save(eva)
    eva.goto("/panel/2", wait_until="networkidle")
    eva.get_by_label("Likelihood in percent").fill("91")
    eva.get_by_text("Draft kept").first.wait_for()
    eva.goto("/panel/review")
    steps.sees(eva, "draft, not counted")
    steps.answer_by_typing(emil)
    lead.goto(study)
    lead.get_by_role("button", name="Let the synthetic panel answer").click()
    world.picture(lead, "monitor")
    assert "In progress" in lead.locator("tr", has_text="Eva Expert").inner_text()
    assert "Done" in lead.locator("tr", has_text="Emil Expert").inner_text()
    nobody_sees_a_figure(lead, study)
    steps.close_round(lead, study, 1)
    show_reasons(world, lead)
    steps.moderate(lead)
    assert (
        lead.get_by_text("The feedback is open")
        .or_(lead.get_by_text("Go on with another round"))
        .first.is_visible()
    )
    return eva, emil


def nobody_sees_a_figure(lead: Any, study: str) -> None:
    """While a round is open its facilitator sees progress and nothing else."""
    for path in ("", "/audit", "/set-up", "/rounds/1/close", "/results"):
        lead.goto(study + path)
        shown = lead.locator("main").inner_text()
        assert not re.search(r"[Mm]edian|Middle half of|73%|80%|seen early cases", shown), path
    steps.sees(lead, "No results yet")


def show_reasons(world: World, lead: Any) -> None:
    """The reasons of one item, before any of them is checked."""
    overview = lead.url
    lead.locator("#items a[href*=moderation]").first.click()
    world.picture(lead, "reasons")
    lead.goto(overview)


def show_pages(world: World, lead: Any, study: str) -> None:
    """What people look for in the documentation: the panel, the rounds, the way to a decision, the folded pages."""
    for name, path in (("panel", "panel"), ("rounds", "rounds"), ("deciding", "deciding")):
        lead.goto(f"{study}/{path}")
        world.picture(lead, name)
    lead.locator("main a[href*='/items/']").first.click()
    world.picture(lead, "deciding-item")
    lead.set_viewport_size({"width": 390, "height": 844})
    lead.locator(".parts summary").press("Enter")
    lead.locator(".parts").scroll_into_view_if_needed()
    lead.evaluate("document.querySelector('.crumbs').scrollIntoView()")
    world.picture(lead, "pages-390")
    lead.set_viewport_size({"width": 1280, "height": 900})


def second_round(world: World, lead: Any, study: str, eva: Any, emil: Any) -> None:
    """Both see the panel beside their own answer; one keeps it in one press, the other revises with a reason."""
    world.clock.forward(minutes=20)
    steps.open_next(lead, study, "2026-11-23T16:00")
    world.tick()
    emil = steps.enter(world, world.links(EMIL)[-1])
    emil.goto("/panel/1", wait_until="networkidle")
    steps.sees(emil, "What the panel said in round 1")
    steps.sees(emil, "You said 73%")
    emil.get_by_role("button", name="Keep 73% and continue").click()
    emil.wait_for_url("**/panel/2")
    eva = steps.enter(world, world.links(EVA)[-1])
    eva.goto("/panel/2", wait_until="networkidle")
    steps.sees(eva, "You did not answer this.")  # a draft never counts
    eva.goto("/panel/1", wait_until="networkidle")
    eva.get_by_label("Likelihood in percent").fill("60")
    eva.get_by_label("What is your main reason?").fill(
        "Courts are slow: few of these cases will be charged by then."
    )
    steps.sees(eva, "You are below the middle half")
    assert eva.locator(".yard").first.bounding_box()["height"] > 40  # the scale is drawn under its slider
    eva.evaluate("window.scrollTo(0, 150)")
    world.picture(eva, "feedback")
    eva.get_by_role("button", name="Save 60% and continue").click()
    eva.wait_for_url("**/panel/2")
    lead.goto(study)
    lead.get_by_role("button", name="Let the synthetic panel answer").click()
    steps.close_round(lead, study, 2)
    steps.moderate(lead)
    show_pages(world, lead, study)
    steps.end(lead, study)
    lead.goto(f"{study}/results")
    assert lead.get_by_role("heading", name="Results of round 2").is_visible()
    world.picture(lead, "results")


def write_and_assess(world: World, people: dict[str, tuple[str, str]], study: str) -> None:
    """The analyst writes from a proposal; the reviewer assesses; without either, no signature is asked."""
    analyst = world.signed_in(people["analyst"])
    steps.write_brief(analyst, study)
    steps.complete_plans(analyst, study)
    reviewer = world.signed_in(people["ethics_reviewer"])
    ethics.assess(reviewer, study)
    steps.waive(reviewer, world.signed_in(people["owner"]), study)
    analyst.goto(f"{study}/brief")
    world.picture(analyst, "workbench")
    analyst.get_by_role("button", name="Send for signature").click()
    steps.sees(analyst, "The brief is up for signature.")


def sign_and_release(world: World, people: dict[str, tuple[str, str]], study: str) -> None:
    """Signed by all who have to, the brief is released; a practice study does not wait for the dissent window."""
    for role in ("ethics_reviewer", "dpo", "owner"):
        steps.sign(world.signed_in(people[role]), study)
    analyst = world.signed_in(people["analyst"])
    analyst.goto(f"{study}/brief/release")
    steps.name_recipient(analyst, OFFICE["reader"], "Example Ministry")
    analyst.get_by_role("button", name="Release brief and annex").click()
    steps.sees(analyst, "Released. Those you named are told by mail.")


def read_it(world: World, account: tuple[str, str], study: str) -> None:
    """The reader finds the brief in the list, on its page and as PDF, and nothing of the study behind it."""
    reader = world.signed_in(account)
    reader.wait_for_url("**/briefs")
    world.picture(reader, "reader")
    reader.get_by_role("link", name=steps.TITLE).first.click()
    assert reader.get_by_role("heading", name="Bottom line").is_visible()
    steps.sees(reader, "PRACTICE STUDY")
    for kind, name in (("brief", "Read the brief"), ("annex", "Ethics annex")):
        address = reader.get_by_role("link", name=name).first.get_attribute("href")
        content = reader.request.get(address).body()
        check_pdf(
            content,
            most=6 if kind == "brief" else 40,
            on_every_page=("TLP:AMBER", "PRACTICE", "SYNTHETIC"),
            nowhere=("Eva", "Emil", "panel.example"),
        )
        world.picture_of_pdf(content, kind)
    for path in ("/studies", f"{study}/results", study):
        found = reader.request.get(path)
        assert found.status == 404 or "No study yet" in found.text()
