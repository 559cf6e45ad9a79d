"""Round 2 as a panellist sees it: own earlier answer, frozen feedback, both sides equal, one press to keep."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import IMPACT, PERCENT
from copkit_delphi.elicitation import argument_marks, feedback, marked, rounds
from copkit_delphi.elicitation.models import (
    Argument,
    Item,
    Panellist,
    Rationale,
    Snapshot,
)
from tests import factories
from tests.web import panel
from tests.web.test_panellist import text

SMALL = {"Law enforcement": 9, "Industry": 5, "Civil society": 2}


def test_the_middle_half_and_the_own_answer_are_said(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    page = text(client.get("/panel/1"))
    assert re.search(r"The middle half of the \d+ answers lies between\s*<b>\d+ and \d+%</b>", page)
    assert "You said 80%</b>, above that range." in page
    assert "You 80%" in page
    assert "Ann alone wrote this." in page
    assert 'value="80"' in page
    assert "Show as a table" in page


def test_the_own_answer_is_drawn_for_its_owner_only(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    bob = text(panel.enter(app, place, study, who=1).get("/panel/1"))
    assert "You did not answer this." in bob
    for leak in ("You 80%", "You said 80%", "Ann alone wrote this.", 'value="80"', "Ann"):
        assert leak not in bob


def test_five_to_nine_answers_show_the_median_alone(app: Flask, place) -> None:
    study = panel.started(place, rounds=2, sizes={"Law enforcement": 8})
    page = text(panel.enter(app, place, study).get("/panel/1"))
    assert re.search(r"The median of the [5-9] panellists who rated this is\s*<b>\d+%</b>", page)
    assert re.search(r"You said 80%</b>, \d+ points above it\.", page)
    assert "The middle half of the" not in page
    assert "You are more than 15 points above the median" in page
    assert "above the middle half (" not in page


@pytest.mark.parametrize(
    ("figures", "scale", "expected"),
    [
        (Figures(n=12, median=50, q1=44, q3=70), PERCENT, (44, 70)),
        (Figures(n=7, median=50), PERCENT, (35, 65)),
        (Figures(n=7, median=2), IMPACT, (0, 4)),
        (Figures(), PERCENT, None),
    ],
)
def test_where_a_reason_is_asked(figures: Figures, scale, expected) -> None:
    assert feedback.asked_outside(figures, scale) == expected


def test_a_group_below_five_is_nowhere_in_the_page(app: Flask, place) -> None:
    study = panel.started(place, rounds=2, sizes=SMALL)
    client = panel.enter(app, place, study)
    with place.database.reading() as session:
        payload = json.loads(session.query(Snapshot).one().payload)
    hidden = [
        group["name"]
        for item in payload["items"]
        for group in item["groups"]
        if group["figures"]["n"] is None and item["name"] == "S02.likelihood"
    ]
    assert "Civil society" in hidden
    for path in ("/panel/1", "/panel/results"):
        page = text(client.get(path))
        assert page.count("Not shown: too few answers, here or in another group") > len(hidden)
        for name in hidden:
            rows = re.findall(rf"{name}\s*</(?:span|th)>(.*?)</(?:div|tr)>", page, re.DOTALL)
            assert rows, name
            for row in rows:
                assert not re.search(r"\d+%|<b>", row), row


def test_both_sides_show_equally_many_reasons_first(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    page = text(client.get("/panel/2"))
    higher, lower = re.findall(
        r"<h3>Reasons for a \w+ estimate</h3>(.*?)(?:<details|</div>)", page, re.DOTALL
    )
    assert higher.count('class="arg"') == lower.count('class="arg"') > 0


def test_one_press_keeps_every_earlier_answer_without_scripts(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    page = text(client.get("/panel/1"))
    assert re.search(
        r'<noscript><button[^>]*name="keep"[^>]*>Keep 80% and continue</button></noscript>', page
    )
    basis = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
    assert basis
    sent = {"round": "2", "basis": basis[1], "likelihood": "7", "keep": "1"}
    assert client.post("/panel/1", data=sent).status_code == 303
    assert panel.values(place) == {
        "S02.likelihood": 80.0, "S02.impact.physical": 2.0, "S02.impact.economic": 2.0,
        "S02.impact.rights": 2.0, "S02.confidence": 2.0,
    }  # fmt: skip


def test_the_page_as_it_opens_keeps_them_too(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    page = text(client.get("/panel/1"))
    ticked = dict(re.findall(r'<input checked[^>]*name="(\w+)"[^>]*value="(\w+)"', page))
    assert ticked == {"impact_physical": "2", "impact_economic": "2", "impact_rights": "2", "confidence": "2"}


def test_no_reason_is_forced_outside_the_middle_half(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    page = text(client.get("/panel/1"))
    assert re.search(r'data-far="above"(?! hidden)[^>]*>', page)
    assert re.search(r'data-far="below" hidden', page)
    assert client.post("/panel/1", data=panel.fields(client, round_=2, likelihood="97")).status_code == 303
    assert client.post("/panel/1", data=panel.fields(client, round_=2, no_say="y")).status_code == 303


def test_impact_is_said_beside_its_tiles(app: Flask, place) -> None:
    page = text(panel.enter(app, place, panel.started(place, rounds=2)).get("/panel/1"))
    assert re.search(r"Panel: median 3, middle half \d to \d\. You said 2\.", page)


def test_results_open_with_the_feedback_and_not_before(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    with place.database.writing() as session:
        factories.answer(session, rounds.latest(session, study.id))
        factories.close_round(session, rounds.latest(session, study.id), open_feedback=False)
    assert client.get("/panel/results").status_code == 404
    assert "prepare the reasons" in text(client.get("/panel"))
    with place.database.writing() as session:
        rounds.open_feedback(
            session, round_=rounds.latest(session, study.id), actor="t", clock=factories.clock_at()
        )
    assert "Its results are open." in text(client.get("/panel"))
    page = text(client.get("/panel/results"))
    assert "Frozen when the round closed" in page
    assert "The middle half of the" in page


def test_the_own_copy_holds_every_round(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    client.post("/panel/1", data=panel.fields(client, round_=2))
    lines = text(client.get("/panel/answers.csv")).splitlines()
    assert sum(line.startswith("1,") for line in lines) == 10
    assert sum(line.startswith("2,") for line in lines) == 5


def test_arguments_are_marked_with_the_answer_and_counted_nowhere_while_the_round_is_open(
    app: Flask, place
) -> None:
    study = panel.started(place, rounds=2)
    ann = panel.enter(app, place, study)
    page = text(ann.get("/panel/1"))
    keys = re.findall(r'name="argument" value="(\w+)" form="answers"', page)
    assert keys
    assert f'id="useful-{keys[0]}" name="useful" value="{keys[0]}" form="answers">' in page
    marks = {"argument": keys, "useful": keys[:1], "changed": keys[:1]}
    assert ann.post("/panel/1", data={**panel.fields(ann, round_=2), **marks}).status_code == 303
    again = text(ann.get("/panel/1"))
    for kind in ("useful", "changed"):
        assert f'name="{kind}" value="{keys[0]}" form="answers" checked>' in again
    mine = text(ann.get("/panel/my-data"))
    assert mine.count("Useful") == mine.count("Changed my mind") == 1
    bob = panel.enter(app, place, study, who=1)
    assert "Useful" not in text(bob.get("/panel/my-data"))
    bob = text(bob.get("/panel/1"))
    assert keys[0] in bob
    assert "checked" not in re.search(rf'<input[^>]*id="useful-{keys[0]}"[^>]*>', bob)[0]
    for words in ("useful to", "changed the mind of"):
        assert words not in bob
    forged = {"argument": ["f" * 32], "useful": ["f" * 32]}
    assert ann.post("/panel/1", data={**panel.fields(ann, round_=2), **forged}).status_code == 422


def test_reasons_of_round_1_stand_in_round_3_where_round_2_said_nothing_new(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    ann = panel.enter(app, place, study)
    key = re.findall(r'name="argument" value="(\w+)"', text(ann.get("/panel/1")))[0]
    marks = {"argument": [key], "useful": [key]}
    assert ann.post("/panel/1", data={**panel.fields(ann, round_=2), **marks}).status_code == 303
    with place.database.writing() as session:
        words = session.get_one(Argument, key).text
        round_ = rounds.latest(session, study.id)
        factories.answer(session, round_)
        factories.close_round(session, round_, open_feedback=False)
        feedback.moderate(session, round_=round_, edited=[], actor="test", at=factories.NOW)
        rounds.open_feedback(session, round_=round_, actor="test", clock=factories.clock_at())
        factories.open_round(place, session, study)
    ann = panel.enter(app, place, study)
    page = text(ann.get("/panel/1"))
    assert words in page
    assert '<p class="xs muted">Round 1</p>' in page
    assert "Marked in an earlier round: Useful" in page
    assert f'id="useful-{key}"' not in page
    assert f'id="changed-{key}"' in page
    assert words in text(ann.get("/panel/results"))


def test_the_own_argument_says_so_to_its_author_and_takes_no_mark(app: Flask, place) -> None:
    study, words = panel.started(place), "Nobody but me thought of the tides."
    ann = panel.enter(app, place, study)
    said = panel.fields(ann) | {"reason": words, "visibility": "panel"}
    assert ann.post("/panel/1", data=said).status_code == 303
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        factories.answer(session, round_)
        factories.close_round(session, round_)
        factories.open_round(place, session, study)
        key = session.scalars(select(Argument.id).where(Argument.text == words)).one()
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, who=1)
    mine, theirs = (text(client.get("/panel/1")) for client in (ann, bob))
    assert f'{words} <b class="own">(yours)</b>' in mine
    assert f'value="{key}" form="answers"' not in mine
    assert f"{words}</p>" in theirs
    assert f'id="useful-{key}"' in theirs
    forged = {"argument": [key], "useful": [key]}
    assert ann.post("/panel/1", data={**panel.fields(ann, round_=2), **forged}).status_code == 422


def test_marks_of_five_are_told_with_the_next_results(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    with place.database.writing() as session:
        open_ = rounds.latest(session, study.id)
        first = rounds.get(session, study_id=study.id, number=1)
        argument = session.scalars(
            select(Argument)
            .join(Item, Item.id == Argument.item_id)
            .where(Argument.round_id == first.id, Item.kind == "likelihood")
            .order_by(Argument.id)
        ).first()
        for code in session.scalars(
            select(Panellist.id).where(
                Panellist.study_id == study.id,
                Panellist.synthetic,
                Panellist.id.not_in(
                    select(Rationale.panellist_id).where(Rationale.item_id == argument.item_id)
                ),
            )
        ).all()[:6]:
            argument_marks.save(session, panellist_id=code, round_id=open_.id, shown=[argument.id], said={marked.Kind.CHANGED: [argument.id]})  # fmt: skip
        factories.answer(session, open_)
        words = argument.text
        factories.close_round(session, open_)
    page = text(panel.enter(app, place, study).get("/panel/results"))
    assert "changed the mind of 6" in page
    assert words[:30] in page
