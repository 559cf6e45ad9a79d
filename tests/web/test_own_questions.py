"""A facilitator adds questions of every kind, changes, moves and removes them; the lock covers them."""

from __future__ import annotations

import html
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from copkit_delphi.domain.errors import Conflict
from copkit_delphi.elicitation import questions, studies
from copkit_delphi.elicitation.item_types import authored
from copkit_delphi.elicitation.models import Item, Question
from copkit_delphi.installation import Installation
from tests import factories as f
from tests import own_questions
from tests.elicitation.item_types.samples import SAID
from tests.own_questions import WORDING
from tests.web import panel


@pytest.fixture
def study(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.draft_study(session, lead[0], scenarios=["S02"]).id


def names(place: Installation, study_id: str) -> list[str]:
    with place.database.reading() as session:
        return [item.name for item in studies.items(session, study_id)]


def found(place: Installation, study_id: str) -> list[Question]:
    with place.database.reading() as session:
        return questions.listed(session, study_id)


def typed(kind: str, **changes: str) -> dict[str, str]:
    said = {f"say_{key}": text for key, text in SAID.get(kind, {}).items()}
    return {"wording": WORDING[kind], "scenario": "", **said, **changes}


def test_every_kind_is_added_edited_and_removed(client: FlaskClient, place: Installation, study: str) -> None:
    base = f"/studies/{study}/set-up/questions"
    listed = client.get(base).text
    for one in authored():
        assert one.label in listed
        form = client.get(f"{base}/new/{one.kind}")
        assert form.status_code == 200
        assert client.post(f"{base}/new/{one.kind}", data=typed(one.kind)).status_code == 303, one.kind
    asked = client.get(base).text
    for wording in WORDING.values():
        assert wording in asked
    assert "S02.q3.feasibility" in names(place, study)
    for question in found(place, study):
        page = client.get(f"{base}/{question.id}").text
        assert question.wording in page
        changed = typed(question.kind, wording="Changed words?")
        assert client.post(f"{base}/{question.id}", data=changed).status_code == 303
    with place.database.reading() as session:
        wordings = session.scalars(select(Item.wording).where(Item.name.startswith("S02.q"))).all()
    assert set(wordings) == {"Changed words?"}
    for question in found(place, study):
        assert client.post(f"{base}/{question.id}/remove").status_code == 303
    assert names(place, study) == [
        "S02.likelihood", "S02.impact.physical", "S02.impact.economic", "S02.impact.rights", "S02.confidence",
    ]  # fmt: skip


def test_what_cannot_be_asked_comes_back_with_everything_typed(
    client: FlaskClient, place: Installation, study: str
) -> None:
    base = f"/studies/{study}/set-up/questions/new"
    refused = client.post(f"{base}/ordinal", data=typed("ordinal", say_points="99"))
    assert refused.status_code == 422
    assert "A scale has 3 to 11 points." in refused.text
    assert 'value="99"' in refused.text
    assert WORDING["ordinal"] in refused.text
    refused = client.post(f"{base}/single", data=typed("single", wording=""))
    assert refused.status_code == 422
    assert "Write the question." in refused.text
    assert "Train officers" in refused.text
    assert client.get(f"{base}/impact").status_code == 404
    assert client.post(f"{base}/nothing", data={}).status_code == 404
    assert client.post(f"{base}/text", data=typed("text", scenario="0" * 16)).status_code == 404
    assert found(place, study) == []


def test_a_question_on_one_page_and_the_order(client: FlaskClient, place: Installation, study: str) -> None:
    base = f"/studies/{study}/set-up/questions"
    assert client.post(f"{base}/pages/new", data={"title": "Measures", "summary": "Why."}).status_code == 303
    page = next(one for one in _pages(place, study) if one.title == "Measures")
    for kind in ("text", "single", "ordinal"):
        client.post(f"{base}/new/{kind}", data=typed(kind, scenario=page.id))
    assert [name for name in names(place, study) if name.startswith("P01")] == ["P01.q1", "P01.q2", "P01.q3"]
    assert not [name for name in names(place, study) if name.startswith("S02.q")]
    last = found(place, study)[-1].id
    client.post(f"{base}/{last}/move", data={"to": "up"})
    client.post(f"{base}/{last}/move", data={"to": "up"})
    client.post(f"{base}/{last}/move", data={"to": "up"})
    assert [name for name in names(place, study) if name.startswith("P01")] == ["P01.q3", "P01.q1", "P01.q2"]
    client.post(f"{base}/{last}/move", data={"to": "down"})
    client.post(f"{base}/{last}/move", data={"to": "sideways"})
    assert [name for name in names(place, study) if name.startswith("P01")] == ["P01.q1", "P01.q3", "P01.q2"]
    client.post(f"{base}/pages/{page.id}", data={"title": "Other measures", "summary": ""})
    assert "Other measures" in client.get(base).text
    assert "Other measures" in client.get(f"/studies/{study}/set-up/scenarios").text


def _pages(place: Installation, study_id: str) -> list[Any]:
    with place.database.reading() as session:
        return studies.scenarios(session, study_id)


def test_a_page_that_asks_nothing_cannot_open(client: FlaskClient, place: Installation, study: str) -> None:
    base = f"/studies/{study}/set-up"
    client.post(f"{base}/questions/pages/new", data={"title": "Measures", "summary": ""})
    said = "Add a question to each page, or remove the page."
    assert said in client.get(base).text
    page = _pages(place, study)[-1].id
    client.post(f"{base}/questions/new/text", data=typed("text", scenario=page))
    assert said not in client.get(base).text
    assert WORDING["text"] in client.get(base).text


def test_three_estimates_are_asked_where_the_study_says_so(
    client: FlaskClient, place: Installation, study: str
) -> None:
    base = f"/studies/{study}/set-up/questions"
    assert client.post(base, data={"interval": "y"}).status_code == 303
    with place.database.reading() as session:
        (one,) = session.scalars(select(Item).where(Item.name == "S02.likelihood"))
        assert one.options == {"interval": True}
    client.post(base, data={})
    with place.database.reading() as session:
        (one,) = session.scalars(select(Item).where(Item.name == "S02.likelihood"))
        assert one.options is None


def test_questions_of_another_study_and_of_a_running_one(
    client: FlaskClient, place: Installation, study: str, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        other, page = own_questions.draft(session, lead[0])
        foreign = questions.listed(session, other.id)[0].id
    base = f"/studies/{study}/set-up/questions"
    assert client.get(f"{base}/{foreign}").status_code == 404
    assert client.post(f"{base}/{foreign}/remove").status_code == 404
    assert client.post(f"{base}/{foreign}/move", data={"to": "up"}).status_code == 404
    assert client.get(f"{base}/pages/{page.id}").status_code == 404
    judged = _pages(place, study)[0].id
    assert client.get(f"{base}/pages/{judged}").status_code == 404
    running = own_questions.started(place)
    with place.database.writing() as session:
        asked = questions.listed(session, running.id)[0]
        with pytest.raises(Conflict):
            questions.remove(session, study_id=running.id, question_id=asked.id)


def test_the_lock_covers_what_is_asked_and_how(place: Installation) -> None:
    def locked(anchors: str) -> str:
        with place.database.writing() as session:
            account = f.make_account(session).id
            study = f.draft_study(session, account, scenarios=["S02"])
            said = {"points": "5", "lowest": "1", "anchors": anchors}
            questions.add(session, study_id=study.id, asking=questions.Asking("ordinal", "How?", said))
            studies.lock(session, study)
            return study.protocol_hash or ""

    assert locked("Low\nHigh") == locked("Low\nHigh")
    assert locked("Low\nHigh") != locked("High\nLow")


def test_the_page_of_questions_asks_the_database_no_more_for_more(
    client: FlaskClient, place: Installation, study: str
) -> None:
    def counted() -> int:
        seen: list[str] = []
        listen = lambda *said: seen.append(said[2])  # noqa: E731
        event.listen(place.database.engine, "before_cursor_execute", listen)
        assert client.get(f"/studies/{study}/set-up/questions").status_code == 200
        event.remove(place.database.engine, "before_cursor_execute", listen)
        return len(seen)

    counted()  # the first page of a session is written down
    few = counted()
    with place.database.writing() as session:
        for _ in range(20):
            questions.add(session, study_id=study, asking=questions.Asking("text", "More?", {}))
    assert counted() == few


@pytest.mark.parametrize("path", ["protocol", "set-up"])
def test_own_questions_and_languages_are_told_where_they_are_hashed(
    client: FlaskClient, place: Installation, lead: tuple[str, str], path: str
) -> None:
    with place.database.writing() as session:
        made, _ = own_questions.draft(session, lead[0])
        made.languages = ["en", "de"]
    page = html.unescape(client.get(f"/studies/{made.id}/{path}").text)
    told = (
        *WORDING.values(),
        "Ranking: Harden devices; Train officers; Share reports; Wait",
        "Scale of 3 to 11 points: Not at all; 2; 3; 4; 5; 6; Entirely",
        "(desirability)",
        "Very undesirable; Undesirable; Desirable; Very desirable",
        "English, German",
    )
    assert [text for text in told if text not in page] == []


def test_review_and_copies_tell_own_questions_where_the_sheet_asks_them(
    app: Flask, place: Installation
) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    sheet = html.unescape(client.get("/panel/1").text)
    asked = [WORDING["ordinal"], "If it happens, how serious is it?", "How sure are you"]
    assert [sheet.index(text) for text in asked] == sorted(sheet.index(text) for text in asked)
    review = html.unescape(client.get("/panel/review").text)
    told = ["Likelihood", WORDING["ordinal"], "Physical harm", "How sure you are"]
    at = [review.index(f"<dt>{text}") for text in told]
    assert at == sorted(at)
