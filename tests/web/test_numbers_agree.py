"""Pages of one study say the same number of the same people, or say why they differ."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import ratings, rounds, studies
from copkit_delphi.elicitation.models import Panellist, Round, Study
from copkit_delphi.elicitation.ratings import Answer
from copkit_delphi.installation import Installation
from tests import factories

PEOPLE = "\n".join(f"Person {n}; p{n}@panel.example; Industry" for n in range(1, 11))


@pytest.fixture
def study(place: Installation) -> Study:
    """Ten people of one group in an open round; one of them declined."""
    with place.database.writing() as session:
        facilitator = factories.make_account(session).id
        made, _ = factories.running_study(place, session, facilitator, people=PEOPLE, sizes={})
        session.flush()
        first = session.query(Panellist).order_by(Panellist.id).first()
        assert first
        ratings.decline(session, panellist_id=first.id)
        return made


@pytest.fixture
def client(place: Installation, study: Study, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    with place.database.writing() as session:
        email = factories.make_account(session, study_id=study.id).email
    return sign_in(email)


def said(client: FlaskClient, address: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).text)))


def test_who_declined_is_missing_on_the_panels_page_as_on_the_overview(
    client: FlaskClient, study: Study
) -> None:
    page = said(client, f"/studies/{study.id}/panel")
    assert "Industry: 1 more to reach the 10 wanted. 9 / 10" in page
    assert "nobody is told who it is" not in page
    assert "Who declined is named on the overview" in page
    assert "Declined" in said(client, f"/studies/{study.id}")


def test_the_filter_of_progress_finds_whose_row_says_it(client: FlaskClient, study: Study) -> None:
    assert "Not started (9)" in said(client, f"/studies/{study.id}?progress=not_started")
    found = said(client, f"/studies/{study.id}?progress=not_started")
    assert "9 of 10 people" in found
    assert found.count("Not started") == 10  # nine rows, and what is chosen


def test_a_number_that_is_not_shown_says_why_where_it_stands(
    client: FlaskClient, place: Installation, study: Study
) -> None:
    why = "a number is printed only if it and the rest of its group are 0 or at least 5"
    assert why not in said(client, f"/studies/{study.id}")
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        codes = session.query(Panellist.id).filter(~Panellist.declined).order_by(Panellist.id).limit(8)
        _answered(session, round_, [code for (code,) in codes])
        rounds.close(session, round_id=round_.id, actor="t", clock=factories.clock_at())
    page = said(client, f"/studies/{study.id}")
    assert "not shown" in page
    assert why in page


def _answered(session: Session, round_: Round, codes: list[str]) -> None:
    items = studies.items(session, round_.study_id)
    for code in codes:
        ratings.give_consent(session, panellist_id=code, version="t", quoting="no")
        ratings.save(
            session, panellist_id=code, round_id=round_.id, scenario_id=items[0].scenario_id,
            answers={items[0].id: Answer(50.0)}, clock=factories.clock_at(),
        )  # fmt: skip
