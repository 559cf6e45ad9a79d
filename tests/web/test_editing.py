"""Two people edit the same text: the second is told, loses nothing and saves knowingly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.domain import differing
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import edits, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts
from tests import factories as f
from tests.web.staged import read_form

TOLD = "Somebody else saved this meanwhile"


@dataclass
class Desk:
    """A draft study and the two who set it up."""

    study: str
    scenario: str
    one: FlaskClient
    other: FlaskClient

    def at(self, step: str) -> str:
        return f"/studies/{self.study}/set-up/{step}"


@pytest.fixture
def desk(place: Installation, sign_in: Callable[[str], FlaskClient]) -> Desk:
    with place.database.writing() as session:
        one, other = f.make_account(session), f.make_account(session, "Cora Second", None)
        study = f.draft_study(session, one.id)
        accounts.give_role(
            session, account_id=other.id, role=Role.CO_FACILITATOR, study_id=study.id, at=f.NOW, actor="test"
        )
        scenario = studies.scenarios(session, study.id)[0].id
        ids, emails = (study.id, scenario), (one.email, other.email)
    return Desk(*ids, *(sign_in(email) for email in emails))


def form(client: FlaskClient, path: str, **changes: str) -> dict[str, str]:
    """Return what a browser would send, with what was typed into it."""
    return {**read_form(client.get(path).text, path), **changes}


def find(place: Installation, study_id: str) -> Study:
    with place.database.reading() as session:
        return studies.get(session, study_id)


def test_the_second_to_save_sees_both_texts_and_saves_knowingly(desk: Desk, place: Installation) -> None:
    path = desk.at("about")
    first, second = (
        form(desk.one, path, purpose="To warn ministers."),
        form(desk.other, path, purpose="To warn mayors."),
    )
    assert desk.one.post(path, data=first).status_code == 303
    told = desk.other.post(path, data=second)
    assert told.status_code == 409
    assert TOLD in told.text
    assert "<mark>ministers.</mark>" in told.text
    assert "<mark>mayors.</mark>" in told.text
    assert find(place, desk.study).purpose == "To warn ministers."
    again = read_form(told.text, path)
    assert again["purpose"] == "To warn mayors."
    assert desk.other.post(path, data=again).status_code == 303
    assert find(place, desk.study).purpose == "To warn mayors."


def test_what_only_the_other_changed_is_taken_over(desk: Desk, place: Installation) -> None:
    path = desk.at("about")
    first, second = form(desk.one, path, paid_by="Budget A"), form(desk.other, path, title="A better title")
    desk.one.post(path, data=first)
    told = desk.other.post(path, data=second)
    assert told.status_code == 409
    again = read_form(told.text, path)
    assert (again["paid_by"], again["title"]) == ("Budget A", "A better title")
    assert desk.other.post(path, data=again).status_code == 303
    found = find(place, desk.study)
    assert (found.paid_by, found.title) == ("Budget A", "A better title")


def test_the_same_change_by_both_and_an_undisturbed_save_are_no_conflict(
    desk: Desk, place: Installation
) -> None:
    path = desk.at("about")
    first, second = form(desk.one, path, title="Same"), form(desk.other, path, title="Same")
    assert desk.one.post(path, data=first).status_code == 303
    assert desk.other.post(path, data=second).status_code == 303
    assert find(place, desk.study).title == "Same"
    assert desk.other.post(path, data=form(desk.other, path, title="Alone")).status_code == 303
    assert find(place, desk.study).title == "Alone"


def test_a_scenario_taken_out_meanwhile_keeps_what_was_typed(desk: Desk) -> None:
    path = desk.at(f"scenarios/{desk.scenario}")
    mine = form(desk.other, path, statement="By 2028, what I wrote happens.")
    assert desk.one.post(f"{path}/remove").status_code == 303
    told = desk.other.post(path, data=mine)
    assert told.status_code == 409
    new = desk.at("scenarios/new")
    assert read_form(told.text, new)["statement"] == "By 2028, what I wrote happens."
    assert desk.other.post(new, data=read_form(told.text, new)).status_code == 303
    assert "what I wrote" in desk.one.get(desk.at("scenarios")).text


def test_a_scenario_reworded_meanwhile_is_not_removed_unseen(desk: Desk) -> None:
    path = desk.at(f"scenarios/{desk.scenario}")
    seen = read_form(desk.other.get(desk.at("scenarios")).text, f"{path}/remove")
    desk.one.post(path, data=form(desk.one, path, statement="By 2028, better worded."))
    told = desk.other.post(f"{path}/remove", data=seen, follow_redirects=True)
    assert "still there: look at it first" in told.text
    assert "better worded" in told.text
    seen = read_form(told.text, f"{path}/remove")
    assert "better worded" not in desk.other.post(f"{path}/remove", data=seen, follow_redirects=True).text


def test_what_was_typed_while_round_1_opened_is_on_the_refusal(desk: Desk, place: Installation) -> None:
    path = desk.at("about")
    mine = form(desk.other, path, purpose="Many words that took an hour.")
    with place.database.writing() as session:
        f.open_round(place, session, studies.get(session, desk.study))
    refused = desk.other.post(path, data=mine)
    assert refused.status_code == 409
    assert "Many words that took an hour." in refused.text


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_of_a_side_are_that_text(before: str, after: str) -> None:
    left, right = differing.sides(before, after)
    assert "".join(text for _, text in left) == before
    assert "".join(text for _, text in right) == after
    assert any(differs for differs, _ in (*left, *right)) == (before != after)


@given(
    st.lists(st.text(), min_size=3, max_size=3),
    st.lists(st.text(), min_size=3, max_size=3),
    st.lists(st.text(), min_size=3, max_size=3),
)
def test_nothing_of_anybody_is_overwritten_untold(base: list[str], now: list[str], mine: list[str]) -> None:
    names = ("a", "b", "c")
    found = edits.meanwhile(
        edits.mark(base), dict(zip(names, now, strict=True)), dict(zip(names, mine, strict=True))
    )
    for name, was, is_, typed in zip(names, base, now, mine, strict=True):
        overwritten = is_ not in (was, typed)
        assert (name in (*found.both, *found.theirs)) == overwritten
        assert (name in found.theirs) == (overwritten and typed == was)


def test_wording_is_said_on_the_form_on_the_list_and_while_typing(desk: Desk) -> None:
    path = desk.at(f"scenarios/{desk.scenario}")
    vague = "Drones could hit an airport and/or a port."
    assert desk.one.post(path, data=form(desk.one, path, statement=vague)).status_code == 303
    for page in (path, desk.at("scenarios"), desk.at("")[:-1]):
        text = desk.one.get(page).text
        assert "names no date" in text, page
        assert "makes every answer right" in text, page
    typed = desk.one.post(desk.at("wording"), data={"statement": "By 2028, an RCE flaw closes a port."})
    assert typed.json == {"sentences": ["“RCE” is not spelt out. Write it in full where it first stands."]}
    beside = {
        "statement": "By 2028, an RCE flaw closes a port.",
        "summary": "Remote code execution (RCE) is rare.",
    }
    assert desk.one.post(desk.at("wording"), data=beside).json == {"sentences": []}
    assert "One statement of 2" in desk.one.get(desk.at("")[:-1]).text
