"""What people press on the way, page by page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import expect

from tests.journey.world import World

TITLE = "Technology threats: what to prepare for"
SCENARIOS = ("S12", "S13", "S17")
ABOUT = {
    "Purpose": "To tell decision makers early what needs preparation. Never to judge a person.",
    "Commissioned by": "Example Ministry",
    "Paid by": "Example research budget",
    "Received by": "Example Ministry and parliament",
    "Ethics contact": "Example Institute, ethics@institute.example",
    "Controller of the personal data": "Example Police Innovation Office",
    "Legal basis": "Public interest and ethical consent",
    "Date the statements look ahead to": "2028-12-31",
}
GROUPS = (("Law enforcement", "lea", "12"), ("Industry", "ind", "12"), ("Civil society", "cso", "9"))
SEATS = {"Law enforcement": "12", "Industry": "11", "Civil society": "8"}
KEPT = ("economic", "services", "rights")
WAIVER = "No ethics round was part of this study. We accept that."
BOTTOM_LINE = (
    "Prepare schools, platforms and suppliers this year, before the first cases reach the courts. The panel sees all "
    "three threats coming, and expects the recruitment of minors first. Fund one shared reporting point now, and let "
    "the other two measures start when their indicators cross the threshold. Those who were asked disagree on how fast "
    "it will grow, and say why."
)
PRACTICE = " This is a practice study: the panel is synthetic and nothing here is a finding."


def press(page: Any, name: str) -> None:
    """Press a button and wait for the page after it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def sees(page: Any, text: str) -> None:
    """Fail unless the text stands on the page where people can see it."""
    expect(page.get_by_text(text).first).to_be_visible()


def tick(page: Any, selector: str, within: Any = None) -> None:
    """Choose what the browser draws as a tile or a box."""
    part = within or page
    part.locator("label").filter(has=page.locator(selector)).click()
    expect(part.locator(selector)).to_be_checked()


# The facilitator -----------------------------------------------------------------------------------------------------


def make_a_study(
    world: World,
    page: Any,
    people: str,
    *,
    kind: str = "practice",
    deadline: str = "2026-11-16T16:00",
    carry: str = "all",
) -> str:
    """Set a study up page by page and open round 1; return its path."""
    page.get_by_role("link", name="Make a new study").click()
    tick(page, f"input[name=kind][value={kind}]")
    page.get_by_label("Title of the study").fill(TITLE)
    press(page, "Make the draft study")
    study = page.url.removeprefix(world.site).rpartition("/set-up")[0]
    page.goto(f"{study}/set-up")
    sees(page, "Still missing")
    page.goto(f"{study}/set-up/about")
    for label, text in ABOUT.items():
        page.get_by_label(label, exact=False).first.fill(text)
    press(page, "Save and continue")
    page.get_by_role("link", name="Skip for now").click()
    for row, (name, sector, target) in enumerate(GROUPS):
        page.locator(f"#rows-{row}-name").fill(name)
        page.locator(f"#rows-{row}-kind").select_option(sector)
        page.locator(f"#rows-{row}-target").fill(target)
    press(page, "Save and continue")
    for name in SCENARIOS:
        with page.expect_navigation():
            page.locator("li", has_text=f"{name} ").get_by_role("button", name="Take it").click()
    world.picture(page, "building")
    page.get_by_role("link", name="Continue", exact=True).click()
    for box in page.locator("input[name=dimensions]").all():
        box.set_checked(box.get_attribute("value") in KEPT)
    tick(page, f"input[name=carry][value={carry}]")
    press(page, "Save and continue")
    page.get_by_role("link", name="Continue", exact=True).click()
    if kind == "practice":
        _seat_synthetic(page)
    _add_people(page, people)
    page.get_by_label("Deadline (UTC)").fill(deadline)
    assert not page.get_by_text("Still missing").is_visible()
    press(page, "Lock the set-up and open round 1")
    sees(page, "Round 1 is open.")
    return study


