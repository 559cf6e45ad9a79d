"""The library's pages: search, read, add, revise, retire, take into a draft study, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import studies
from copkit_delphi.installation import Installation
from copkit_delphi.library import scenarios as library
from copkit_delphi.warning import planning
from tests import factories as f
from tests.web.staged import read_form

NEW = {
    "title": "Forged sensor readings",
    "summary": "Groups forge readings of public sensors.",
    "horizon": "0-2y",
    "evidence": "plausible",
    "hazard": "low",
    "statement": "By 31 December 2028, a court has found readings forged.",
    "indicators-0-text": "Complaints of operators",
    "indicators-0-diagnosticity": "high",
    "actions-0-category": "prevention",
    "actions-0-text": "Seal the sensors.",
    "actions-0-months_from": "2",
    "actions-0-months_to": "6",
    "actions-0-rights_level": "low",
}


@dataclass(frozen=True)
class Shelf:
    """A facilitator with a draft study, signed in."""

    place: Installation
    client: FlaskClient
    study_id: str


@pytest.fixture
def shelf(place: Installation, sign_in: Callable[[str], FlaskClient]) -> Shelf:
    with place.database.writing() as session:
        account = f.make_account(session)
        study = f.draft_study(session, account.id, scenarios=("S02",), title="My draft")
        email, study_id = account.email, study.id
    return Shelf(place, sign_in(email), study_id)


def test_search_finds_by_words_and_filters(shelf: Shelf) -> None:
    every = shelf.client.get("/library").text
    assert "S01 Live synthetic" in every
    assert "S18" in every
    drones = shelf.client.get("/library?q=drones&hazard=medium").text
    assert "S04" in drones
    assert "S01 Live" not in drones
    assert "Nothing in the library matches" in shelf.client.get("/library?q=zzz").text


def test_an_entry_is_added_with_a_warning_and_read(shelf: Shelf) -> None:
    answer = shelf.client.post("/library/new", data=NEW, follow_redirects=True)
    assert answer.status_code == 200
    assert "Forged sensor readings" in answer.text
    assert "would show that this is not happening" in answer.text
    assert "Lead time 2 to 6 months" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Give the entry a title."),
        ({"hazard": "extreme"}, "Not a valid choice"),
        ({"actions-0-months_from": "x"}, "Not a valid integer"),
        ({"actions-0-months_from": "9", "actions-0-months_to": "1"}, "from fewer to more months"),
        ({"summary": "x" * 5000}, "Write at most 4000"),
    ],
)
def test_a_faulty_entry_comes_back_as_typed(shelf: Shelf, changes: dict[str, str], said: str) -> None:
    answer = shelf.client.post("/library/new", data=NEW | changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Complaints of operators" in answer.text
    with shelf.place.database.reading() as session:
        assert not [row for row in library.listed(session) if row.origin == "own"]


def test_a_revision_starts_from_what_stands_and_loses_nothing(shelf: Shelf) -> None:
    page = shelf.client.get("/library/S04/revise").text
    fields = read_form(page, "/library/S04/versions/1/revise")
    assert fields["actions-3-category"] == "policy"
    with shelf.place.database.reading() as session:
        before = library.entry_of(session, library.get(session, "S04"))
    lists = {"rights": list(before.rights)}
    answer = shelf.client.post(
        "/library/S04/versions/1/revise", data=fields | lists | {"note": "Wording."}, follow_redirects=True
    )
    assert "The new version stands" in answer.text
    with shelf.place.database.reading() as session:
        row = library.get(session, "S04")
        assert (row.version, row.origin) == (2, "own")
        assert library.entry_of(session, row) == before
    stale = shelf.client.post("/library/S04/versions/1/revise", data=fields | {"note": "Late."})
    assert stale.status_code == 422
    assert "Somebody else revised this entry" in stale.text


def test_retire_and_bring_back(shelf: Shelf) -> None:
    assert shelf.client.post("/library/S04/retire", data={"reason": ""}).status_code == 422
    page = shelf.client.post("/library/S04/retire", data={"reason": "Overtaken."}, follow_redirects=True).text
    assert "Retired: no study can take it" in page
    assert shelf.client.get("/library/S04/retire").status_code == 409
    assert "Overtaken." in shelf.client.get("/library?retired=1").text
    taken = shelf.client.post("/library/S04/take", data={"study": shelf.study_id, "indicators": "S04-I1"})
    assert taken.status_code == 409
    assert "in use again" in shelf.client.post("/library/S04/bring-back", follow_redirects=True).text


def test_take_into_a_draft_with_what_is_chosen(shelf: Shelf) -> None:
    page = shelf.client.get("/library/S04").text
    assert "My draft" in page
    sent = {"study": shelf.study_id, "indicators": ["S04-I1", "S04-I4"], "actions": ["2"]}
    answer = shelf.client.post("/library/S04/take", data=sent, follow_redirects=True)
    assert "S04, version 1" in answer.text
    with shelf.place.database.reading() as session:
        rows = planning.of_study(session, shelf.study_id)
        assert [row.name for row in rows.indicators] == ["S04-I1", "S04-I4"]
        assert [row.category for row in rows.actions] == ["mitigation"]
    assert "You run no draft study" in shelf.client.get("/library/S04").text


def test_a_sensitive_entry_marks_the_study_and_says_so(shelf: Shelf) -> None:
    with shelf.place.database.writing() as session:
        studies.get(session, shelf.study_id).marking = "TLP:CLEAR"
    answer = shelf.client.post("/library/S04/take", data={"study": shelf.study_id}, follow_redirects=True)
    assert "now marked TLP:AMBER" in answer.text


def test_an_entry_without_a_statement_is_worded_in_the_study_that_takes_it(shelf: Shelf) -> None:
    page = shelf.client.get("/library/S01").text
    path = f"/studies/{shelf.study_id}/set-up/scenarios/new?source=S01"
    assert path.replace("&", "&amp;") in page
    fields = read_form(shelf.client.get(path).text, path)
    wording = {"statement": "By 31 December 2028, it has happened in the EU."}
    answer = shelf.client.post(path, data=fields | wording, follow_redirects=True)
    assert "S01, version 1" in answer.text
    with shelf.place.database.reading() as session:
        assert len(planning.of_study(session, shelf.study_id).indicators) == 5


def test_only_into_drafts_that_one_runs(shelf: Shelf, sign_in: Callable[[str], FlaskClient]) -> None:
    with shelf.place.database.writing() as session:
        other = f.make_account(session, "Ulf Outsider")
        foreign = f.draft_study(session, other.id, title="Of somebody else").id
    answer = shelf.client.post("/library/S04/take", data={"study": foreign})
    assert answer.status_code == 422
    with shelf.place.database.reading() as session:
        assert "S04" not in {row.library_id for row in studies.scenarios(session, foreign)}
    assert "Of somebody else" not in answer.text


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 200), (Role.OWNER, 403), (Role.OBSERVER, 403)])
def test_who_may_read_and_write(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient], role: Role, status: int
) -> None:
    with shelf.place.database.writing() as session:
        email = f.make_account(session, "Some Body", role, study_id=shelf.study_id).email
    client = sign_in(email)
    assert [client.get(path).status_code for path in ("/library", "/library/S01", "/library/new")] == [
        status
    ] * 3
    assert client.post("/library/new", data=NEW).status_code == (303 if status == 200 else 403)


def test_an_unknown_entry_is_not_found(shelf: Shelf) -> None:
    assert shelf.client.get("/library/nope").status_code == 404
    assert shelf.client.get("/library/S01/versions/9").status_code == 404
