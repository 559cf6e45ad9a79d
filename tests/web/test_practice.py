"""Practice before answering: never required, scored, seen by that person alone, and gone with them."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

import copkit_delphi
from copkit_delphi.elicitation import practice, retention
from copkit_delphi.elicitation.models import PracticeAnswer, Study
from copkit_delphi.library import practice as bank
from tests import factories
from tests.web import panel


def text(answer) -> str:
    return answer.get_data(as_text=True)


def sure(client) -> dict[str, str]:
    """Return 90 for what is true and 10 for what is false, for the statements of a page."""
    asked = re.findall(r'name="(C\d\d)"', text(client.get("/panel/practice")))
    return {one.id: "90" if one.answer else "10" for one in bank.named(asked)}


def kept(place) -> int:
    with place.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PracticeAnswer))


def test_ten_statements_are_asked_and_scored_for_their_owner(app: Flask, place) -> None:
    study = panel.started(place)
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, 1)
    typed = sure(ann)
    assert len(typed) == bank.ASKED
    assert ann.post("/panel/practice", data=typed).headers["Location"] == "/panel/practice"
    page = text(ann.get("/panel/practice"))
    for said in ("Your Brier score: 0.01", "Show as a table", "Seen by you alone", 'rel="noreferrer"'):
        assert said in page, said
    assert page.count("<svg") > 1
    assert "Your Brier score" not in text(bob.get("/panel/practice"))
    assert ann.get("/panel/my-data.json").get_json()["practice"] == {
        key: int(said) for key, said in typed.items()
    }
    assert bob.get("/panel/my-data.json").get_json()["practice"] == {}


def test_part_of_it_is_enough_and_nonsense_is_told(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    first, *_rest = sure(client)
    for wrong in ({}, {first: "0"}, {first: "100"}, {first: "many"}, {"C99": "50"}):
        answer = client.post("/panel/practice", data=wrong)
        assert answer.status_code == 422, wrong
        assert "1 to 99" in text(answer) or "integer" in text(answer)
    assert client.post("/panel/practice", data={first: "50"}).status_code == 303
    assert "Your Brier score: 0.25" in text(client.get("/panel/practice"))
    client.post("/panel/practice/again")
    assert kept(place) == 0


def test_it_stands_behind_consent_and_in_the_way_of_nothing(app: Flask, place) -> None:
    study = panel.started(place)
    assert (
        panel.enter(app, place, study, consent=False).get("/panel/practice").headers["Location"] == "/panel"
    )
    client = panel.enter(app, place, study)
    assert 'href="/panel/practice"' in text(client.get("/panel"))
    assert client.post("/panel/1", data=panel.fields(client)).status_code == 303


def test_it_changes_nothing_that_others_see_and_goes_on_withdrawal_and_with_the_answers(
    app: Flask, place
) -> None:
    study = panel.started(place)
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, 1)
    for client in (ann, bob):
        client.post("/panel/practice", data=sure(client))
    assert kept(place) == 2 * bank.ASKED
    ann.post("/panel/withdraw")
    assert kept(place) == bank.ASKED
    with place.database.writing() as session:
        retention.clear(session, session.get_one(Study, study.id), factories.NOW)
    assert kept(place) == 0


def test_nothing_but_its_own_page_and_the_own_copy_reads_it() -> None:
    """No export, page of staff, count or archive imports it: these are all its readers."""
    root = Path(copkit_delphi.__file__).parents[1]
    readers = {
        path.relative_to(root).as_posix()
        for path in (root / "copkit_delphi").rglob("*.py")
        if "PracticeAnswer" in path.read_text()
        or "practice.of_panellist" in path.read_text()
        or "training.of_panellist" in path.read_text()
    }
    assert readers == {
        "copkit_delphi/elicitation/models/__init__.py",
        "copkit_delphi/elicitation/models/practice.py",
        "copkit_delphi/elicitation/own.py",
        "copkit_delphi/elicitation/practice.py",
        "copkit_delphi/web/panellist/practice.py",
    }


def test_staff_take_the_same_lesson_and_nothing_is_kept(app: Flask, place, sign_in) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session).email
    client = sign_in(email)
    page = text(client.get("/exercises/practice"))
    asked = re.findall(r'name="(C\d\d)"', page)
    assert len(asked) == practice.bank.ASKED
    assert client.post("/exercises/practice", data={}).status_code == 422
    answer = client.post("/exercises/practice", data={asked[0]: "50"})
    assert "Your Brier score: 0.25" in text(answer)
    assert kept(place) == 0