def _seat_synthetic(page: Any) -> None:
    page.get_by_role("link", name="Continue to the check").click()
    sees(page, "has fewer than 5 on the panel")
    page.go_back()
    for group, seats in SEATS.items():
        page.get_by_label(group, exact=True).fill(seats)
    press(page, "Seat the synthetic panel")


def _add_people(page: Any, people: str) -> None:
    page.get_by_label("Add people").fill(people)
    press(page, "Put them on the list")
    sees(page, people.partition(";")[0])
    page.get_by_role("link", name="Continue to the check").click()


def close_round(page: Any, study: str, number: int) -> None:
    """Close a round, with a reason where the advisor is against it."""
    page.goto(f"{study}/rounds/{number}/close")
    if page.locator("textarea[name=reason]").count():
        page.locator("textarea[name=reason]").fill("The practice ends today.")
    press(page, f"Close round {number} now")


def moderate(page: Any) -> None:
    """Read every reason of every item, set a mark in the first, let all pass and open the feedback."""
    overview = page.url
    for place, address in enumerate(
        [link.get_attribute("href") for link in page.locator("#items a[href*=moderation]").all()]
    ):
        page.goto(urljoin(overview, address))
        if not place:
            page.get_by_role("link", name="Marks and wording").first.click()
            first = page.locator("textarea[name^=redacted-]").first
            first.evaluate("(text) => { text.focus(); text.setSelectionRange(0, text.value.indexOf(' ')); }")
            page.get_by_role("button", name="identity", exact=True).click()
            press(page, "Keep")
            sees(page, "[removed: identity]")
        rest = page.get_by_role("button", name=re.compile("I have read (it|them): show"))
        if rest.count():
            rest.click()
    page.goto(overview)
    press(page, "Open the feedback to the panel")


def open_next(page: Any, study: str, deadline: str, *, number: int = 2) -> None:
    page.goto(f"{study}/rounds/next")
    page.get_by_label("Deadline (UTC)").fill(deadline)
    press(page, f"Open round {number}")


def end(page: Any, study: str) -> None:
    page.goto(f"{study}/end")
    if page.locator("textarea[name=reason]").count():
        page.locator("textarea[name=reason]").fill("Two rounds were agreed.")
    press(page, "End the study now")
    sees(page, "The study has ended.")


def give_roles(page: Any, study: str, people: dict[str, str]) -> None:
    page.goto(f"{study}/roles")
    for role, address in people.items():
        page.get_by_label("E-mail address of the account").fill(address)
        page.get_by_label("Role", exact=True).select_option(role)
        press(page, "Give the role")
    sees(page, "Data protection officer")


# The panel -----------------------------------------------------------------------------------------------------------


def enter(world: World, link: str) -> Any:
    """Open a personal link and go on."""
    page = world.page()
    page.goto(link)
    press(page, "Continue")
    return page


def take_part(world: World, link: str) -> Any:
    """Open a personal link, read and agree."""
    page = enter(world, link)
    tick(page, "input[name=agree]")
    tick(page, "input[name=quoting][value=paraphrased]")
    press(page, "Agree and go on")
    return page


def answer_by_clicking(page: Any) -> None:
    """Answer scenario 1 with mouse or finger alone, but for the reason."""
    page.goto("/panel/1", wait_until="networkidle")
    assert page.get_by_label("Likelihood in percent").input_value() == ""  # nothing is preset
    page.get_by_text("Choose by words instead").click()
    tick(page, "[data-pick][data-enters='85']")
    page.get_by_role("button", name="5 less").click()
    page.get_by_text("Choose by words instead").click()
    for dimension, level in zip(KEPT, "132", strict=True):
        tick(page, f"input[name=impact_{dimension}][value='{level}']")
    tick(page, "input[name=confidence][value='2']")
    page.get_by_label("What is your main reason?").fill(
        "I have seen early cases, and nobody counts them yet."
    )
    page.evaluate("window.scrollTo(0, 0)")


