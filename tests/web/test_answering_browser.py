"""Answering where things go wrong: no network, a session that ran out, two presses, the back button."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from copkit_delphi.elicitation.models import Draft, Panellist, Rating, Round, Study
from tests import accessibility, factories
from tests.web import panel

pytestmark = pytest.mark.browser

SLOW = 60_000  # ms


@pytest.fixture
def at_page(app: Flask, place: Any, site: str, browser: Any) -> Iterator[tuple[Any, str]]:
    """Scenario 1 of a study opened on a phone by touch, and the address of the personal link."""
    study = panel.started(place, sizes={})
    with place.database.writing() as session:
        ann = panel.real(session, study)[0]
        panel.give_consent(session, panellist_id=ann.id, version="t", quoting="no")
    link = site + panel.link(place, study)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(link)
    page.get_by_role("button", name="Continue").click()
    page.goto(site + "/panel/1", wait_until="networkidle")
    yield page, link
    context.close()


def likelihood(place: Any) -> Any:
    return panel.values(place).get("S02.likelihood")


def test_a_save_pressed_without_a_network_is_kept_and_goes_out_when_it_is_back(
    place: Any, at_page: tuple[Any, str]
) -> None:
    page, _ = at_page
    status = page.locator("[data-save-text]")
    page.context.set_offline(True)
    page.locator("#likelihood").fill("61")
    page.locator("#reason").fill("Typed on the train")
    page.wait_for_selector("[data-save][data-state=failed]")
    page.locator("[data-save-button]").click()
    page.get_by_text("will be saved when the network is back").first.wait_for()
    fits(page)
    for field in ("#likelihood", "#reason"):
        page.locator(field).scroll_into_view_if_needed()
        assert in_view(page, "[data-save-text]")
        assert in_view(page, "[data-save-button]")
    assert "aved at" not in page.locator("body").inner_text()
    assert likelihood(place) is None
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.locator("#likelihood").fill("62")
    assert "will be saved" in status.inner_text()
    page.context.set_offline(False)
    page.wait_for_url("**/panel/2")
    assert page.get_by_text("aved at").first.is_visible()
    assert likelihood(place) == 62.0


def test_what_was_typed_when_the_session_ran_out_is_saved_after_signing_in_again(
    place: Any, at_page: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, link = at_page
    page.locator("#likelihood").fill("63")
    page.locator("#reason").fill("Typed before lunch")
    page.wait_for_selector("[data-save][data-state=kept]")
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=3))
    page.locator("[data-save-button]").click()
    page.get_by_role("heading", name="Go on with what you typed").wait_for()
    assert page.locator("#typed-reason").input_value() == "Typed before lunch"
    fits(page)
    other = page.context.new_page()
    other.goto(link)
    other.get_by_role("button", name="Continue").click()
    other.wait_for_url("**/panel/**")
    page.get_by_role("button", name="I have opened my link again").click()
    page.get_by_text("You are signed in again.").wait_for()
    assert likelihood(place) is None
    assert page.locator("#reason").input_value() == "Typed before lunch"
    page.locator("[data-save-button]").click()
    page.wait_for_url("**/panel/2")
    assert likelihood(place) == 63.0


def test_a_page_goes_on_by_itself_after_the_link_was_opened_again(
    place: Any, at_page: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, link = at_page
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=3))
    page.locator("#likelihood").fill("64")
    page.get_by_text("Your session has ended.").first.wait_for()
    other = page.context.new_page()
    other.goto(link)
    other.get_by_role("button", name="Continue").click()
    other.wait_for_url("**/panel/**")
    page.wait_for_selector("[data-save][data-state=kept]")
    page.locator("[data-save-button]").click()
    page.wait_for_url("**/panel/2")
    assert likelihood(place) == 64.0


def test_two_presses_make_one_rating_and_back_shows_what_is_saved(
    place: Any, at_page: tuple[Any, str]
) -> None:
    page, _ = at_page
    page.locator("#likelihood").fill("65")
    page.locator("[data-save-button]").dblclick(no_wait_after=True)
    page.wait_for_url("**/panel/2")
    people = select(Panellist.id).where(~Panellist.synthetic)
    with place.database.reading() as session:
        counted = session.scalar(select(func.count(Rating.id)).where(Rating.panellist_id.in_(people)))
    assert counted == 1
    page.go_back()
    page.wait_for_url("**/panel/1")
    assert page.locator("#likelihood").input_value() == "65"
    assert page.get_by_text("What is saved counts").first.is_visible()


@pytest.mark.parametrize("refusal", ["a number that is none", "another tab"])
def test_back_after_a_refused_and_mended_save_shows_the_page(
    place: Any, at_page: tuple[Any, str], refusal: str
) -> None:
    page, _ = at_page
    if refusal == "another tab":
        other = page.context.new_page()
        other.goto(page.url, wait_until="networkidle")
        other.locator("#likelihood").fill("71")
        other.locator("[data-save-button]").click()
        other.wait_for_url("**/panel/2")
    page.locator("#likelihood").fill("0" if refusal == "a number that is none" else "70")
    page.locator("[data-save-button]").click()
    page.wait_for_selector("form[data-refused]")
    page.wait_for_load_state("networkidle")
    page.locator("#likelihood").fill("69")
    page.locator(".actions [data-save-button]").click()
    page.wait_for_url("**/panel/2", wait_until="networkidle")
    page.go_back(wait_until="networkidle")
    page.wait_for_url("**/panel/1")
    assert page.locator("#likelihood").input_value() == "69"
    assert page.get_by_text("What is saved counts").first.is_visible()


def test_what_was_refused_is_a_draft_at_once(at_page: tuple[Any, str]) -> None:
    page, _ = at_page
    page.locator("#likelihood").fill("0")
    page.locator("#reason").fill("As typed before the refusal")
    page.locator("[data-save-button]").click()
    page.locator("[data-errors]").wait_for()
    page.wait_for_selector("[data-save][data-state=kept]")
    with page.expect_navigation(wait_until="networkidle"):
        page.get_by_role("link", name="Overview").click()
    page.go_back(wait_until="networkidle")
    assert page.locator("#likelihood").input_value() == "0"
    assert page.locator("#reason").input_value() == "As typed before the refusal"


def drafted(place: Any) -> str:
    """Return the reason that is kept as a draft."""
    with place.database.reading() as session:
        kept = [one.typed.get("reason", "") for one in session.scalars(select(Draft))]
        return max(kept, default="")


def test_the_last_letters_are_kept_whichever_way_the_page_is_left(
    place: Any, at_page: tuple[Any, str]
) -> None:
    page, _ = at_page
    with place.database.writing() as session:
        session.scalars(select(Study)).one().languages = ["en", "nl"]
    page.reload(wait_until="networkidle")
    asked: list[str] = []

    def read_and_accept(dialog: Any) -> None:
        """Leave once the draft has arrived, which takes less than reading the question does."""
        asked.append(dialog.type)
        until = time.monotonic() + 20
        while not drafted(place).startswith(", and again") and time.monotonic() < until:
            time.sleep(0.05)
        dialog.accept()

    page.on("dialog", read_and_accept)
    ways = {
        "a step": lambda: page.locator(".steps a").nth(1).click(),
        "the overview": lambda: page.get_by_role("link", name="Overview").click(),
        "the study's Dutch": lambda: page.get_by_role("button", name="Nederlands").click(),
        "another language": lambda: (
            page.locator(".menu > summary").click(),
            page.get_by_role("link", name="Français").click(),
        ),
    }
    start = page.url
    for said, leave in ways.items():
        page.locator("#reason").fill("")
        page.locator("#reason").press_sequentially(f"On to {said}")
        with page.expect_navigation(wait_until="networkidle"):
            leave()
        page.goto(start, wait_until="networkidle")
        assert page.locator("#reason").input_value() == f"On to {said}"
    assert asked == []
    page.locator("#reason").press_sequentially(", and again")
    page.reload(wait_until="networkidle")
    assert page.locator("#reason").input_value() == ", and againOn to another language"


def test_what_was_typed_while_the_round_closed_is_still_on_screen(
    place: Any, at_page: tuple[Any, str]
) -> None:
    page, _ = at_page
    page.locator("#likelihood").fill("66")
    page.wait_for_selector("[data-save][data-state=kept]")
    with place.database.writing() as session:
        factories.close_round(session, session.scalars(select(Round)).one())
    page.locator("#likelihood").fill("67")
    page.locator("#reason").fill("Typed over the close")
    page.locator("[data-save-button]").click()
    page.get_by_role("heading", name="This was not stored").wait_for()
    assert "has closed" in page.get_by_role("alert").inner_text()
    assert page.locator("#typed-reason").input_value() == "Typed over the close"
    said, label = (page.locator(one).bounding_box() for one in (".msg.bad", "label[for=typed-reason]"))
    assert label["y"] >= said["y"] + said["height"] + 8
    assert page.get_by_text("67%").first.is_visible()
    fits(page)
    assert likelihood(place) is None
    page.get_by_role("link", name="See what is saved").click()
    page.get_by_role("heading", level=1).wait_for()


def test_a_draft_leaves_within_a_second_of_the_last_key(place: Any, at_page: tuple[Any, str]) -> None:
    page, _ = at_page
    page.clock.install()
    page.reload(wait_until="networkidle")
    with page.expect_request("**/panel/1/draft") as sent:
        page.locator("#likelihood").press_sequentially("68")
        page.clock.run_for(1000)
    assert "likelihood=68" in (sent.value.post_data or "")


def test_what_another_tab_saved_is_shown_without_a_finding(place: Any, at_page: tuple[Any, str]) -> None:
    page, _ = at_page
    other = page.context.new_page()
    other.goto(page.url, wait_until="networkidle")
    other.locator("#likelihood").fill("71")
    other.locator("[data-save-button]").click()
    other.wait_for_url("**/panel/2")
    page.locator("#likelihood").fill("72")
    page.locator("#reason").fill("What this tab says")
    page.locator("[data-save-button]").click()
    page.get_by_text("Saved elsewhere in the meantime").wait_for()
    differs = page.locator("table.as-cards").inner_text()
    assert "Likely, 71%" in differs
    assert "Likely, 72%" in differs
    fits(page)
    assert likelihood(place) == 71.0


def in_view(page: Any, selector: str) -> bool:
    """Tell whether the whole of it stands in the window and nothing covers it."""
    return bool(
        page.locator(selector).evaluate(
            """(one) => { const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight && one.contains(top); }"""
        )
    )


def fits(page: Any) -> None:
    """No automatic rule is broken, and nothing is wider than the phone."""
    assert accessibility.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
