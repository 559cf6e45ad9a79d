"""Every kind of question answered without scripts, looked at again, fed back, printed and exported."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.domain.errors import NotFound
from copkit_delphi.elicitation import results, rounds, texts
from copkit_delphi.elicitation.models import Draft, Item, Panellist, Rating, Round
from copkit_delphi.elicitation.results import snapshot
from tests import factories, own_questions
from tests.own_questions import WORDING
from tests.web import panel
from tests.web.test_receipt import pages_of

ANSWERS: dict[str, Any] = {
    "q1": "60", "q1_low": "40", "q1_high": "75",
    "q2": "5",
    "q3_desirability": "4", "q3_feasibility": "2",
    "q4": "3",
    "q5_1": "2", "q5_2": "1", "q5_3": "4", "q5_4": "3",
    "q6": "2",
    "q7": ["1", "3"],
    "q8": "We did not ask who pays.\nNobody does.",
}  # fmt: skip
STORED = {
    "q1": (60.0, 40.0, 75.0, None),
    "q2": (5.0, None, None, None),
    "q3.desirability": (4.0, None, None, None),
    "q3.feasibility": (2.0, None, None, None),
    "q4": (3.0, None, None, None),
    "q5": (None, None, None, "[2,1,4,3]"),
    "q6": (None, None, None, "[2]"),
    "q7": (None, None, None, "[1,3]"),
    "q8": (None, None, None, '"We did not ask who pays.\\nNobody does."'),
}
IN_WORDS = (
    "Likely, 60% (40 to 75%)", "5", "4 Very desirable", "2 Probably infeasible", "3 Familiar",
    "1. Train officers; 2. Harden devices; 3. Wait; 4. Share reports", "Train officers", "Harden devices; Share reports",
    "We did not ask who pays.",
)  # fmt: skip


def text(answer: Any) -> str:
    return answer.get_data(as_text=True)


def sent(client: FlaskClient, position: int, round_: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a page as a browser sends it with every question answered."""
    page = text(client.get(f"/panel/{position}"))
    basis = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
    assert basis
    return {"round": str(round_), "basis": basis[1], **ANSWERS, **changes}


def stored(place: Any, scenario: str) -> dict[str, tuple[Any, ...]]:
    """Return Ann's ratings of one page in the open round."""
    with place.database.reading() as session:
        query = (
            select(Item.name, Rating.value, Rating.low, Rating.high, Rating.detail, Rating.cannot_judge)
            .join(Item, Item.id == Rating.item_id)
            .join(Panellist, Panellist.id == Rating.panellist_id)
            .join(Round, Round.id == Rating.round_id)
            .where(
                ~Panellist.synthetic, Rating.is_current, Round.state == "open", Item.name.startswith(scenario)
            )
        )
        return {
            name.partition(".")[2]: "cannot" if cannot else tuple(row)
            for name, *row, cannot in session.execute(query)
        }


def test_numbers_of_the_samples_follow_the_registry(app: Flask, place: Any) -> None:
    study = own_questions.started(place)
    with place.database.reading() as session:
        names = session.scalars(
            select(Item.name)
            .where(Item.study_id == study.id, Item.name.startswith("P01"))
            .order_by(Item.position)
        ).all()
    assert [name.partition(".")[2] for name in names] == [
        "q1", "q2", "q3.desirability", "q3.feasibility", "q4", "q5", "q6", "q7", "q8",
    ]  # fmt: skip


