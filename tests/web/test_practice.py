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


def sure(client, path: str = "/panel/practice") -> dict[str, str]:
    """Return 90 for what is true and 10 for what is false, and narrow intervals that hold, for what a page asks."""
    page = text(client.get(path))
    turn = re.search(r'name="turn" value="(\d+)"', page)[1]
    typed = {"turn": turn}
    for one in bank.named(set(re.findall(r'name="(C\d\d)', page))):
        if isinstance(one, bank.Quantity):
            typed |= {f"{one.id}_low": str(one.answer - 1), f"{one.id}_high": str(one.answer + 1)}
        else:
            typed[one.id] = "90" if one.answer else "10"
    return typed


def ids(typed: dict[str, str]) -> set[str]:
    return {name[:3] for name in typed if name != "turn"}


def kept(place) -> int:
    with place.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PracticeAnswer))


def test_ten_questions_are_asked_and_scored_for_their_owner(app: Flask, place) -> None:
    study = panel.started(place)
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, 1)
    typed = sure(ann)
    assert len(ids(typed)) == bank.ASKED
    assert len([name for name in typed if name.endswith("_low")]) == bank.OF_EACH
    assert ann.post("/panel/practice", data=typed).headers["Location"] == "/panel/practice"
    page = text(ann.get("/panel/practice"))
    for said in ("Your Brier score: 0.01", "Show as a table", "Seen by you alone", 'rel="noreferrer"',
                 "Your intervals that hold the true number: 5 of 5", "Your interval score: 0."):  # fmt: skip
        assert said in page, said
    assert page.count("<svg") > 1
    assert "Your Brier score" not in text(bob.get("/panel/practice"))
    kept_ = ann.get("/panel/my-data.json").get_json()["practice"]
    assert kept_.keys() == ids(typed)
    assert all(
        said == int(typed[key])
        if key in typed
        else said == [int(typed[f"{key}_low"]), int(typed[f"{key}_high"])]
        for key, said in kept_.items()
    )
    assert bob.get("/panel/my-data.json").get_json()["practice"] == {}


def test_part_of_it_is_enough_and_nonsense_is_told(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    typed = sure(client)
    first, low = (
        next(name for name in typed if len(name) == 3),
        next(name for name in typed if "_low" in name),
    )
    high = low.replace("_low", "_high")
    for wrong in ({}, {first: "0"}, {first: "100"}, {first: "many"}, {"C99": "50"}, {low: "3"}, {high: "3"},
                  {low: "9", high: "3"}, {low: "-1", high: "3"}, {low: "1", high: "99999999"}, {low: "x", high: "3"},
                  {low: "1", high: "y"}):  # fmt: skip
        answer = client.post("/panel/practice", data=wrong)
        assert answer.status_code == 422, wrong
        assert any(
            said in text(answer)
            for said in ("1 to 99", "integer", "at least one", "both ends", "between 0 and")
        )
    assert kept(place) == 0
    assert client.post("/panel/practice", data={first: "50"}).status_code == 303
    page = text(client.get("/panel/practice"))
    assert "Your Brier score: 0.25" in page
    assert "your intervals" not in page
    client.post("/panel/practice/again")
    assert kept(place) == 0
    assert client.post("/panel/practice", data={low: "0", high: "1"}).status_code == 303
    page = text(client.get("/panel/practice"))
    assert "Your intervals that hold the true number: 0 of 1" in page
    assert "Outside: it is" in page
    assert "Brier score" not in page


def test_again_asks_other_questions_in_the_panel_and_in_the_training_wing(app: Flask, place, sign_in) -> None:
    client = panel.enter(app, place, panel.started(place))
    first = sure(client)
    client.post("/panel/practice", data=first)
    onward = client.post("/panel/practice/again").headers["Location"]
    second = sure(client, onward)
    assert len(ids(second)) == bank.ASKED
    assert not ids(first) & ids(second)
    client.post("/panel/practice", data=second)
    assert client.get("/panel/my-data.json").get_json()["practice"].keys() == ids(second)
    assert not ids(second) & ids(sure(client, client.post("/panel/practice/again").headers["Location"]))
    for nonsense in ("-1", "x", "99999", "²"):
        assert client.get("/panel/practice", query_string={"turn": nonsense}).status_code == 200
    with place.database.writing() as session:
        email = factories.make_account(session).email
    staff = sign_in(email)
    typed = sure(staff, "/exercises/practice")
    score = text(staff.post("/exercises/practice", data=typed))
    assert "Your intervals that hold the true number: 5 of 5" in score
    onward = re.search(r'href="(/exercises/practice\?turn=\d+)"', score)[1]
    assert not ids(typed) & ids(sure(staff, onward))


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
        "copkit_delphi/elicitation/own_record.py",
        "copkit_delphi/elicitation/practice.py",
        "copkit_delphi/web/panellist/practice.py",
    }


def test_staff_take_the_same_lesson_and_nothing_is_kept(app: Flask, place, sign_in) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session).email
    client = sign_in(email)
    page = text(client.get("/exercises/practice"))
    asked = re.findall(r'name="(C\d\d)"', page)
    assert len(asked) == practice.bank.OF_EACH
    assert client.post("/exercises/practice", data={}).status_code == 422
    answer = client.post("/exercises/practice", data={asked[0]: "50"})
    assert "Your Brier score: 0.25" in text(answer)
    assert kept(place) == 0
