"""Further rounds before they are there: real feedback once a round has closed, a picture that says it is made up before."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Rating, Round, Snapshot
from copkit_delphi.people import accounts
from tests import factories as f
from tests import own_questions

MADE_UP = "made up by chance"


@pytest.fixture
def lead(place: Any) -> Any:
    with place.database.writing() as session:
        return f.make_account(session)


def drafted(place: Any, lead: Any, feedback: str = "split-both") -> str:
    protocol = Protocol(dimensions=("physical", "economic"), feedback=Feedback.of_form(feedback))
    with place.database.writing() as session:
        return f.draft_study(session, lead.id, protocol=protocol).id


def picture(page: str) -> str:
    """Return what a page shows, without the tokens of its frame."""
    return page.partition('class="two feedback')[2].partition("</main>")[0]


def text(page: str) -> str:
    return html.unescape(page)


def test_round_1_leads_to_the_rounds_after_it(
    place: Any, lead: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    study, client = drafted(place, lead), sign_in(lead.email)
    first = client.get(f"/studies/{study}/preview").text
    for number in (2, 3):
        found = re.search(rf'href="(/studies/{study}/preview/rounds/{number}[^"]*)"', first)
        assert found
        page = text(client.get(html.unescape(found[1])).text)
        assert f"What the panel said in round {number - 1}" in page
        assert MADE_UP in page
        assert f"Round {number - 1} has not closed" in page
        assert "<fieldset disabled>" in page
        assert "Save and continue" not in page
    with place.database.reading() as session:
        assert session.query(Rating).count() == session.query(Snapshot).count() == 0
    for bad in (
        "rounds/1",
        "rounds/4",
        "rounds/0",
        "rounds/2?group=no",
        "rounds/2?page=9",
        "rounds/2?page=x",
    ):
        assert client.get(f"/studies/{study}/preview/{bad}").status_code == 404, bad
    twice = [picture(client.get(f"/studies/{study}/preview/rounds/2").text) for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("form", "figures", "groups", "reasons"),
    [
        ("split-both", True, True, True),
        ("all-both", True, False, True),
        ("split-figures", True, True, False),
        ("none", False, False, False),
    ],
)
def test_a_preview_keeps_to_the_form_of_feedback(
    place: Any,
    lead: Any,
    sign_in: Callable[[str], FlaskClient],
    form: str,
    figures: bool,
    groups: bool,
    reasons: bool,
) -> None:
    study = drafted(place, lead, form)
    page = text(sign_in(lead.email).get(f"/studies/{study}/preview/rounds/2").text)
    inside = page.partition('class="two feedback')[2]
    assert ("no figures between rounds" not in inside) == figures
    assert ("Industry" in inside) == groups
    assert ("A made-up reason for a higher estimate." in inside) == reasons


def test_once_the_round_has_closed_the_frozen_result_takes_the_place(
    place: Any, lead: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        study, opened = f.running_study(place, session, lead.id)
        f.answer(session, opened)
        study_id, round_id = study.id, opened.id
    client = sign_in(lead.email)
    made_up = f"/studies/{study_id}/preview/rounds/2"
    page = text(client.get(made_up).text)
    assert MADE_UP in page  # the round is open: nothing of its answers
    with place.database.writing() as session:
        f.close_round(session, session.get_one(Round, round_id))
        median = session.get_one(Snapshot, round_id).payload
    assert client.get(made_up).location.startswith(f"/studies/{study_id}/rounds/1/preview")
    page = text(client.get(f"/studies/{study_id}/preview").text)
    assert f"/studies/{study_id}/rounds/1/preview" in page
    real = text(client.get(f"/studies/{study_id}/rounds/1/preview").text)
    assert MADE_UP not in real
    assert "Prices of the software fall every month." in real or "Courts need longer" in real
    assert median


def test_wild_answers_in_an_open_round_change_no_made_up_figure(
    place: Any, lead: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        study, opened = f.running_study(place, session, lead.id)
        study_id, round_id = study.id, opened.id
    client, address = sign_in(lead.email), f"/studies/{study_id}/preview/rounds/2"
    before = picture(client.get(address).text)
    with place.database.writing() as session:
        assert f.answer(session, session.get_one(Round, round_id)) > 20
    assert picture(client.get(address).text) == before


def test_every_kind_of_question_has_its_preview(
    app: Flask, place: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    study = own_questions.started(place)
    with place.database.reading() as session:
        assert rounds.latest(session, study.id)
        number = len(studies.scenarios(session, study.id))
    with place.database.writing() as session:
        account = f.make_account(session, "Otto Other", None)

        accounts.give_role(
            session, account_id=account.id, role=Role.FACILITATOR, study_id=study.id, at=f.NOW, actor="t"
        )
        email = account.email
    client = sign_in(email)
    for page in range(1, number + 1):
        answer = client.get(f"/studies/{study.id}/preview/rounds/2?page={page}")
        assert answer.status_code == 200
