"""On a phone: a lost link, the new one from the mail, practice without a script, and the next open question."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from copkit_delphi.cli.runtime import Worker
from copkit_delphi.people import carriers
from tests import accessibility
from tests.web import panel

pytestmark = pytest.mark.browser


def fits(page: Any) -> None:
    """Nothing is wider than the phone, and no automatic rule is broken."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert accessibility.violations(page) == []


def test_from_a_lost_link_to_the_next_open_question(app: Flask, place, site: str, browser: Any) -> None:
    study = panel.started(place)
    old = panel.link(place, study)
    app.config["WTF_CSRF_ENABLED"] = False
    client = panel.enter(app, place, study, path=old)
    client.post("/panel/1", data=panel.fields(client, track_record="40"))
    app.config["WTF_CSRF_ENABLED"] = True
    panel.link(place, study)  # a newer one, which she deleted unread
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.set_default_timeout(15_000)
    page.goto(site + old)
    page.get_by_role("link", name="Mail me a new link").click()
    page.get_by_label("E-mail address").fill("ann@panel.example")
    fits(page)
    page.get_by_role("button", name="Mail me a new link").click()
    assert page.get_by_text("If this address is on a panel").is_visible()
    Worker(place).once()
    texts = [carriers.text_of(carriers.read(one)) for one in place.settings.outbox_dir.glob("*.eml")]
    (mail,) = [one for one in texts if "somebody asked" in one]
    page.goto(site + re.search(r"/p/[\w.-]+", mail)[0])
    fits(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/panel/\d$"))
    landed = page.url
    page.goto(f"{site}/panel/practice")
    boxes = page.locator("main input[type=number]")
    assert boxes.count() == 15  # a probability for each statement, two bounds for each quantity
    for place_ in range(15):
        boxes.nth(place_).fill(str(5 + 6 * place_))
    fits(page)
    page.get_by_role("button", name="Show my score").click()
    assert page.get_by_text("Your Brier score").is_visible()
    page.get_by_text("Show as a table").click()
    fits(page)
    page.get_by_role("link", name="Go to the next open question").click()
    assert page.url == landed
    page.get_by_role("link", name="Ethics contact").click()
    fits(page)
