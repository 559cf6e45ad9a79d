"""Questions and answers as pages: who reads what, and what is said of figures."""

from __future__ import annotations

import re

from flask import Flask

from tests import factories
from tests.web import panel
from tests.web.test_panellist import text

QUESTION = "Does “by 2028” include all of that year?"


def test_from_the_question_to_the_answer_that_all_read(app: Flask, place) -> None:
    study = panel.started(place)
    ann, bob = (panel.enter(app, place, study, who=who) for who in (0, 1))
    assert "Do not write what you would answer, a figure" in text(ann.get("/panel/questions"))
    assert ann.post("/panel/questions", data={"question": QUESTION}).status_code == 303
    assert QUESTION in text(ann.get("/panel/questions"))
    assert QUESTION not in text(bob.get("/panel/questions"))
    office = signed_in(app, place, study)
    page = text(office.get(f"/studies/{study.id}/panel-questions"))
    assert QUESTION in page
    for told in ("Ann", "Industry", *re.findall(r"\b[0-2]\d:[0-5]\d\b", page)):
        assert told not in page
    key = re.search(r"\?answer=(\w+)", page)
    assert key
    form = text(office.get(f"/studies/{study.id}/panel-questions?answer={key[1]}"))
    assert "No figure and no reason about an item: the round is open." in form
    sent = {"text": QUESTION, "said": "Yes, to its last day."}
    assert office.post(f"/studies/{study.id}/panel-questions/{key[1]}", data=sent).status_code == 303
    assert "1 new answer of the facilitators" in text(bob.get("/panel"))
    assert bob.post("/panel/questions/read").location == "/panel/questions"
    assert "Yes, to its last day." in text(bob.get("/panel/questions"))
    assert "new answer" not in text(bob.get("/panel"))


def test_an_empty_question_stands_on_the_form(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    answer = client.post("/panel/questions", data={"question": " "})
    assert answer.status_code == 422
    assert "Write your question." in text(answer)


def signed_in(app: Flask, place, study):
    """Return a browser of a facilitator of the study."""
    with place.database.writing() as session:
        email = factories.make_account(session, "Olivia Office", study_id=study.id).email
    client = app.test_client()
    client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    return client
