"""Expertise by topic, asked once before answering: filled in on the pages of a topic, counted only where saved there."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import copkit_delphi
from copkit_delphi.elicitation import questions, retention
from copkit_delphi.elicitation.item_types.levels import Expertise
from copkit_delphi.elicitation.models import Item, Rating, Study, TopicExpertise
from copkit_delphi.elicitation.questions import Asking
from tests import factories
from tests.web import panel

PAGE = "/panel/expertise"


def text(answer) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def study(place) -> Study:
    """Return a study that asks for expertise on three pages of two topics: S02, S13 of one family, S04 of another."""
    with place.database.writing() as session:
        lead = factories.make_account(session).id
        made = factories.draft_study(session, lead, scenarios=["S02", "S04", "S13"])
        questions.add(
            session, study_id=made.id, asking=Asking(Expertise.kind, "How well do you know this?", {})
        )
        factories.add_people(place, session, made, panel.PEOPLE, actor=lead)
        factories.open_round(place, session, made, actor=lead)
        return made


def offered(client: FlaskClient) -> dict[str, str]:
    """Return the field of each topic by the words beside it."""
    page = text(client.get(PAGE))
    return {
        label.strip(): name
        for name, label in re.findall(r'<label for="(t\w{12})"><span[^>]*>([^<]*)</span></label>', page)
    }


def chosen(client: FlaskClient, position: int) -> list[str]:
    """Return which level of the question for expertise is filled in on a page."""
    page = text(client.get(f"/panel/{position}"))
    ticked = [
        tag
        for tag in re.findall(r"<input[^>]*>", page)
        if re.search(r'name="q\d+"', tag) and "checked" in tag
    ]
    return [re.search(r'value="(\w+)"', tag)[1] for tag in ticked]


def levels(place, table=TopicExpertise) -> int:
    with place.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_after_consent_each_topic_is_asked_once_and_may_wait(app: Flask, place, study: Study) -> None:
    client = panel.enter(app, place, study, consent=False)
    answer = client.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    assert answer.headers["Location"] == PAGE
    topics = offered(client)
    assert list(topics) == ["Generative AI", "Robotics"]
    page = text(client.get(PAGE))
    assert 'href="/panel"' in page.partition("<main")[2]
    assert "Later" in page
    assert [chosen(client, position) for position in (1, 2, 3)] == [[], [], []]
    assert f'href="{PAGE}"' in text(client.get("/panel"))


def test_it_is_filled_in_on_the_pages_of_the_topic_and_counts_where_it_is_saved(
    app: Flask, place, study: Study
) -> None:
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, 1)
    topics = offered(ann)
    assert ann.post(PAGE, data={topics["Generative AI"]: "4"}).status_code == 303
    assert [chosen(ann, position) for position in (1, 2, 3)] == [["4"], [], ["4"]]
    assert "what you said of this topic" in text(ann.get("/panel/1"))
    assert [chosen(bob, position) for position in (1, 2, 3)] == [[], [], []]
    assert levels(place, Rating) == 0
    question = re.search(r'name="(q\d+)"', text(ann.get("/panel/1")))[1]
    assert ann.post("/panel/1", data=panel.fields(ann, 1, **{question: "4"})).status_code == 303
    assert ann.post("/panel/3", data=panel.fields(ann, 3, **{question: "2"})).status_code == 303
    with place.database.reading() as session:
        query = select(Rating.value).join(Item, Item.id == Rating.item_id).where(Item.kind == Expertise.kind)
        assert sorted(session.scalars(query)) == [2, 4]
    ann.post(PAGE, data={topics["Generative AI"]: "1"})
    assert [chosen(ann, position) for position in (1, 3)] == [["4"], ["2"]]  # what is saved stays
    assert "what you said of this topic" not in text(ann.get("/panel/1"))


def test_it_can_be_changed_and_taken_back_and_nonsense_is_refused(app: Flask, place, study: Study) -> None:
    client = panel.enter(app, place, study)
    name = offered(client)["Robotics"]
    client.post(PAGE, data={name: "5"})
    assert re.search(rf'id="{name}".*?<option selected value="5">', text(client.get(PAGE)), re.DOTALL)
    for wrong in ("6", "0", "-1", "x"):
        assert client.post(PAGE, data={name: wrong}).status_code == 422
    assert chosen(client, 2) == ["5"]
    client.post(PAGE, data={name: ""})
    assert levels(place) == 0
    assert chosen(client, 2) == []


def test_the_own_record_holds_it_and_it_goes_with_its_owner(app: Flask, place, study: Study) -> None:
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, 1)
    for client in (ann, bob):
        client.post(PAGE, data={offered(client)["Robotics"]: "3"})
    assert ann.get("/panel/my-data.json").get_json()["expertise"] == {"family:Robotics": 3}
    page = text(ann.get("/panel/my-data"))
    assert "Robotics" in page
    assert "Familiar" in page
    ann.post("/panel/withdraw")
    assert levels(place) == 1
    with place.database.writing() as session:
        retention.clear(session, session.get_one(Study, study.id), factories.NOW)
    assert levels(place) == 0


def test_a_study_that_does_not_ask_says_so_and_consent_leads_to_the_overview(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place), consent=False)
    assert client.get(PAGE).headers["Location"] == "/panel"
    answer = client.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    assert answer.headers["Location"] == "/panel"
    assert "does not ask" in text(client.get(PAGE))
    assert PAGE not in text(client.get("/panel"))


def test_nothing_but_the_own_pages_reads_it() -> None:
    """No result, export, count or page of the staff imports it: these are all its readers."""
    root = Path(copkit_delphi.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(
            r"TopicExpertise|expertise\.(topics|of_\w+|starts|save)|elicitation import expertise",
            path.read_text(),
        )
    }
    assert found == {
        "elicitation/expertise.py",
        "elicitation/models/__init__.py",
        "elicitation/models/expertise.py",
        "elicitation/own_record.py",
        "elicitation/sheets.py",
        "web/panellist/desk.py",
        "web/panellist/expertise.py",
        "web/panellist/own_words.py",
    }
