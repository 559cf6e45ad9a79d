"""Opening the names of a panel is written down; refusals leave one line without names; the audit by who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import names
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit
from tests import factories as f

PEOPLE = "Ann Able; ann@x.example; Industry"
Stage = tuple[str, dict[Role, FlaskClient]]


@pytest.fixture
def stage(place: Installation, sign_in: Callable[[str], FlaskClient]) -> Stage:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study, _ = f.running_study(place, session, lead.id, people=PEOPLE)
        emails = {Role.FACILITATOR: lead.email} | {
            role: f.make_account(session, f"{role} name", role, study_id=study.id).email
            for role in (Role.CO_FACILITATOR, Role.DPO, Role.ETHICS_REVIEWER, Role.ANALYST)
        }
    return study.id, {role: sign_in(email) for role, email in emails.items()}


def openings(place: Installation, study_id: str) -> int:
    with place.database.reading() as session:
        return sum(event.action == names.OPENED for event in audit.of_study(session, study_id))


@pytest.mark.parametrize("path", ["", "/set-up/panel"])
def test_a_page_with_names_writes_down_each_sitting_once(
    place: Installation, stage: Stage, path: str
) -> None:
    study_id, clients = stage
    for _ in range(3):
        assert "Ann Able" in clients[Role.FACILITATOR].get(f"/studies/{study_id}{path}").text
    assert openings(place, study_id) == 1
    assert "Ann Able" in clients[Role.CO_FACILITATOR].get(f"/studies/{study_id}{path}").text
    assert openings(place, study_id) == 2
    page = clients[Role.FACILITATOR].get(f"/studies/{study_id}/audit").text
    assert "Names of the panel opened" in page
    assert "Ann Able" not in page


def test_a_refused_form_shows_no_name_that_was_not_written_down(place: Installation, stage: Stage) -> None:
    study_id, clients = stage
    page, client = f"/studies/{study_id}/set-up/panel", clients[Role.FACILITATOR]
    refused = client.post(page, data={"lines": ""})
    assert refused.status_code == 422
    assert "Ann Able" not in refused.text
    client.get(page)
    assert "Ann Able" in client.post(page, data={"lines": ""}).text
    assert openings(place, study_id) == 1


def test_contacts_come_only_with_an_entry_in_the_audit(place: Installation, stage: Stage) -> None:
    study_id, clients = stage
    page = f"/studies/{study_id}/names"
    for number, role in enumerate((Role.FACILITATOR, Role.DPO), 1):
        closed = clients[role].get(page)
        assert closed.status_code == 200
        assert "ann@x.example" not in closed.text
        assert "Ann Able" not in closed.text
        opened = clients[role].post(page).text
        assert "ann@x.example" in opened
        assert openings(place, study_id) == number
    for role in (Role.ETHICS_REVIEWER, Role.ANALYST):
        assert clients[role].get(page).status_code == clients[role].post(page).status_code == 403
    assert openings(place, study_id) == 2


def test_a_synthetic_panel_has_no_names_to_open(
    place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study, _ = f.running_study(place, session, lead.id)
    assert sign_in(lead.email).get(f"/studies/{study.id}").status_code == 200
    assert openings(place, study.id) == 0


def test_the_audit_is_exact_for_those_who_check_and_by_day_for_those_who_run(stage: Stage) -> None:
    study_id, clients = stage
    page = f"/studies/{study_id}/audit"
    for role in (Role.ETHICS_REVIEWER, Role.DPO):
        shown = clients[role].get(page).text
        assert "Round opened" in shown
        assert f"{f.NOW:%H:%M:%S}" in shown
        assert "Ann Able" not in shown
    for role in (Role.FACILITATOR, Role.CO_FACILITATOR):
        shown = clients[role].get(page).text
        assert "Round opened" in shown
        assert f"{f.NOW:%H:%M}" not in shown
    assert clients[Role.ANALYST].get(page).status_code == 403


def test_a_refusal_leaves_one_line_that_says_who_and_where(stage: Stage) -> None:
    study_id, clients = stage
    with capture_logs() as lines:
        assert clients[Role.ANALYST].get(f"/studies/{study_id}/set-up/panel").status_code == 403
        assert clients[Role.ANALYST].get("/studies/other%0aadmin signed in").status_code == 404
        assert clients[Role.ANALYST].get(f"/studies/{study_id}").status_code == 200
    assert [(line["logger"], line["status"], line["endpoint"]) for line in lines] == [
        ("copkit.security", 403, "facilitator.panel"),
        ("copkit.security", 404, "facilitator.study"),
    ]
    assert lines[0]["study"] == study_id
    assert all(line["account"] and line["address"] == "127.0.0.1" for line in lines)
    assert "admin signed in" not in str(lines)


def test_whoever_may_be_a_panellist_is_not_traced(stage: Stage) -> None:
    study_id, clients = stage
    nobody = clients[Role.DPO].application.test_client()
    with capture_logs() as lines:
        nobody.post(f"/studies/{study_id}/names")
        nobody.get("/p/altered")
        clients[Role.DPO].get("/p/altered")
    assert [line["status"] for line in lines] == [401, 404, 404]
    assert [line["address"] for line in lines] == ["", "", ""]
    assert "altered" not in str(lines)


def told(answer: TestResponse) -> tuple[int, str]:
    """Return status and page, without the token of the button that signs out."""
    return answer.status_code, re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def test_a_foreign_and_an_absent_study_answer_alike(
    place: Installation, stage: Stage, sign_in: Callable[[str], FlaskClient]
) -> None:
    _, clients = stage
    with place.database.writing() as session:
        foreign = f.draft_study(session, f.make_account(session, "Frida Foreign").id).id
        admin = f.make_account(session, "Ada Administrator", Role.ADMIN).email
        reader = f.make_account(session, "Rita Reader", Role.READER).email
        lead = f.make_account(session, "Leo Lead").email
    strangers = [*clients.values(), sign_in(admin), sign_in(reader), sign_in(lead)]
    for client in strangers:
        for path in (
            "",
            "/roles",
            "/audit",
            "/names",
            "/set-up/panel",
            "/results",
            "/brief",
            "/ethics",
            "/end",
        ):
            answers = [client.get(f"/studies/{one}{path}") for one in (foreign, "0" * 16, "x")]
            assert {told(answer) for answer in answers} == {(404, told(answers[0])[1])}, path
            written = [client.post(f"/studies/{one}/roles", data={}) for one in (foreign, "0" * 16)]
            assert {told(answer) for answer in written} == {(404, told(written[0])[1])}