def answer_by_typing(page: Any) -> None:
    """Answer every scenario by keyboard and say so."""
    for position in (1, 2, 3):
        page.goto(f"/panel/{position}", wait_until="networkidle")
        page.get_by_label("Likelihood in percent").fill("73")
        for dimension in KEPT:
            page.locator(f"input[name=impact_{dimension}]").nth(1).focus()
            page.keyboard.press("ArrowRight")
        page.locator("input[name=confidence]").first.focus()
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    press(page, "I am done with round 1")
    sees(page, "You are done with round 1.")


def save(page: Any) -> None:
    """Save the scenario."""
    press(page, "Save and continue")


# The brief -----------------------------------------------------------------------------------------------------------


def write_brief(page: Any, study: str, *, more: str = PRACTICE) -> None:
    """Start from the proposal and write what people must write."""
    page.goto(f"{study}/brief")
    press(page, "Start a version from the results")
    assert page.get_by_label("Bottom line").input_value()  # a proposal stands there
    page.get_by_label("Line under the title").fill(
        "What the panel expects, how far it agrees, what to do first."
    )
    page.get_by_label("Bottom line").fill(BOTTOM_LINE + more)
    page.locator("#decisions-0-text").fill("Fund one reporting point that schools and platforms share.")
    page.locator("#decisions-0-owner").fill("Example Ministry")
    page.locator("#decisions-0-by").fill("2027-03-31")
    for name in SCENARIOS:
        tick(page, f"input[name=scenario-{name}-grade][value=moderate]")
        for part, text in (
            ("information", "Two sources."),
            ("rigour", "Two rounds."),
            ("volatility", "Months."),
        ):
            page.locator(f"#scenario-{name}-{part}").fill(text)
        settle = page.locator(f"textarea[name=scenario-{name}-settle]")
        if settle.count():
            settle.fill("A count that all suppliers share.")
    page.get_by_label("Review date").fill("2027-04-15")
    press(page, "Save the text")
    sees(page, "The text is saved.")


def complete_plans(page: Any, study: str) -> None:
    """Complete every indicator and recommend what can be recommended; incomplete rows would stay out."""
    page.goto(f"{study}/brief/plans")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    texts = {
        "owner": "Example Police", "baseline": "None known", "threshold": "Three a quarter", "source": "Case counts",
        "expiry": "2028-12-31", "trigger": "Threshold crossed", "stop_rule": "No case in a year",
    }  # fmt: skip
    for name, text in texts.items():
        for field in page.locator(f"form input[name$='-{name}']").all():
            field.fill(text)
    for box in page.locator("input[name$='-disconfirming']").all()[::2]:
        box.check()
    recommended = page.locator("input[name$='-recommended']")
    recommended.first.check()
    press(page, "Save indicators and actions")
    sees(page, "Indicators and actions are saved.")


def waive(reviewer: Any, owner: Any, study: str) -> None:
    """The panel was not asked: the reviewer writes why that is accepted, the owner confirms it."""
    reviewer.goto(f"{study}/ethics/waiver")
    reviewer.locator("textarea[name=reason]").fill(WAIVER)
    press(reviewer, "Write the waiver")
    owner.goto(f"{study}/ethics/waiver")
    press(owner, "Confirm the waiver as accountable owner")
    sees(owner, "The waiver is confirmed.")


def sign(page: Any, study: str) -> None:
    """Read both documents and sign them."""
    page.goto(f"{study}/brief/sign")
    page.get_by_label("I have read brief and annex").check()
    press(page, "Sign brief and annex")
    sees(page, "Your signature is stored.")


def name_recipient(page: Any, name: str, organisation: str) -> None:
    """Tick somebody on the page of the release and write the organisation down."""
    row = page.locator(".panel", has_text=name)
    row.locator("label.check").click()
    row.get_by_label("Organisation").fill(organisation)
