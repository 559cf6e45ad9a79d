"""Setting a study up: every step, its refusals, and the lock when round 1 opens."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.plans import ScenarioPlan
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f

DEADLINE = {"deadline": "2026-11-09T16:00"}


@pytest.fixture
def study(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.draft_study(session, lead[0], practice=True).id


def find(place: Installation, study_id: str) -> Study:
    with place.database.reading() as session:
        return studies.get(session, study_id)


def test_a_new_study_is_a_draft_of_its_facilitator(client: FlaskClient, place: Installation) -> None:
    answer = client.post("/studies/new", data={"title": "Drones", "kind": "practice", "marking": "TLP:GREEN"})
    assert answer.status_code == 303
    study_id = answer.location.split("/")[2]
    made = find(place, study_id)
    assert (made.title, made.state, made.practice, made.marking) == ("Drones", "draft", True, "TLP:GREEN")
    listed = client.get("/studies").text
    assert "Drones" in listed
    assert "Draft" in listed
    assert "Practice" in listed
    assert "PRACTICE STUDY" in client.get(f"/studies/{study_id}").text


def test_a_study_without_title_comes_back_with_everything_typed(client: FlaskClient) -> None:
    answer = client.post(
        "/studies/new", data={"title": "", "purpose": "Warn early", "kind": "real", "marking": "TLP:RED"}
    )
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert "Give the study a title." in answer.text
    assert "Warn early" in answer.text


def test_about_is_saved_and_printed_back(client: FlaskClient, study: str, place: Installation) -> None:
    data = {
        "title": "Renamed",
        "purpose": "Why",
        "horizon": "2029-06-30",
        "marking": "TLP:CLEAR",
        "paid_by": "Budget\x00",
    }
    assert client.post(f"/studies/{study}/set-up/about", data=data).status_code == 303
    found = find(place, study)
    assert (found.title, str(found.horizon), found.paid_by) == ("Renamed", "2029-06-30", "Budget")
    assert 'value="Renamed"' in client.get(f"/studies/{study}/set-up/about").text


def test_groups_are_replaced_until_somebody_is_on_the_panel(client: FlaskClient, study: str) -> None:
    rows = {"rows-0-name": "Police", "rows-0-kind": "lea", "rows-0-target": "12", "rows-1-name": ""}
    assert client.post(f"/studies/{study}/set-up/groups", data=rows).status_code == 303
    assert 'value="Police"' in client.get(f"/studies/{study}/set-up/groups").text
    client.post(f"/studies/{study}/set-up/panel", data={"lines": "Ann; ann@x.example; police"})
    refused = client.post(f"/studies/{study}/set-up/groups", data={**rows, "rows-0-name": "Guards"})
    assert refused.status_code == 422
    assert "Take everybody off it" in refused.text
    assert 'value="Guards"' in refused.text


@pytest.mark.parametrize("target", ["many", "-3", "1.5", "99999"])
def test_a_target_that_is_no_number_is_refused(client: FlaskClient, study: str, target: str) -> None:
    rows = {"rows-0-name": "Police", "rows-0-kind": "lea", "rows-0-target": target}
    answer = client.post(f"/studies/{study}/set-up/groups", data=rows)
    assert answer.status_code == 422
    assert "Write a whole number" in answer.text


def test_scenarios_come_from_the_library_and_leave_again(
    client: FlaskClient, study: str, place: Installation
) -> None:
    page = f"/studies/{study}/set-up/scenarios"
    found = client.get(page, query_string={"q": "drones"}).text
    assert "S04" in found
    assert "S12 " not in found
    assert client.post(page, data={"library_id": "S04"}).status_code == 303
    assert client.post(page, data={"library_id": "S04"}).status_code == 409
    with place.database.reading() as session:
        first = studies.scenarios(session, study)[0]
    assert client.post(f"{page}/{first.id}/remove").status_code == 303
    with place.database.reading() as session:
        left = studies.scenarios(session, study)
        assert [(one.name, one.position) for one in left] == [("S13", 1), ("S04", 2)]
        positions = [item.position for item in studies.items(session, study)]
        assert positions == sorted(set(positions))
        assert positions[0] == 100


def test_scenarios_change_places_with_all_their_questions(
    client: FlaskClient, study: str, place: Installation
) -> None:
    client.post(f"/studies/{study}/set-up/scenarios", data={"library_id": "S06"})
    with place.database.reading() as session:
        first, second, third = studies.scenarios(session, study)
        wordings = studies.statements(session, study)
    way = f"/studies/{study}/set-up/scenarios"
    assert client.post(f"{way}/{third.id}/move", data={"to": "up"}).status_code == 303
    assert client.post(f"{way}/{first.id}/move", data={"to": "up"}).status_code == 303
    assert client.post(f"{way}/{first.id}/move", data={"to": "elsewhere"}).status_code == 303
    with place.database.reading() as session:
        assert [one.id for one in studies.scenarios(session, study)] == [first.id, third.id, second.id]
        assert studies.statements(session, study) == wordings
        asked = list(dict.fromkeys(item.scenario_id for item in studies.items(session, study)))
    assert asked == [first.id, third.id, second.id]


def test_a_library_scenario_without_statement_needs_one(
    client: FlaskClient, study: str, place: Installation
) -> None:
    form = client.get(f"/studies/{study}/set-up/scenarios/new?source=S01").text
    assert "Live synthetic voice" in form
    data = {"title": "Voices", "statement": "Fraud with cloned voices may grow and/or spread."}
    answer = client.post(
        f"/studies/{study}/set-up/scenarios/new?source=S01", data=data, follow_redirects=True
    )
    assert "names no date" in answer.text
    assert "Two claims in one" in answer.text
    assert "“may”" in answer.text
    with place.database.reading() as session:
        assert studies.scenarios(session, study)[-1].library_id == "S01"
    empty = client.post(f"/studies/{study}/set-up/scenarios/new", data={"title": "Kept", "statement": ""})
    assert empty.status_code == 422
    assert 'value="Kept"' in empty.text


def test_own_scenarios_do_not_end_with_the_ninety_ninth(
    client: FlaskClient, study: str, place: Installation
) -> None:
    with place.database.writing() as session:
        for number in range(1, 100):
            plan = ScenarioPlan(f"N{number:02}", "Own", "", "By 1 May 2028, a court convicts.")
            studies.add_scenario(session, study_id=study, plan=plan)
    page = f"/studies/{study}/set-up/scenarios/new"
    assert client.get(page).status_code == 200
    said = {"title": "The hundredth", "statement": "By 1 May 2029, a court convicts."}
    assert client.post(page, data=said).status_code == 303
    with place.database.reading() as session:
        assert studies.scenarios(session, study)[-1].name == "N100"


def test_wording_of_a_scenario_is_edited(client: FlaskClient, study: str, place: Installation) -> None:
    with place.database.reading() as session:
        one = studies.scenarios(session, study)[0]
    page = f"/studies/{study}/set-up/scenarios/{one.id}"
    data = {
        "title": "New title",
        "statement": "By 1 May 2028, a court convicts.",
        "counts": "a judgment\n\na verdict",
    }
    assert client.post(page, data=data).status_code == 303
    with place.database.reading() as session:
        found = studies.scenario_of(session, study_id=study, scenario_id=one.id)
        assert found.counts == ["a judgment", "a verdict"]
        assert studies.statement(session, found) == "By 1 May 2028, a court convicts."


@pytest.mark.parametrize(
    ("criterion", "status", "says"),
    [("iqr<=10", 303, ""), ("share>=0.75 in 60..100", 303, ""), ("about half", 422, "is not a criterion")],
)
def test_rules_take_a_criterion_or_say_what_is_wrong(
    client: FlaskClient, study: str, place: Installation, criterion: str, status: int, says: str
) -> None:
    data = {
        "dimensions": ["rights"],
        "rule": "own",
        "criterion": criterion,
        "min_rounds": "2",
        "max_rounds": "4",
    }
    answer = client.post(f"/studies/{study}/set-up/rules", data=data)
    assert answer.status_code == status
    if says:
        assert says in answer.text
        assert criterion in answer.text
    else:
        protocol = find(place, study).protocol
        assert protocol["dimensions"] == ["rights"]
        assert protocol["stopping"]["max_rounds"] == 4


def test_rules_need_a_dimension_and_rising_rounds(client: FlaskClient, study: str) -> None:
    data = {"rule": "default", "min_rounds": "3", "max_rounds": "2", "dimensions": ["rights"]}
    assert "before the earliest end" in client.post(f"/studies/{study}/set-up/rules", data=data).text
    data = {"rule": "default", "min_rounds": "2", "max_rounds": "2"}
    assert "at least one impact dimension" in client.post(f"/studies/{study}/set-up/rules", data=data).text


def test_another_time_of_keeping_needs_a_reason_that_the_panel_and_the_officer_read(
    client: FlaskClient, study: str, place: Installation
) -> None:
    page = f"/studies/{study}/set-up/rules"
    assert 'value="90"' in client.get(page).text
    sent = {"rule": "default", "min_rounds": "2", "max_rounds": "2", "dimensions": ["rights"]}
    for wrong, says in (
        ({"keep_names": "30"}, "Say why data are kept"),
        ({"keep_names": "0", "keep_reason": "Short."}, "from 1 to 730"),
        ({"keep_answers": "9999999999999999999", "keep_reason": "Long."}, "from 1 to 3650"),
        ({"keep_answers": "x"}, "integer"),
    ):
        refused = client.post(page, data={**sent, **wrong})
        assert (refused.status_code, says in refused.text) == (422, True), wrong
    kept = {"keep_names": "30", "keep_answers": "400", "keep_reason": "The panel asked for it."}
    assert client.post(page, data={**sent, **kept}).status_code == 303
    for shown in (
        client.get(page),
        client.get(f"/studies/{study}/set-up"),
        client.get(f"/studies/{study}/privacy"),
    ):
        assert "The panel asked for it." in shown.text
    assert (
        "30 days after the study has ended, at the latest 60" in client.get(f"/studies/{study}/privacy").text
    )
    assert find(place, study).protocol["keeping"]["answers"] == 400
    assert client.post(page, data=sent).status_code == 303
    assert "keeping" not in find(place, study).protocol


def test_people_are_listed_by_name_without_address_and_can_leave(client: FlaskClient, study: str) -> None:
    page = f"/studies/{study}/set-up/panel"
    lines = "Ann Able; ann@x.example; industry\nBen Bold; ben@x.example; Civil society"
    assert client.post(page, data={"lines": lines}).status_code == 303
    text = client.get(page).text
    assert "Ann Able" in text
    assert "ann@x.example" not in text
    remove = re.search(rf"{page}/\w+/remove", text)
    assert remove
    assert client.post(remove.group()).status_code == 303
    assert client.get(page).text.count("Take off the list") == 1


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("Ann ann@x.example", "Line 1: Write name"),
        ("Ann; ann@x.example; Industry\nBen; ben@x.example; Press", "Line 2: The study has no group"),
        (
            "Ann; ann@x.example; Industry\nAnn; ANN@x.example; Industry",
            "Line 2: The same address as in line 1.",
        ),
        ("Ann; not-an-address; Industry", "is not an e-mail address"),
    ],
)
def test_a_bad_line_adds_nobody_and_is_kept(client: FlaskClient, study: str, lines: str, says: str) -> None:
    answer = client.post(f"/studies/{study}/set-up/panel", data={"lines": lines})
    assert answer.status_code == 422
    assert says in answer.text
    assert "Ann" in answer.text
    assert "Nobody is on the list yet" in client.get(f"/studies/{study}/set-up/panel").text


def test_staff_of_the_study_cannot_sit_on_its_panel(
    client: FlaskClient, study: str, lead: tuple[str, str]
) -> None:
    answer = client.post(f"/studies/{study}/set-up/panel", data={"lines": f"Me; {lead[1]}; Industry"})
    assert answer.status_code == 422
    assert f"These work on this study and cannot be on its panel: {lead[1]}" in answer.text


def test_every_bad_line_is_named_and_what_came_on_the_list_is_counted(
    client: FlaskClient, study: str
) -> None:
    page = f"/studies/{study}/set-up/panel"
    bad = ["Ann; ann@x.example; Industry", "Ben", "Cleo; cleo@x.example; Press", "Dan; dan@x; Industry"]
    refused = client.post(page, data={"lines": "\n".join(bad)})
    assert refused.status_code == 422
    for line in (2, 3, 4):
        assert f"Line {line}: " in refused.text
    assert "Line 1: " not in refused.text
    assert "17 more lines to mend" in client.post(page, data={"lines": "Ben\n" * 37}).text

    def told(*lines: str) -> str:
        return client.post(page, data={"lines": "\n".join(lines)}, follow_redirects=True).text

    assert "Added: 2. On the list already: 0." in told(bad[0], "Ben; ben@x.example; Industry")
    assert "Added: 1. On the list already: 2." in told(
        bad[0], "Ben; BEN@x.example; Industry", "Cleo; cleo@x.example; Industry"
    )


def test_a_step_nothing_has_to_be_done_in_is_not_called_done(client: FlaskClient, study: str) -> None:
    def state() -> str:
        page = client.get(f"/studies/{study}/set-up").text
        found = re.search(r"More questions <span class=\"state\">(\w+)", page)
        assert found
        return found.group(1)

    assert state() == "optional"
    client.post(f"/studies/{study}/set-up/questions/new/text", data={"wording": "What else?", "scenario": ""})
    assert state() == "done"
    rules = {"dimensions": ["rights"], "rule": "default", "min_rounds": "2", "max_rounds": "3"}
    saved = client.post(f"/studies/{study}/set-up/rules", data=rules)
    assert saved.location.endswith("/set-up/questions")


def test_the_synthetic_panel_is_seated_anew(client: FlaskClient, study: str, place: Installation) -> None:
    with place.database.reading() as session:
        ids = [group.id for group in studies.groups(session, study)]
    for size in ("6", "4"):
        data = {f"seats-{group_id}": size for group_id in ids}
        assert client.post(f"/studies/{study}/set-up/seats", data=data).status_code == 303
    assert client.get(f"/studies/{study}/set-up").text.count("4 on the panel") == len(ids)
    assert client.post(f"/studies/{study}/set-up/seats", data={f"seats-{ids[0]}": "a lot"}).status_code == 422


def test_round_1_does_not_open_with_gaps(client: FlaskClient, study: str) -> None:
    answer = client.post(f"/studies/{study}/set-up", data=DEADLINE)
    assert answer.status_code == 422
    assert "at least one person on the list" in answer.text
    client.post(f"/studies/{study}/set-up/panel", data={"lines": "Ann; ann@x.example; Industry"})
    client.post(f"/studies/{study}/set-up/about", data={"title": "No purpose", "marking": "TLP:AMBER"})
    answer = client.post(f"/studies/{study}/set-up", data=DEADLINE)
    assert answer.status_code == 422
    assert "Say what the study is for." in answer.text


@pytest.mark.parametrize(
    ("deadline", "says"), [("2026-10-01T10:00", "lies in the past"), ("soon", "Not a valid")]
)
def test_a_deadline_lies_ahead(client: FlaskClient, study: str, deadline: str, says: str) -> None:
    client.post(f"/studies/{study}/set-up/panel", data={"lines": "Ann; ann@x.example; Industry"})
    answer = client.post(f"/studies/{study}/set-up", data={"deadline": deadline})
    assert answer.status_code == 422
    assert says in answer.text


def test_opening_locks_hashes_and_invites(client: FlaskClient, study: str, place: Installation) -> None:
    lines = "Ann; ann@x.example; Industry\nBen; ben@x.example; Civil society"
    client.post(f"/studies/{study}/set-up/panel", data={"lines": lines})
    assert client.post(f"/studies/{study}/set-up", data=DEADLINE).status_code == 303
    found = find(place, study)
    assert found.state == "running"
    assert found.protocol_hash
    assert found.protocol_hash[:12] in client.get(f"/studies/{study}/set-up").text
    with place.database.reading() as session:
        assert session.query(OutboxMessage).count() == 2
        assert str(rounds.get(session, study_id=study, number=1).deadline) == "2026-11-09 16:00:00+00:00"
        assert "round:open" in [event.action for event in audit.of_study(session, study)]
    for step in ("about", "groups", "scenarios", "rules"):
        assert client.get(f"/studies/{study}/set-up/{step}").status_code == 409
        assert client.post(f"/studies/{study}/set-up/{step}", data={"title": "Late"}).status_code == 409
    assert client.post(f"/studies/{study}/set-up", data=DEADLINE).status_code == 409
