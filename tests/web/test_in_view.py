"""How long a page is in view: what a form may send, what its owner and the facilitators read, and the script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.elicitation import consents
from copkit_delphi.elicitation.models import Participation, Round
from copkit_delphi.elicitation.ratings import give_consent
from tests import factories as f
from tests.web import panel


def times(place: Any, study: Any) -> list[int]:
    with place.database.reading() as session:
        ann = panel.real(session, study)[0].id
        kept = select(Participation.page_seconds).where(Participation.panellist_id == ann)
        return list((session.scalar(kept) or {}).values())


@pytest.mark.parametrize(("sent", "kept"), [("20", [30]), ("", []), ("-1", []), ("x" * 5000, []), ("١", [])])
def test_a_save_passes_whatever_stands_in_the_field(
    app: Flask, place: Any, sent: str, kept: list[int]
) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    typed = panel.fields(client, in_view=sent)
    assert client.post("/panel/1/draft", data=typed).status_code == 200
    assert times(place, study) == []
    assert client.post("/panel/1", data=typed).status_code == 303
    assert times(place, study) == kept
    assert panel.values(place)["S02.likelihood"] == 80


def test_a_save_without_the_field_passes(app: Flask, place: Any) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    assert client.post("/panel/1", data=panel.fields(client)).status_code == 303
    assert times(place, study) == []


def test_the_time_of_a_refused_save_goes_on_with_the_page(app: Flask, place: Any) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    refused = client.post("/panel/1", data=panel.fields(client, in_view="45", likelihood="many"))
    assert refused.status_code == 422
    assert re.search(r'<input[^>]*name="in_view"[^>]*value="45"', refused.text)
    assert times(place, study) == []


def test_panellists_are_told_before_they_agree_and_read_their_own(app: Flask, place: Any) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study, consent=False)
    assert "How long you have a page in view" in client.get("/panel").text
    assert "How long a page was in view" in client.get("/privacy").text
    client = panel.enter(app, place, study)
    client.post("/panel/1", data=panel.fields(client, in_view="45"))
    mine = client.get("/panel/my-data").text
    assert "How long pages were in view" in mine
    assert "<td>45" in mine or ">45<" in mine
    assert client.get("/panel/my-data.json").json["progress"][0]["seconds_in_view"]


def test_facilitators_read_minutes_of_the_panel_after_the_close_alone(
    place: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study, opened = f.running_study(place, session, lead.id)
        f.answer(session, opened)
        study_id, round_id, email = study.id, opened.id, lead.email
    client = sign_in(email)
    said = "Minutes a page, estimated and measured"
    assert said not in client.get(f"/studies/{study_id}").text
    with place.database.writing() as session:
        f.close_round(session, session.get_one(Round, round_id))
    for address in (f"/studies/{study_id}", f"/studies/{study_id}/results/1"):
        assert said in client.get(address).text, address
    assert said not in client.get(f"/studies/{study_id}/results/1/export.csv").text


@pytest.mark.browser
@pytest.mark.parametrize("scripted", [True, False], ids=["with scripts", "without"])
def test_the_script_sends_coarse_seconds_and_nothing_waits_for_it(
    browser: Any, site: str, app: Flask, place: Any, scripted: bool
) -> None:
    study = panel.started(place)
    with place.database.writing() as session:
        ann = panel.real(session, study)[0].id
        give_consent(session, panellist_id=ann, version=consents.EDITION, quoting="no")
    page = browser.new_context(java_script_enabled=scripted).new_page()
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{site}/panel/1")
    page.locator("input[name=likelihood]").first.fill("70")
    if scripted:
        page.wait_for_timeout(1200)  # for the script to have loaded
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/panel/2")
    assert times(place, study) == ([15] if scripted else [])
    page.context.close()
