"""Pages that lead on: what is locked says so and what is open, an ended study offers nothing that is over."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from copkit_delphi.domain.decisions import Gap
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation.arguments import Stated
from copkit_delphi.elicitation.dissents import Entry, Standing
from copkit_delphi.elicitation.models import Study
from copkit_delphi.installation import Installation
from copkit_delphi.reporting import decided
from tests import factories
from tests.web import panel


def closed(place: Installation, lead: str, **changes: object) -> Study:
    with place.database.writing() as session:
        return factories.closed_study(place, session, lead, **changes)


@pytest.mark.parametrize("path", ["/set-up/about", "/rounds/1/close", "/rounds/1/moderation", "/end"])
def test_a_locked_page_says_that_nothing_was_changed_and_what_is_open(
    client: FlaskClient, place: Installation, lead: tuple[str, str], path: str
) -> None:
    base = f"/studies/{closed(place, lead[0]).id}"
    refused = client.get(base + path)
    assert refused.status_code == 409
    assert "was not stored" not in refused.text
    assert "Nothing was changed." in refused.text
    ways = re.findall(r'<li><a href="([^"]+)"', refused.text.partition("What is open in this study")[2])
    assert base in ways
    for way in ways:
        assert client.get(way).status_code == 200
    lost = client.post(f"{base}/set-up/about", data={"title": "Two words"})
    assert "Your last step was not stored." in lost.text
    assert "Two words" in lost.text


def test_the_preview_of_an_ended_study_opens_every_page_and_knows_the_deadline(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    protocol = Protocol(dimensions=("rights",), carry="open")
    base = f"/studies/{closed(place, lead[0], protocol=protocol).id}/preview"
    first = client.get(base)
    assert "Not set yet" not in first.text
    assert "9 November 2026" in first.text
    pages = set(re.findall(rf'href="({base}/\d+)', first.text)) | {f"{base}/1", f"{base}/2"}
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_an_archived_study_is_not_ended_again(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    study = closed(place, lead[0])
    assert client.post(f"/studies/{study.id}/archive").status_code == 303
    page = client.get(f"/studies/{study.id}/end")
    assert page.status_code == 409
    assert "The study has ended already." in page.text
    assert "A role given now says who may read it." in client.get(f"/studies/{study.id}/roles").text


def test_the_advice_on_closing_does_not_contradict_itself(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        study, round_ = factories.running_study(place, session, lead[0])
    page = client.get(f"/studies/{study.id}").text
    assert "Closing now all the same asks for a written reason" in page
    with place.database.writing() as session:
        factories.answer(session, round_)
    page = client.get(f"/studies/{study.id}").text
    assert "Nothing speaks against closing" in page
    assert "Closing now needs no reason." in page
    assert "asks for a written reason" not in page


def test_after_the_last_round_the_way_leads_to_the_end(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    base = f"/studies/{closed(place, lead[0], n_rounds=3, end=False).id}"
    page = client.get(base).text
    assert "Decide, and end the study: this was its last round." in page
    assert "Round 3 was the last one by the rules of this study." in page
    assert "Another round all the same" not in page
    assert "End the study" in client.get(f"{base}/deciding/3").text
    away = client.get(f"{base}/rounds/next", follow_redirects=True)
    assert away.request.path == f"{base}/end"
    assert "The rules of this study allow no further round." in away.text


def test_one_is_told_as_one(
    client: FlaskClient, place: Installation, lead: tuple[str, str], app: object
) -> None:
    with place.database.writing() as session:
        study, _ = factories.running_study(place, session, lead[0], people=panel.PEOPLE, scenarios=("S02",))
    ann = panel.enter(app, place, study, consent=False)  # type: ignore[arg-type]
    assert "Judge 1 scenario in at most" in ann.get("/panel").text
    ann = panel.enter(app, place, study)  # type: ignore[arg-type]
    assert "0 of 1 scenario answered" in ann.get("/panel").text
    assert "medians 1 point apart" in decided.gap(Gap("Industry", "Civil society", 1.0, "close"))
    assert "medians 2 points apart" in decided.gap(Gap("Industry", "Civil society", 2.0, "close"))


def test_of_reasons_in_the_same_words_those_may_be_quoted_whose_authors_agreed() -> None:
    stated = tuple(
        Stated(key, "S01", "higher", text, 1)
        for key, text in zip("abc", ("Same.", "Same.", "Other."), strict=True)
    )
    entry = Entry(None, None, (1,), Standing.OPEN, stated, frozenset({"a"}))  # type: ignore[arg-type]
    assert entry.side("higher") == [("Same.", True), ("Same.", False), ("Other.", False)]
    assert entry.side("lower") == []


def test_files_say_which_time_is_which(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    said = html.unescape(client.get(f"/studies/{closed(place, lead[0]).id}/files").text)
    assert "within seven days of the yes. Once made, it is kept for an hour." in said
