"""How far a panellist is: minutes of what is open, and pages that were begun, typed on or passed over."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.web import panel


def text(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def minutes(page: str) -> int:
    found = re.search(r"[Aa]bout (\d+) min", page)
    return int(found[1]) if found else 0


def states(page: str) -> list[str]:
    """Return what each step says of its scenario to a screen reader, after its title."""
    steps = page[page.index('<ol class="steps">') :].partition("</ol>")[0]
    said = r", ((?:partly )?answered(?: \(.*?\))?|skipped|not started|draft, not counted)</span>"
    return re.findall(said, steps)


def test_minutes_are_those_of_the_open_questions_and_go_when_none_is_left(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    whole = minutes(text(client, "/panel/1"))
    sent = panel.fields(client, position=1)
    client.post("/panel/1", data={key: value for key, value in sent.items() if key != "confidence"})
    after_most = minutes(text(client, "/panel/1"))
    client.post("/panel/1", data=panel.fields(client, position=1))
    after_all = minutes(text(client, "/panel/2"))
    assert whole > after_most >= after_all > 0
    client.post("/panel/2", data=panel.fields(client, position=2))
    for path in ("/panel/1", "/panel"):
        assert minutes(text(client, path)) == 0


def test_a_draft_and_a_page_passed_over_say_so(app: Flask, place) -> None:
    study = panel.started(place, scenarios=["S02", "S04", "S13"])
    client = panel.enter(app, place, study)
    assert states(text(client, "/panel")) == ["not started"] * 3
    client.post("/panel/1", data={"round": "1"})
    assert states(text(client, "/panel/2")) == ["skipped", "not started", "not started"]
    client.post("/panel/3/draft", data=panel.fields(client, position=3))
    assert states(text(client, "/panel")) == ["skipped", "skipped", "draft, not counted"]
    client.post("/panel/3", data=panel.fields(client, position=3))
    client.post("/panel/3/draft", data=panel.fields(client, position=3, likelihood="12"))
    assert states(text(client, "/panel"))[2] == "answered (draft, not counted)"
