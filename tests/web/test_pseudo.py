"""States of a panellist's pages in the pseudo-language: every kind of question, refusals, closed rounds, after leaving."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Round
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories, languages, own_questions
from tests.web import panel
from tests.web.test_panellist import text


@pytest.fixture
def app(tmp_path: Path, migrated: Path) -> Flask:
    shutil.copy(migrated, tmp_path / "copkit.sqlite3")
    app = create_app(Settings(data_dir=tmp_path, translating=True), clock=lambda _session: factories.NOW)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def place(app: Flask):
    return app.extensions[KEY]


def in_pseudo(client: FlaskClient) -> FlaskClient:
    client.get("/help?language=x-pseudo")
    return client


def all_pseudo(place, answer) -> None:
    page = text(answer)
    assert 'lang="x-pseudo"' in page
    assert languages.untranslated(page, languages.texts(place)) == []


@pytest.mark.parametrize("rounds", [1, 2])
def test_every_kind_of_question(app: Flask, place, rounds: int) -> None:
    study = own_questions.started(place, rounds=rounds)
    client = in_pseudo(panel.enter(app, place, study))
    paths = ["/panel/1", "/panel/2", "/panel/review", *(["/panel/results"] if rounds > 1 else [])]
    for path in paths:
        all_pseudo(place, client.get(path))
    for position in (1, 2):
        fields = panel.fields(client, position, rounds, likelihood="abc", reason="x" * 700)
        all_pseudo(place, client.post(f"/panel/{position}", data=fields))  # refused
        fields = panel.fields(client, position, rounds)
        client.post(f"/panel/{position}", data=fields)
        all_pseudo(place, client.get("/panel/review"))  # with what was flashed


@pytest.mark.parametrize("sizes", [{"Law enforcement": 8}, {"Industry": 3}])
def test_little_feedback(app: Flask, place, sizes: dict[str, int]) -> None:
    client = in_pseudo(panel.enter(app, place, panel.started(place, rounds=2, sizes=sizes)))
    for path in ("/panel/1", "/panel/results", "/panel"):
        all_pseudo(place, client.get(path))


def test_before_consent_and_after_leaving(app: Flask, place) -> None:
    client = in_pseudo(panel.enter(app, place, panel.started(place), consent=False))
    all_pseudo(place, client.get("/panel"))
    all_pseudo(place, client.post("/panel/consent", data={}))
    all_pseudo(place, client.get("/panel/1", follow_redirects=True))
    client.post("/panel/decline", data={"why": "no_time"})
    all_pseudo(place, client.get("/panel"))
    client.post("/panel/consent", data={"agree": "y", "quoting": "no", "interest": "none"})
    all_pseudo(place, client.get("/panel"))
    all_pseudo(place, client.post("/panel/withdraw", data={}, follow_redirects=True))
    client.post("/panel/leave")
    all_pseudo(place, client.get("/panel"))


def test_when_the_round_has_closed_and_when_the_study_has_ended(app: Flask, place) -> None:
    study = panel.started(place)
    client = in_pseudo(panel.enter(app, place, study))
    with place.database.writing() as session:
        round_ = session.query(Round).filter_by(study_id=study.id, state="open").one()
        panel.save_all(session, study, round_.id)
        factories.answer(session, round_)
        factories.close_round(session, round_, open_feedback=False)
    fields = {"round": "1", "basis": "", **panel.ROUND_1}
    for answer in (client.get("/panel"), client.get("/panel/1"), client.post("/panel/1", data=fields)):
        all_pseudo(place, answer)
    for path in ("/panel/my-data", "/panel/results", "/panel/deadline.ics", "/panel/files/none"):
        all_pseudo(place, client.get(path))
    with place.database.writing() as session:
        studies.get(session, study.id).state = "ended"
    all_pseudo(place, client.get("/panel"))


def test_refusals(app: Flask, place, monkeypatch: pytest.MonkeyPatch) -> None:
    study = panel.started(place)
    client = in_pseudo(panel.enter(app, place, study))
    stale = panel.fields(client)
    client.post("/panel/1", data=panel.fields(client, likelihood="70"))
    all_pseudo(place, client.post("/panel/1", data=stale))  # saved elsewhere
    for path in ("/panel/99", "/nothing", "/p/altered", "/panel/ethics", "/panel/proposals"):
        all_pseudo(place, client.get(path))
    for path in ("/panel/nominations", "/panel/interests"):
        all_pseudo(place, client.post(path, data={}, follow_redirects=True))
    all_pseudo(place, client.delete("/panel"))
    panel.later(client, monkeypatch, factories.NOW + timedelta(days=60))
    all_pseudo(place, client.get("/panel"))
    all_pseudo(place, in_pseudo(app.test_client()).get("/panel"))
