"""A civil-society "stop" holds a brief back until it is answered, met by a measure and signed off; then the brief is
released, confirmed by its reader, and retracted. Each role acts in a browser, from an empty install, on one clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journey import ethics, steps
from tests.journey.crowd import Quick
from tests.journey.office import Office
from tests.journey.pdf import check_pdf
from tests.journey.steps import press, sees, tick
from tests.journey.world import World

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(560)]

OFFICE = {
    "facilitator": ("Fatima Facilitator", "Example Institute"),
    "analyst": ("Anna Analyst", "Example Institute"),
    "ethics_reviewer": ("Erik Ethics", "Example University"),
    "dpo": ("Dora Dataprotection", "Example Police"),
    "owner": ("Otto Owner", "Example Police"),
    "reader": ("Rita Reader", "Example Ministry"),
}
EVERYWHERE = ("facilitator", "reader")
IN_STUDY = ("analyst", "ethics_reviewer", "dpo", "owner")
GROUPS = ("Law enforcement", "Industry", "Civil society")
EACH = 6
CLARA = "clara@panel.example"
STOP = "Does the text give detail that would help someone commit the offence"
REPLY = "Names of suppliers and settings are out of the text. What is left is needed for the decision."
CLEARED = "I read the text again with two readers from outside. No steps and no settings are left in it."
ADVICE = " Each measure can be stopped again, and nobody is judged by a machine."
RETRACTED = "A count on page 2 was wrong. A corrected version follows."
TELLING = (CLARA, "Clara", "one panellist", "1 panellist", "one answer of", "Civil society raised")


@dataclass
class Story:
    """What the story has come to."""

    world: World
    office: Office
    people: dict[str, str]
    study: str = ""
    brief: str = ""
    panel: dict[str, Quick] = field(default_factory=dict)

    def enter(self, role: str, path: str = "") -> Any:
        """Sign in anew, as after days, and open a page of the study."""
        page = self.office.enter(self.people[role])
        if path:
            page.goto(self.study + path)
        return page

    def addresses(self) -> list[str]:
        """Return the addresses of the panel but for Clara."""
        return [f"p{number}@panel.example" for number in range(1, EACH * len(GROUPS))]


@pytest.mark.parametrize("world", ["required"], indirect=True)
def test_a_stop_of_civil_society_holds_a_brief_back(world: World) -> None:
    story = open_the_house(world)
    rate_the_threats(story)
    say_stop(story)
    write_and_be_refused(story)
    answer_the_stop(story)
    clear_the_stop(story)
    sign_and_release(story)
    read_and_confirm(story)
    retract(story)
    check_what_is_left(story)


def open_the_house(world: World) -> Story:
    """The first administrator is made on the command line; everybody else gets a mail and chooses a password."""
    office = Office(world)
    admin = office.open()
    people = {
        role: office.invite(admin, name, organisation=organisation, role=role if role in EVERYWHERE else "")
        for role, (name, organisation) in OFFICE.items()
    }
    admin.goto("/admin/accounts")
    return Story(world, office, people)


def rate_the_threats(story: Story) -> None:
    """One round of threats: three groups of people, of whom one is followed in her browser."""
    world, lead = story.world, story.enter("facilitator")
    groups = [group for group in GROUPS for _ in range(EACH)][:-1]
    lines = [
        f"Person {number}; {address}; {group}"
        for number, (address, group) in enumerate(zip(story.addresses(), groups, strict=True), 1)
    ]
    everybody = "\n".join([f"Clara Civil; {CLARA}; Civil society", *lines])
    story.study = steps.make_a_study(world, lead, everybody, kind="real", deadline="2026-11-09T16:00")
    world.tick()
    clara = steps.take_part(world, world.links(CLARA)[-1])
    steps.answer_by_typing(clara)
    for number, address in enumerate(story.addresses(), 1):
        story.panel[address] = one = Quick.entered(world.app, number, world.links(address)[-1])
        one.agree()
        one.rate(len(steps.SCENARIOS), level=2)
    lead.goto(story.study)
    sees(lead, "6 of 6 done")
    steps.close_round(lead, story.study, 1)
    steps.moderate(lead)


def say_stop(story: Story) -> None:
    """The ethics round goes to everybody; Clara answers one question with yes, and the round closes."""
    world, lead = story.world, story.enter("facilitator", "/ethics/round")
    lead.get_by_role("link", name="Open the ethics round").click()
    lead.get_by_label("Deadline (UTC)").fill("2026-11-12T16:00")
    press(lead, "Open the ethics round and invite the panel")
    world.tick()
    clara = steps.enter(world, world.links(CLARA)[-1])
    clara.get_by_role("link", name="Start with question 1").click()
    for _ in range(10):
        weigh(clara)
    press(clara, "I am done with the ethics round")
    for number, address in enumerate(story.addresses(), 1):
        one = Quick.entered(world.app, number, world.links(address)[-1])
        one.weigh()
    lead.goto(f"{story.study}/ethics/round")
    assert "top flag" not in lead.locator("main").inner_text()  # nothing is told while the round is open
    lead.goto(f"{story.study}/ethics/round/close")
    press(lead, "Close the ethics round now")


def weigh(page: Any) -> None:
    """Answer one ethics question by hand: calmly, but for the one on detail that would help offenders."""
    if page.locator("input[name=answer]").count():
        answer = "yes" if page.get_by_role("heading", name=STOP).count() else "none"
        tick(page, f"input[name=answer][value={answer}]")
    else:
        for part in ("gravity", "reach", "irreversibility", "likelihood"):
            tick(page, f"input[name={part}][value='2']")
        tick(page, "input[name=burden][value=general]")
        tick(page, "input[name=confidence][value='2']")
    press(page, "Save and continue")


def write_and_be_refused(story: Story) -> None:
    """Written, levelled and assessed, the brief still cannot be released: a stop flag is raised, nobody reads whose."""
    lead = story.enter("facilitator")
    steps.give_roles(lead, story.study, {role: story.people[role] for role in IN_STUDY})
    steps.end(lead, story.study)
    analyst = story.enter("analyst")
    steps.write_brief(analyst, story.study, more=ADVICE)
    steps.complete_plans(analyst, story.study)
    set_levels(story, analyst)
    ethics.assess(story.enter("ethics_reviewer"), story.study, measured=False)
    analyst.goto(f"{story.study}/brief")
    sees(analyst, "A stop flag is raised")
    story.world.stop(analyst, "held-back")
    analyst.goto(f"{story.study}/brief/release")
    sees(analyst, "A stop flag is raised")
    assert not analyst.get_by_role("button", name="Release brief and annex").is_visible()
    for path in ("/brief", "/brief/release", "/ethics", "/ethics/flags", "/ethics/results", "/audit"):
        for page in (analyst, lead):
            page.goto(story.study + path)
            shown = page.locator("body").inner_text()
            assert [words for words in TELLING if words in shown] == [], path


def set_levels(story: Story, analyst: Any) -> None:
    """The analyst sets the level of each scenario in her own name, with a reason and an end."""
    analyst.goto(f"{story.study}/levels")
    for number in range(len(steps.SCENARIOS)):
        panel = analyst.locator("section.panel").nth(number)
        panel.locator("summary", has_text="Set the level").click()
        tick(analyst, "input[name$='-level'][value='2']", panel)
        tick(analyst, "input[name$='-changed'][value=judgement]", panel)
        panel.get_by_label("Reason, in one line").fill("The panel finds it likely, and the harm serious.")
        panel.get_by_label("Stands until").fill("2027-04-30")
        with analyst.expect_navigation():
            panel.get_by_role("button", name="Set this level in my name").click()
    sees(analyst, "The level is set.")


def answer_the_stop(story: Story) -> None:
    """The gate leads to the flag; the analyst replies, and puts a measure with owner and date against the risk."""
    analyst = story.enter("analyst", "/brief")
    analyst.get_by_role("link", name="Flags").first.click()
    sees(analyst, STOP)
    fill_in_and_send(analyst, REPLY)
    sees(analyst, "The reply is stored.")
    assert not analyst.get_by_role("button", name="Clear the flag").count()  # who replied does not clear
    story.world.stop(analyst, "flag-answered")
    analyst.get_by_role("link", name=f"Add a measure {ethics.HIGH_RISK}").first.click()
    assert analyst.locator("#against").input_value() == ethics.HIGH_RISK
    analyst.get_by_label("Measure of the catalogue").select_option("M06")
    analyst.get_by_label("As it is done here").fill("Cases are counted without names.")
    analyst.get_by_label("Owner").fill("Example Police")
    analyst.get_by_label("Due").fill("2027-03-31")
    press(analyst, "Save the measure")
    sees(analyst, "The measure stands in the register.")


def fill_in_and_send(page: Any, text: str) -> None:
    """Write into the only box of the stop flag, and press its button."""
    flag = page.get_by_role("region", name=STOP)
    flag.get_by_role("textbox").fill(text)
    with page.expect_navigation():
        flag.get_by_role("button").click()


def clear_the_stop(story: Story) -> None:
    """The reviewer, and nobody else, clears the flag with a reason that is printed."""
    reviewer = story.enter("ethics_reviewer", "/ethics/flags")
    sees(reviewer, REPLY)
    fill_in_and_send(reviewer, CLEARED)
    sees(reviewer, "The flag is cleared")


def sign_and_release(story: Story) -> None:
    """Reviewer, data protection officer and owner sign; after ten working days the brief goes to its reader."""
    analyst = story.enter("analyst", "/brief")
    press(analyst, "Send for signature")
    for role in ("ethics_reviewer", "dpo", "owner"):
        steps.sign(story.enter(role), story.study)
    analyst.goto(f"{story.study}/brief/release")
    sees(analyst, "The window of ten working days is still open.")
    assert not analyst.get_by_role("button", name="Release brief and annex").is_visible()
    story.world.clock.forward(days=16)
    analyst = story.enter("analyst", "/brief/release")
    sees(analyst, "All nine gates are open")
    steps.name_recipient(analyst, "Rita Reader", "Example Ministry")
    press(analyst, "Release brief and annex")
    sees(analyst, "Released. Those you named are told by mail.")
    story.world.tick()


def read_and_confirm(story: Story) -> None:
    """The mail says nothing; behind the sign-in the reader reads, downloads and confirms, and it is seen."""
    world = story.world
    mail = world.mails(story.people["reader"])[-1]
    assert "A document for you" in mail
    assert steps.TITLE not in mail
    assert "TLP" not in mail
    path = next(word for word in mail.split() if "/briefs/" in word).removeprefix(world.site)
    story.brief = path.removesuffix("/for-you")
    nobody = world.page()
    assert nobody.request.get(story.brief).status == 404  # to the public it does not exist
    reader = story.enter("reader")
    reader.goto(path)
    sees(reader, "Prepare schools")
    world.stop(reader, "brief-to-confirm")
    for kind, most in (("brief", 6), ("annex", 40)):
        content = reader.request.get(f"{story.brief}/{kind}.pdf").body()
        check_pdf(content, most=most, on_every_page=("TLP:AMBER",), nowhere=("Clara", "panel.example"))
    reader.get_by_label("Reply", exact=False).fill("We take it to the round of ministers.")
    press(reader, "I have read this")
    sees(reader, "You confirmed on")
    analyst = story.enter("analyst", "/brief")
    analyst.get_by_role("link", name="Recipients").first.click()
    sees(analyst, "1 of 1 have acknowledged")
    sees(analyst, "We take it to the round of ministers.")


def retract(story: Story) -> None:
    """A retraction has a reason; the reader is told, finds the tombstone, and the documents are gone."""
    world, analyst = story.world, story.enter("analyst", "/brief")
    analyst.get_by_role("link", name="Recipients").first.click()
    analyst.get_by_role("link", name="Retract the brief").click()
    analyst.get_by_label("Reason").fill(RETRACTED)
    press(analyst, "Retract the brief")
    sees(analyst, "The brief is retracted.")
    world.tick()
    assert "A document was retracted" in world.mails(story.people["reader"])[-1]
    reader = story.enter("reader")
    reader.goto(story.brief)
    sees(reader, RETRACTED)
    world.stop(reader, "tombstone")
    assert not reader.get_by_text("Prepare schools").count()
    for kind in ("brief", "annex"):
        assert reader.request.get(f"{story.brief}/{kind}.pdf").status == 410
    press(reader, "I have seen that it was retracted")


def check_what_is_left(story: Story) -> None:
    """The public saw nothing at any time; the audit tells it all in words, without a name, and its chain holds."""
    nobody = story.world.page()
    nobody.goto("/briefs")
    sees(nobody, "No brief is public yet.")
    assert nobody.request.get(story.brief).status == 404
    reviewer = story.enter("ethics_reviewer", "/audit")
    told = reviewer.locator("main").inner_text()
    for words in ("Ethics flag replied to", "Ethics flag cleared", "Brief released", "Brief retracted"):
        assert words in told
    assert [words for words in TELLING if words in told] == []
    verified = story.world.command("audit", "verify")
    assert verified.exit_code == 0, verified.output