def test_every_kind_is_answered_without_scripts(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    page = text(client.get("/panel/2"))
    assert " checked" not in page
    assert set(re.findall(r"<option selected value=\"([^\"]*)\"", page)) <= {""}
    assert "Measures that were proposed" in page
    assert page.count("annot judge") >= len(STORED)
    answer = client.post("/panel/2", data=sent(client, 2))
    assert answer.status_code == 303
    assert stored(place, "P01") == STORED
    again = text(client.get("/panel/2"))
    assert "We did not ask who pays." in again
    assert len(re.findall(r" checked", again)) == 7
    assert len(re.findall(r"<option selected value=\"[1-4]\"", again)) == 4
    assert "Your answers to this scenario are saved" in again


def test_own_answers_are_read_again_in_words(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    client.post("/panel/2", data=sent(client, 2))
    review = text(client.get("/panel/review"))
    table = text(client.get("/panel/answers.csv"))
    mine = client.get("/panel/my-data.json").get_json()["ratings"]
    for words in IN_WORDS:
        assert words in review
    for words in (*IN_WORDS[5:], "Likely, 60% (40 to 75%)"):
        assert words in table
    assert {"low": 40.0, "high": 75.0}.items() <= next(one for one in mine if one["item"] == "P01.q1").items()
    assert next(one for one in mine if one["item"] == "P01.q6")["answer"] == "Train officers"
    assert client.get("/panel/my-data").status_code == 200


def test_cannot_judge_of_every_kind_takes_one_tick(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    none = {
        "q1_cannot": "y", "q2": "cannot", "q3_desirability": "cannot", "q3_feasibility": "cannot", "q4": "cannot",
        "q5_cannot": "y", "q6": "cannot", "q7_cannot": "y", "q8_cannot": "y",
    }  # fmt: skip
    begun = sent(client, 2)
    client.post("/panel/2", data=begun)
    # Without scripts what was saved is still in the fields.
    answer = client.post("/panel/2", data=sent(client, 2) | none)
    assert answer.status_code == 303
    assert set(stored(place, "P01").values()) == {"cannot"}
    assert len(stored(place, "P01")) == len(STORED)
    assert "Every question" not in text(client.get("/panel/2")).partition("<main")[0]
    page = text(client.get("/panel/review"))
    assert page.count("cannot judge") >= len(STORED)


def test_an_answer_beside_cannot_judge_is_refused(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    for name in ("q1", "q5", "q7", "q8"):
        refused = client.post("/panel/2", data=sent(client, 2, **{f"{name}_cannot": "y"}))
        assert refused.status_code == 422, name
        assert "not both" in text(refused)
    assert stored(place, "P01") == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"q1_low": "70"}, "at most the best one"),
        ({"q1_low": ""}, "Give the lowest, the best and the highest estimate"),
        ({"q1_high": "100"}, "whole number from 1 to 99"),
        ({"q2": "8"}, "Choose one of the answers"),
        ({"q3_feasibility": "5"}, "Choose one of the answers"),
        ({"q5_1": "1"}, "a place of its own"),
        ({"q5_1": ""}, "a place of its own"),
        ({"q6": "5"}, "Choose one of the answers"),
        ({"q7": ["1", "9"]}, "Tick what applies"),
        ({"q8": "x" * 1001}, "at most 1,000 characters"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_stays(
    app: Flask, place: Any, changes: dict[str, Any], said: str
) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    refused = client.post("/panel/2", data=sent(client, 2, **changes))
    assert refused.status_code == 422
    assert said in text(refused)
    assert stored(place, "P01") == {}
    if "q8" not in changes:
        assert "We did not ask who pays." in text(refused)


def test_questions_may_be_left_open_and_taken_back(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    client.post("/panel/2", data=sent(client, 2))
    some = {name: "" for name in ANSWERS if name != "q7"}
    answer = client.post("/panel/2", data=sent(client, 2) | some | {"q7": []})
    assert answer.status_code == 303
    assert stored(place, "P01") == {}
    client.post("/panel/2", data=sent(client, 2) | some | {"q7": ["2"]})
    assert stored(place, "P01") == {"q7": (None, None, None, "[2]")}
    assert "1 of 9 answers saved" in text(client.get("/panel/2"))


def test_drafts_of_every_kind_come_back_and_never_count(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    kept = client.post("/panel/2/draft", data=sent(client, 2, reason="Because."))
    assert kept.status_code == 200
    assert stored(place, "P01") == {}
    page = text(client.get("/panel/2"))
    assert "Draft, not counted" in page
    assert len(re.findall(r" checked", page)) == 7
    assert "We did not ask who pays." in page
    assert "Because." in page
    client.post("/panel/2", data=sent(client, 2))
    with place.database.reading() as session:
        assert session.query(Draft).count() == 0


def test_the_reason_of_a_page_without_a_statement_hangs_on_its_first_question(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    client.post("/panel/2", data=sent(client, 2, reason="A reason of its own."))
    assert "A reason of its own." in text(client.get("/panel/2"))
    assert "A reason of its own." in text(client.get("/panel/review"))


def test_two_tabs_with_answers_that_are_no_numbers(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    first, second = sent(client, 2), sent(client, 2, q7=["4"])
    assert client.post("/panel/2", data=first).status_code == 303
    moved = client.post("/panel/2", data=second)
    assert moved.status_code == 409
    assert stored(place, "P01") == STORED


def _answered_twice(app: Flask, place: Any) -> tuple[FlaskClient, Any]:
    study = own_questions.started(place)
    client = panel.enter(app, place, study)
    client.post("/panel/2", data=sent(client, 2, reason="Ann's reason."))
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        factories.answer(session, round_)
        factories.close_round(session, round_)
        factories.open_round(place, session, study)
    return panel.enter(app, place, study), study


def test_round_2_shows_the_panel_and_the_own_answer_of_every_kind(app: Flask, place: Any) -> None:
    client, _ = _answered_twice(app, place)
    page = text(client.get("/panel/2"))
    for words in ("You said Train officers", "You said Harden devices; Share reports", "You said 5.", "You said 60%",
                  "chosen most", "in front", "answers in words, read by the facilitators", "Median of the lowest"):  # fmt: skip
        assert words in page, words
    assert page.count('class="shares"') == 3
    assert "Nobody does." not in page.partition("panel-said")[0]
    kept = client.post("/panel/2", data=sent(client, 2, 2) | {"keep": "1"})
    assert kept.status_code == 303
    assert stored(place, "P01") == STORED


def test_results_of_every_kind_for_panel_and_facilitator(
    app: Flask, place: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, study = _answered_twice(app, place)
    page = text(client.get("/panel/results"))
    assert "Measures: more questions" in page
    assert "You said Train officers." in page
    with place.database.writing() as session:
        email = factories.make_account(session, study_id=study.id).email
        frozen = results.of_study(session, study.id)[0]
    office = sign_in(email)
    table = text(office.get(f"/studies/{study.id}/results"))
    for wording in WORDING.values():
        assert wording in table
    for item in frozen.items:
        shown = office.get(f"/studies/{study.id}/results/1/items/{item.name}")
        assert shown.status_code == 200, item.name
        assert "<svg" in text(shown)
    rows = list(csv.DictReader(io.StringIO(text(office.get(f"/studies/{study.id}/results/1/snapshot.csv")))))
    sets = {(row["item"], row["set"]) for row in rows}
    assert {("P01.q5", "Train officers"), ("P01.q6", "Train officers"), ("P01.q1", "lowest")} <= sets
    assert "Nobody does." not in frozen.to_json()
    words = text(office.get(f"/studies/{study.id}/results/1/words"))
    assert "We did not ask who pays." in words


def test_answers_in_words_are_read_after_the_close_only(app: Flask, place: Any) -> None:
    _client, study = _answered_twice(app, place)
    with place.database.reading() as session:
        open_, closed = rounds.latest(session, study.id), rounds.get(session, study_id=study.id, number=1)
        assert all(len(one.texts) >= 5 for one in texts.of_round(session, round_=closed))
        with pytest.raises(NotFound, match="made when the round closes"):
            texts.of_round(session, round_=open_)


def test_answers_in_words_of_fewer_than_five_are_read_by_nobody(app: Flask, place: Any) -> None:
    study = own_questions.started(place, sizes={})
    client = panel.enter(app, place, study)
    client.post("/panel/2", data=sent(client, 2))
    with place.database.writing() as session:
        closed = factories.close_round(session, rounds.latest(session, study.id), open_feedback=False)
        assert [one.texts for one in texts.of_round(session, round_=closed)] == [(), ()]
        frozen = snapshot(session, closed.id)
    assert not any(item.panel.shown for item in frozen.items)
    assert "Nobody does." not in frozen.to_json()


def test_a_snapshot_comes_back_as_it_was_frozen(place: Any) -> None:
    study = own_questions.started(place, rounds=2)
    with place.database.reading() as session:
        closed = rounds.get(session, study_id=study.id, number=1)
        frozen = snapshot(session, closed.id)
        assert frozen.to_json() == type(frozen).from_dict(json.loads(frozen.to_json())).to_json()
        assert frozen.item("P01.q6").more["options"][0]["text"] == "Harden devices"
        assert "more" not in next(
            one for one in frozen.plain()["items"] if one["name"] == "S02.impact.physical"
        )


def test_what_was_not_stored_stands_under_the_question_it_answers_and_in_words(
    app: Flask, place: Any
) -> None:
    study = own_questions.started(place)
    client = panel.enter(app, place, study)
    form = sent(client, 1)
    with place.database.writing() as session:
        factories.close_round(session, rounds.latest(session, study.id))
    refused = client.post("/panel/1", data=form)
    page = re.sub(r"\s+", " ", text(refused))
    assert "This was not stored" in page
    for wording in WORDING.values():
        assert wording in page
    for words in IN_WORDS:
        assert words in page
    assert not re.search(r"Question \d", page)


def test_the_own_copies_ask_each_question_once_and_say_what_its_numbers_mean(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, own_questions.started(place))
    client.post("/panel/2", data=sent(client, 2))
    printed = " ".join(" ".join(pages_of(client.get("/panel/answers.pdf").get_data())).split())
    for wording in (
        "How urgent is a common answer?",
        "What did we not ask?",
        "How well do you know this subject?",
    ):
        assert printed.count(wording) == 1, wording
    table = [*csv.DictReader(io.StringIO(text(client.get("/panel/answers.csv")).lstrip("\ufeff")))]
    told = {row["Code of the question"]: (row["Answer"], row["In words"]) for row in table}
    assert told["P01.q4"] == ("3", "3 Familiar")
    assert all(row["Question"] for row in table)
