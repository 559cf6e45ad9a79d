"""Plan, protocol, readiness and amendments in the browser's words."""

from __future__ import annotations

import hashlib
import html
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.domain.protocol import BY_GROUP, BY_NAME, Protocol, canonical_json, digest
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Panellist, Participation
from copkit_delphi.installation import Installation
from tests import factories as f

RULES = {"rule": "default", "min_rounds": "2", "max_rounds": "3"}
GROUPS = ["Law enforcement", "Industry", "Civil society"]


@pytest.fixture
def between(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.closed_study(place, session, lead[0], n_rounds=1, end=False).id


@pytest.fixture
def draft(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.draft_study(session, lead[0]).id


def test_a_plan_is_kept_shown_and_moves_checklist_items(client: FlaskClient, draft: str) -> None:
    assert "Not written: Why a Delphi" in client.get(f"/studies/{draft}/readiness").text
    answer = client.post(f"/studies/{draft}/set-up/plan", data={"why_delphi": "Judgements differ by group."})
    assert answer.status_code == 303
    assert "Judgements differ by group." in client.get(f"/studies/{draft}/set-up/plan").text
    shown = client.get(f"/studies/{draft}/readiness").text
    assert "Not written: Why a Delphi" not in shown
    assert "Judgements differ by group." in shown


def test_a_plan_that_is_too_long_comes_back_whole(client: FlaskClient, draft: str) -> None:
    answer = client.post(f"/studies/{draft}/set-up/plan", data={"aims": "x" * 2001, "team": "Two analysts"})
    assert answer.status_code == 422
    assert "Write at most 2000 characters." in answer.text
    assert "Two analysts" in answer.text
    assert "Two analysts" not in client.get(f"/studies/{draft}/set-up/plan").text


def test_the_downloaded_protocol_has_the_printed_hash(client: FlaskClient, between: str) -> None:
    page = client.get(f"/studies/{between}/protocol").text
    file = client.get(f"/studies/{between}/protocol.json")
    assert hashlib.sha256(file.data).hexdigest() in page
    assert file.headers["Content-Disposition"] == 'attachment; filename="protocol.json"'


def test_a_draft_has_no_file_yet(client: FlaskClient, draft: str) -> None:
    assert client.get(f"/studies/{draft}/protocol.json").status_code == 404
    assert "It is locked and hashed when round 1 opens." in client.get(f"/studies/{draft}/protocol").text


def test_an_amendment_needs_a_reason_and_is_shown_with_its_date(client: FlaskClient, between: str) -> None:
    changed = {**RULES, "max_rounds": "4", "required_groups": GROUPS}
    refused = client.post(f"/studies/{between}/protocol/amend", data={**changed, "note": "Kept note"})
    assert refused.status_code == 422
    assert "Say why. The brief prints it." in refused.text
    assert "Kept note" in refused.text
    assert (
        client.post(
            f"/studies/{between}/protocol/amend", data={**changed, "reason": "Late group."}
        ).status_code
        == 303
    )
    page = client.get(f"/studies/{between}/protocol").text
    assert "at most 4 rounds instead of all stable from round 2 on, at most 3 rounds" in page
    assert "Late group." in page
    assert "Monday 2 November 2026" in page


def test_nothing_is_amended_while_a_round_is_open(
    client: FlaskClient, place: Installation, between: str, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        f.open_round(place, session, studies.get(session, between), actor=lead[0])
    page = client.get(f"/studies/{between}/protocol").text
    assert "A round is open, and its rules hold until it closes." in page
    assert "Write an amendment" not in page
    data = {**RULES, "max_rounds": "4", "required_groups": GROUPS, "reason": "Late group."}
    answer = client.post(f"/studies/{between}/protocol/amend", data=data)
    assert answer.status_code == 422
    assert "Amend them afterwards." in answer.text


def test_k_and_privacy_are_set_with_the_rules_and_k_never_below_five(client: FlaskClient, draft: str) -> None:
    rules = {**RULES, "dimensions": ["rights"], "k": "8", "privacy": "by_group"}
    assert client.post(f"/studies/{draft}/set-up/rules", data=rules).status_code == 303
    page = client.get(f"/studies/{draft}/protocol").text
    assert "No figure for fewer than 8." in page
    assert "of no person whether it answered" in page
    low = client.post(f"/studies/{draft}/set-up/rules", data={**rules, "k": "4"})
    assert low.status_code == 422
    assert "Give a number from 5 to 20." in low.text


@pytest.mark.parametrize(("privacy", "shown"), [(BY_NAME, True), (BY_GROUP, False)])
def test_at_the_high_level_progress_has_no_name(
    place: Installation, lead: tuple[str, str], client: FlaskClient, privacy: str, shown: bool
) -> None:
    with place.database.writing() as session:
        protocol = Protocol(dimensions=("rights",), privacy=privacy)
        ann = "Ann Example; ann@panel.example; Industry"
        study, round_ = f.running_study(place, session, lead[0], people=ann, protocol=protocol)
        code = session.scalars(
            select(Panellist.id).where(Panellist.study_id == study.id, ~Panellist.synthetic)
        ).one()
        session.merge(Participation(panellist_id=code, round_id=round_.id, progress="done"))
        page = f"/studies/{study.id}"
    roster = client.get(page).text
    person = client.get(re.findall(rf'href="({page}/panel/[0-9a-f]{{32}})"', roster)[0]).text
    assert "Ann Example" in roster
    for one in (roster[roster.index('id="members"') :], person):
        assert ("Done" in one) is shown
        assert ("not shown" in one) is not shown
    assert ("Ann Example" in client.get(f"{page}?progress=done").text) is shown


SAID = (
    "middle half at most 15 points",
    "figures of the panel and each group, and reasons",
    "every item again",
    "everybody, also those who missed the last round",
    "as built, the same for everybody",
    "Coded: facilitators see by name who is done",
    "No figure for fewer than 5.",
    "none: every panellist counts once",
)


@pytest.mark.parametrize("path", ["protocol", "set-up"])
def test_every_rule_is_told_before_it_is_hashed(client: FlaskClient, draft: str, path: str) -> None:
    page = html.unescape(client.get(f"/studies/{draft}/{path}").text)
    assert [text for text in SAID if text not in page] == []
    rules = {**RULES, "dimensions": ["rights"], "feedback_groups": "none", "carry": "open", "invite": "finished",
             "order": "by_panellist", "privacy": "by_group", "k": "8"}  # fmt: skip
    assert client.post(f"/studies/{draft}/set-up/rules", data=rules).status_code == 303
    page = html.unescape(client.get(f"/studies/{draft}/{path}").text)
    changed = (
        "only their own answer",
        "only items that are not settled",
        "only those who finished the last round",
        "drawn for each panellist and round",
        "of no person whether it answered",
        "No figure for fewer than 8.",
    )
    assert [text for text in changed if text not in page] == []


def test_the_hashed_file_says_what_was_left_at_its_default(client: FlaskClient, between: str) -> None:
    hashed = client.get(f"/studies/{between}/protocol.json").json["protocol"]
    assert hashed["feedback"] == {"groups": "split", "parts": "both"}
    assert (hashed["privacy"], hashed["invite"], hashed["carry"]) == ("by_name", "everybody", "all")
    assert (hashed["order"], hashed["weights"]) == ("as_built", "none")
    assert hashed["thresholds"]["0 to 100"]["consensus"] == 15
    assert hashed["required_groups"] == GROUPS


def test_a_study_locked_earlier_keeps_its_file_its_hash_and_its_amendments(
    client: FlaskClient, place: Installation, between: str
) -> None:
    with place.database.writing() as session:
        study = studies.get(session, between)
        old = {**json.loads(study.locked or ""), "protocol": study.protocol}
        study.locked, study.protocol_hash = canonical_json(old), digest(old)
        assert "feedback" not in study.protocol
    data = {**RULES, "required_groups": GROUPS, "max_rounds": "4", "reason": "Late group."}
    assert client.post(f"/studies/{between}/protocol/amend", data=data).status_code == 303
    file = client.get(f"/studies/{between}/protocol.json")
    page = html.unescape(client.get(f"/studies/{between}/protocol").text)
    assert file.json == old
    assert hashlib.sha256(file.data).hexdigest() in page
    assert [text for text in SAID if text not in page] == []
    assert "does not fit the rules" not in page
