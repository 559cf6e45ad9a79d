"""A panellist who reads a page open to everybody stays in the study: the way back, the marking and the ethics contact."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.web import panel
from tests.web.test_site import entries

PAGES = ("/", "/help", "/help/roles", "/privacy", "/accessibility", "/link/lost", "/briefs")
CONTACT = 'href="/panel/ethics-contact"'


@pytest.mark.parametrize("path", PAGES)
def test_the_way_back_the_marking_and_the_ethics_contact_stand_on_it(
    app: Flask, place: Any, path: str
) -> None:
    client = panel.enter(app, place, panel.started(place))
    page = client.get(path).text
    assert entries(page) == ["Overview", "Help"]
    assert "Sign in" not in re.search(r'<nav aria-label="Site">.*?</nav>', page, re.DOTALL)[0]
    assert 'action="/panel/leave"' in page
    assert '<span class="tlp tlp-amber">TLP:AMBER</span>' in page
    assert CONTACT in page[page.index("<footer") :]


def test_help_and_privacy_name_the_ethics_contact_before_the_facilitator(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place))
    for path in ("/help", "/privacy"):
        page = client.get(path).text
        assert CONTACT in page[page.index("<main") : page.index("</main")]
        assert CONTACT not in app.test_client().get(path).text


def test_after_leaving_these_pages_are_everybodys_again(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/leave")
    page = client.get("/help").text
    assert entries(page) == ["Briefs", "Sign in", "Help"]
    assert "TLP:" not in page
    assert CONTACT not in page


def test_a_refusal_within_the_study_keeps_them_too(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place))
    for answer in (client.get("/panel/99"), client.post("/panel/1", data={"round": "7"})):
        assert answer.status_code in (404, 409)
        assert CONTACT in answer.text
        assert 'action="/panel/leave"' in answer.text
        assert "TLP:AMBER" in answer.text


def test_a_reader_without_a_session_costs_no_query(app: Flask, place: Any) -> None:
    seen: list[str] = []
    client = app.test_client()
    client.get("/help")

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(place.database.engine, "before_cursor_execute", note)
    try:
        for path in ("/", "/help", "/privacy", "/accessibility"):
            assert client.get(path).status_code == 200
    finally:
        event.remove(place.database.engine, "before_cursor_execute", note)
    assert seen == []


def test_the_contact_is_a_link_where_it_names_an_address(app: Flask, place: Any) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    link = '<a href="mailto:ethics@institute.example">ethics@institute.example</a>'
    assert f"Example Institute, {link}" in app.test_client().get(path).text
    client = panel.enter(app, place, study, path=path)
    for where in ("/panel", "/panel/ethics-contact"):
        assert link in client.get(where).text
    left = client.post("/panel/withdraw", follow_redirects=True)
    assert link in left.text
    assert link in app.test_client().get(path).text
