"""Deciding after a close: pages, files and the log, all from the frozen record."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select

from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import decision_log, decisions
from copkit_delphi.elicitation.imports import import_ratings
from copkit_delphi.elicitation.models import Decision, DecisionEntry
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import AuditEvent
from tests import factories as f

PAGES = (
    "",
    "/1",
    "/2",
    "/dissent",
    "/1/items/S13.likelihood",
    "/2/items/S02.likelihood",
    "/2/items/S13.likelihood",
)


@pytest.fixture
def closed(place: Installation, lead: tuple[str, str]) -> str:
    """A study whose two rounds are closed; the rule says to end it."""
    with place.database.writing() as session:
        return f.closed_study(place, session, lead[0], end=False).id


def spoken(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_overview_says_in_words_what_the_record_holds(client: FlaskClient, closed: str) -> None:
    page = spoken(client.get(f"/studies/{closed}/deciding").text)
    assert "2 of 2 statements are settled." in page
    assert "Another round is unlikely to bring agreement on:" in page
    assert "End the study" in page
    assert "Groups stand far apart" in page
    assert "62, far apart" in page
    assert "Monday 2 November 2026 Fatima Facilitator Another round" in page  # the log: round 2 was opened


def test_a_statement_gives_words_first_and_numbers_on_demand(client: FlaskClient, closed: str) -> None:
    page = client.get(f"/studies/{closed}/deciding/2/items/S13.likelihood").text
    folded = "".join(re.findall(r"<details.*?</details>", page, re.DOTALL))
    words = spoken(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))
    assert "Settled in dissent" in words
    assert "medians 62 points apart, far apart" in words
    assert "Cliff" not in words
    assert "the answers differ: large; figures not shown below 20 in each group" in folded
    assert "answers not compared below 10 in each group" in folded
    assert page.count('role="img"') >= 3


def test_pages_and_files_read_and_never_write(client: FlaskClient, closed: str, place: Installation) -> None:
    def rows() -> tuple[int, ...]:
        with place.database.reading() as session:
            return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Decision, DecisionEntry, AuditEvent))  # fmt: skip

    before = rows()
    for path in (*PAGES, "/2/record.csv", "/2/record.json"):
        assert client.get(f"/studies/{closed}/deciding{path}").status_code == 200, path
    assert rows() == before


def test_the_files_are_the_record_and_the_same_bytes_each_time(
    client: FlaskClient, closed: str, place: Installation
) -> None:
    with place.database.reading() as session:
        record = decisions.told(session, study_id=closed, number=2)
    base = f"/studies/{closed}/deciding/2/record"
    assert client.get(f"{base}.json").text == record.to_json()
    sheet = client.get(f"{base}.csv")
    assert sheet.data == client.get(f"{base}.csv").data
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert {(row["record"], row["snapshot"]) for row in rows} == {(record.hash, record.snapshot)}
    told = {(row["item"], row["part"], row["about"]): row["value"] for row in rows}
    assert told["S13.likelihood", "median_difference", "Law enforcement | Civil society"] == "62"
    assert told["S13.likelihood", "cliff_delta", "Law enforcement | Civil society"] == ""
    assert told["S02.likelihood", "rule_width", "10"] == "consensus"
    assert json.loads(record.to_json())["snapshot"] == record.snapshot


def test_another_round_against_the_advice_needs_a_reason_and_stands_in_the_log(
    client: FlaskClient, closed: str, place: Installation
) -> None:
    page = f"/studies/{closed}/deciding/2"
    refused = client.post(page, data={"reason": "  "})
    assert refused.status_code == 422
    assert "Give a reason for deciding against the advice" in refused.text
    long = client.post(page, data={"reason": "x" * 5000})
    assert long.status_code == 422
    assert "xxx" in long.text
    assert client.post(page, data={"reason": "A new report <came> out."}).status_code == 303
    shown = spoken(client.get(page).text)
    assert "A new report &lt;came&gt; out." in shown
    assert "decided against it" in shown
    with place.database.reading() as session:
        assert len(decision_log.log(session, closed)) == 2
    for number, status in ((1, 409), (9, 404)):
        answer = client.post(f"/studies/{closed}/deciding/{number}", data={"reason": "So"})
        assert answer.status_code in (status, 422), (number, answer.status_code)


def test_the_page_of_the_end_and_the_monitor_lead_to_what_the_advice_rests_on(
    client: FlaskClient, closed: str
) -> None:
    for path in ("", "/end"):
        assert f"/studies/{closed}/deciding/2" in client.get(f"/studies/{closed}{path}").text


def test_analysts_read_and_do_not_decide(
    closed: str, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        analyst = f.make_account(session, "Ann Analyst", Role.ANALYST, study_id=closed).email
        stranger = f.make_account(session, "Stan Stranger", Role.FACILITATOR).email
    watching = sign_in(analyst)
    for path in PAGES:
        page = watching.get(f"/studies/{closed}/deciding{path}")
        assert page.status_code == 200
        assert "<textarea" not in page.text
    assert watching.post(f"/studies/{closed}/deciding/2", data={"reason": "So"}).status_code == 403
    assert sign_in(stranger).get(f"/studies/{closed}/deciding").status_code == 404


def test_a_round_from_before_records_says_so_and_from_which_round_there_is_one(
    client: FlaskClient, closed: str, place: Installation
) -> None:
    with place.database.writing() as session:
        first = decisions.told(session, study_id=closed, number=1)
        session.execute(delete(Decision).where(Decision.hash == first.hash))
    page = spoken(client.get(f"/studies/{closed}/deciding/1").text)
    assert "No decision record of this round" in page
    assert "Computed from round 2 on." in page
    for path in ("/1/items/S02.likelihood", "/1/record.csv", "/1/record.json"):
        assert client.get(f"/studies/{closed}/deciding{path}").status_code == 404
    with place.database.writing() as session:
        session.execute(delete(Decision))
    assert "Hold another round" in client.get(f"/studies/{closed}/deciding/2").text  # deciding goes on
    assert client.post(f"/studies/{closed}/deciding/2", data={"reason": ""}).status_code == 303


def test_before_the_first_close_there_is_nothing_to_decide(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        study = f.running_study(place, session, lead[0])[0].id
    assert "No results yet" in client.get(f"/studies/{study}/deciding").text
    assert client.get(f"/studies/{study}/deciding/1").status_code == 404


def test_statements_cost_no_queries(client: FlaskClient, place: Installation, lead: tuple[str, str]) -> None:
    def imported(items: int) -> str:
        rows = ["round,panellist,group,item,value"]
        rows += [
            f"{number},p{who},{'AB'[who % 2]},X{item},{(who * 37 + item) % 100}"
            for number in (1, 2)
            for item in range(items)
            for who in range(20)
        ]
        with place.database.writing() as session:
            tidy = read_ratings("\n".join(rows).encode(), scale=PERCENT)
            return import_ratings(session, tidy, title="Many", facilitator=lead[0], at=f.NOW).study_id

    def statements(study: str, path: str) -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(place.database.engine, "before_cursor_execute", note)
        assert client.get(f"/studies/{study}/deciding{path}").status_code == 200
        event.remove(place.database.engine, "before_cursor_execute", note)
        return len(seen)

    few, many = imported(3), imported(60)
    for path in ("", "/2/items/X1", "/dissent", "/2/record.csv"):
        statements(few, path)
        assert statements(few, path) == statements(many, path), path
