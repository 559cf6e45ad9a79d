"""Running a study: monitor, close, moderation, results, roles, and what no facilitator ever sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import results, rounds, studies
from copkit_delphi.elicitation.imports import import_ratings
from copkit_delphi.elicitation.models import Panellist, Round
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts, vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f

PEOPLE = "Ann Able; ann@x.example; Industry\nBen Bold; ben@x.example; Civil society"
FIGURES = ("median", "Median", "Middle half", "Consensus", "Polarised", "stable")


@pytest.fixture
def running(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        study, _ = f.running_study(place, session, lead[0], people=PEOPLE)
        return study.id


@pytest.fixture
def closed(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.closed_study(place, session, lead[0], end=False).id


def test_the_monitor_shows_progress_and_nothing_else(
    client: FlaskClient, running: str, place: Installation
) -> None:
    with place.database.writing() as session:
        f.answer(session, rounds.get(session, study_id=running, number=1))
        codes = session.scalars(select(Panellist.id).where(Panellist.study_id == running)).all()
    page = client.get(f"/studies/{running}").text
    assert "Ann Able" in page
    assert "13 of 14 done" in page
    assert not [code for code in codes if code in page]
    assert not [word for word in FIGURES if word in page]
    assert "ann@x.example" not in page
    empty = client.get(f"/studies/{running}/results")
    assert empty.status_code == 200
    assert "No results yet" in empty.text
    assert not [word for word in FIGURES if word in empty.text]
    for path in ("results/1", "results/1/items/S02.likelihood", "results/1/snapshot.csv"):
        assert client.get(f"/studies/{running}/{path}").status_code == 404


def test_the_synthetic_panel_answers_once(client: FlaskClient, running: str) -> None:
    act = f"/studies/{running}/rounds/1/synthetic"
    assert re.search(
        r"(?<!\d)(29|3[0-4]) synthetic panellists have answered", client.post(act, follow_redirects=True).text
    )
    assert re.search(r"\b0 synthetic panellists have answered", client.post(act, follow_redirects=True).text)


def test_a_study_lives_from_round_1_to_its_end_in_the_browser(
    client: FlaskClient, running: str, place: Installation
) -> None:
    base = f"/studies/{running}"
    for number in (1, 2):
        client.post(f"{base}/rounds/{number}/synthetic")
        assert "Nothing speaks against closing" in client.get(f"{base}/rounds/{number}/close").text
        shut = client.post(f"{base}/rounds/{number}/close", data={"reason": ""})
        assert shut.location == f"{base}/rounds/{number}/moderation"
        early = client.post(shut.location, data={"then": "open"})
        assert early.status_code == 422
        assert "Some reasons are not checked yet" in early.text
        f.pass_all(client, shut.location)
        assert client.post(shut.location, data={"then": "open"}).location == base
        if number == 1:
            assert (
                client.post(f"{base}/rounds/next", data={"deadline": "2026-11-20T12:00"}).status_code == 303
            )
    with place.database.reading() as session:
        assert session.query(OutboxMessage).count() == 4
    ended = client.post(f"{base}/end", data={"reason": "The client asked."}, follow_redirects=True)
    assert "The study has ended" in ended.text
    assert client.get(f"{base}/results").status_code == 200


def test_closing_early_asks_for_a_reason(client: FlaskClient, running: str, place: Installation) -> None:
    page = f"/studies/{running}/rounds/1/close"
    assert "Below: Law enforcement, Industry, Civil society" in client.get(page).text
    refused = client.post(page, data={"reason": "  "})
    assert refused.status_code == 422
    assert "Give a reason for closing now" in refused.text
    assert client.post(page, data={"reason": "Crisis"}).status_code == 303
    assert client.post(page, data={"reason": "Crisis"}).status_code == 409
    assert "Reason: Crisis" in client.get(f"/studies/{running}/audit").text


def test_the_deadline_moves(client: FlaskClient, running: str) -> None:
    page = f"/studies/{running}/rounds/1/deadline"
    assert client.post(page, data={"deadline": "2026-10-01T10:00"}).status_code == 422
    refused = client.post(page, data={"deadline": "2026-12-01T18:00"})
    assert refused.status_code == 422
    assert 'href="#reason">Say why the deadline moves' in refused.text
    assert 'id="reason-error"' in refused.text
    assert 'id="deadline-error"' not in refused.text
    client.post(page, data={"deadline": "2026-12-01T18:00", "reason": "A week of holidays."})
    assert "Tuesday 1 December 2026, 18:00 UTC" in client.get(f"/studies/{running}").text


def test_a_new_link_ends_the_old_one(client: FlaskClient, running: str, place: Installation) -> None:
    link = re.search(rf"/studies/{running}/panel/\w+/link", client.get(f"/studies/{running}").text)
    assert link
    assert client.post(link.group()).status_code == 303
    with place.database.reading() as session:
        assert session.query(OutboxMessage).count() == 3
    assert client.post(f"/studies/{running}/panel/nobody/link").status_code == 404


@pytest.fixture
def moderated(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, lead[0])
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        return study.id


def test_results_come_from_the_snapshot(client: FlaskClient, closed: str, place: Installation) -> None:
    with place.database.reading() as session:
        _, frozen = results.of_study(session, closed)
    page = client.get(f"/studies/{closed}/results").text
    assert "Results of round 2" in page
    assert "Polarised" in page
    assert frozen.hash[:12] in page
    item = client.get(f"/studies/{closed}/results/2/items/S13.likelihood").text
    assert "Show as a table" in item
    assert "Stable dissent" in item
    assert client.get(f"/studies/{closed}/results/2/items/S99.likelihood").status_code == 404
    table = client.get(f"/studies/{closed}/results/2/snapshot.csv")
    assert table.text.splitlines()[0].startswith("marking,round,scenario,item")
    data = json.loads(client.get(f"/studies/{closed}/results/2/snapshot.json").text)
    assert data == json.loads(frozen.to_json())


def test_arguments_stay_away_until_they_are_checked(client: FlaskClient, moderated: str, closed: str) -> None:
    pages = [client.get(f"/studies/{one}/results/1/items/S02.likelihood").text for one in (moderated, closed)]
    assert ["Prices of the software" in page for page in pages] == [False, True]


def test_roles_are_given_to_existing_accounts_and_exclude_each_other(
    client: FlaskClient, running: str, place: Installation, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session, "Eva Ethics", None).email
    page = f"/studies/{running}/roles"
    assert client.post(page, data={"email": email, "role": "ethics_reviewer"}).status_code == 303
    for address, role, says in (
        (email, "owner", "cannot hold this role in this study"),
        (lead[1], "analyst", "cannot hold this role in this study"),
        ("nobody@x.example", "owner", "There is no account"),
    ):
        refused = client.post(page, data={"email": address, "role": role})
        assert refused.status_code == 422
        assert says in refused.text
    assert client.post(page, data={"email": email, "role": "facilitator"}).status_code == 422
    with place.database.reading() as session:
        found = accounts.holders(session, study_id=running)
        eva = next(account for _, name, account in found if name == "Eva Ethics")
    refused = client.post(f"{page}/take", data={"account": eva, "role": "ethics_reviewer"})
    assert refused.status_code == 409
    assert "Only an administrator" in refused.text
    assert "Ethics reviewer, Eva Ethics" in client.get(page).text  # said as a change after the opening


def test_a_facilitator_takes_a_helpers_role_away(
    client: FlaskClient, running: str, place: Installation
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session, "Anna Analyst", None)
    page = f"/studies/{running}/roles"
    client.post(page, data={"email": account.email, "role": "analyst"})
    assert "Anna Analyst" in client.get(page).text
    client.post(f"{page}/take", data={"account": account.id, "role": "analyst"})
    listed = client.get(page).text.partition("Changed since round 1 opened")[0]
    assert "Anna Analyst" not in listed


def test_who_sits_on_the_panel_gets_no_role(client: FlaskClient, running: str, place: Installation) -> None:
    with place.database.writing() as session:
        (contact, *_) = vault.contacts(session, place.vault, study_id=running)
        accounts.create(
            session, email=contact.email, name="Twin", password=f.PASSWORD, at=f.NOW, actor="test"
        )
    answer = client.post(f"/studies/{running}/roles", data={"email": contact.email, "role": "observer"})
    assert answer.status_code == 422
    assert "cannot hold this role in this study" in answer.text


def test_a_co_facilitator_runs_the_study_but_neither_ends_it_nor_gives_roles(
    sign_in: Callable[[str], FlaskClient], closed: str, place: Installation
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session, "Cora Second", Role.CO_FACILITATOR, study_id=closed).email
    client = sign_in(email)
    page = f"/studies/{closed}"
    assert [client.get(f"{page}{path}").status_code for path in ("", "/set-up", "/roles", "/audit")] == [
        200
    ] * 4
    assert "Give the role" not in client.get(f"{page}/roles").text
    assert "/end" not in client.get(page).text
    assert client.get(f"{page}/end").status_code == 403
    assert client.post(f"{page}/end").status_code == 403
    assert client.post(f"{page}/roles", data={"email": email, "role": "observer"}).status_code == 403
    assert client.post(f"{page}/brief/release").status_code == 403


def test_an_observer_reads_that_the_study_exists_and_no_more(
    sign_in: Callable[[str], FlaskClient], running: str, place: Installation
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session, "Olga Observer", Role.OBSERVER, study_id=running).email
    page = sign_in(email).get("/studies").text
    assert "Technology threats to watch" in page
    assert "Round 1" not in page
    assert f"/studies/{running}" not in page


def test_the_audit_names_nobody_of_the_panel_and_no_time(client: FlaskClient, running: str) -> None:
    page = client.get(f"/studies/{running}/audit").text
    assert "Round opened" in page
    assert "Ann Able" not in page
    assert "09:00" not in page


@pytest.mark.parametrize(
    ("role", "open_", "shut"),
    [
        (Role.ANALYST, ("", "/results"), ("/set-up", "/audit", "/rounds/1/close", "/rounds/1/moderation")),
        (Role.OBSERVER, (), ("", "/results", "/set-up")),
    ],
)
def test_other_roles_see_results_but_no_progress(
    sign_in: Callable[[str], FlaskClient],
    closed: str,
    place: Installation,
    role: Role,
    open_: tuple[str, ...],
    shut: tuple[str, ...],
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session, "Olga Other", role, study_id=closed).email
    client = sign_in(email)
    assert [client.get(f"/studies/{closed}{path}").status_code for path in open_] == [200] * len(open_)
    assert [client.get(f"/studies/{closed}{path}").status_code for path in shut] == [403] * len(shut)
    if open_:
        assert "Who has answered" not in client.get(f"/studies/{closed}").text


def test_another_study_is_not_there(client: FlaskClient, running: str, place: Installation) -> None:
    with place.database.writing() as session:
        foreign = f.draft_study(session, f.make_account(session, "Frida").id)
        scenario = studies.scenarios(session, foreign.id)[0].id
        own = f.draft_study(session, accounts.by_email(session, email_of(session, running)).id)
    for path in ("", "/set-up", "/set-up/about", "/results", "/roles", "/audit"):
        assert client.get(f"/studies/{foreign.id}{path}").status_code == 404
    assert client.get(f"/studies/{own.id}/set-up/scenarios/{scenario}").status_code == 404
    assert client.post(f"/studies/{own.id}/set-up/scenarios/{scenario}/remove").status_code == 404
    assert client.get(f"/studies/{running}/rounds/7/close").status_code == 404


def email_of(session: object, study_id: str) -> str:
    return next(iter(accounts.addresses(session, study_id=study_id)))  # type: ignore[arg-type]


def test_an_imported_study_has_results_and_no_rounds_to_run(
    client: FlaskClient, lead: tuple[str, str], place: Installation
) -> None:
    rows = [
        f"{r},p{p},g{p % 2},claim {i},{10 * p},=x" for r in (1, 2) for p in range(1, 9) for i in range(25)
    ]
    tidy = read_ratings("\n".join(["round,panellist,group,item,value,item_title", *rows]).encode())
    with place.database.writing() as session:
        made = import_ratings(session, tidy, title="Imported panel", facilitator=lead[0], at=f.NOW)
    base = f"/studies/{made.study_id}"
    overview = client.get(base).text
    assert "Imported" in overview
    assert "Set-up" not in overview
    assert client.get(f"{base}/set-up").status_code == 404
    assert client.get(f"{base}/rounds/2/close").status_code == 404
    assert client.get(f"{base}/results").text.count("claim") >= 25
    assert client.get(f"{base}/results/2/items/claim 3").status_code == 200
    assert ",'=x," in client.get(f"{base}/results/2/snapshot.csv").text


def count(place: Installation, act: Callable[[], object]) -> int:
    """Return how many SQL statements ``act`` runs."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(place.database.engine, "before_cursor_execute", note)
    act()
    event.remove(place.database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["", "/set-up/panel", "/results", "/results/1/items/S02.likelihood"])
def test_the_number_of_statements_does_not_grow_with_the_panel(
    client: FlaskClient, lead: tuple[str, str], place: Installation, path: str
) -> None:
    made = []
    for n in (5, 10):
        with place.database.writing() as session:
            people = "\n".join(f"P{i}; p{i}@x.example; Industry" for i in range(n))
            study, round_ = f.running_study(
                place, session, lead[0], people=people, sizes=dict.fromkeys(f.SIZES, n)
            )
            if "results" in path:
                f.answer(session, session.get_one(Round, round_.id))
                f.close_round(session, round_)
            made.append(study.id)
    client.get("/account")  # the new roles change the cookie once
    few, many = (count(place, lambda one=one: client.get(f"/studies/{one}{path}")) for one in made)
    assert few == many


@pytest.mark.parametrize(
    ("criterion", "term"),
    [
        (Criterion(), "Within 10 points of the median"),
        (Criterion(width=20), "Within 10 points of the median"),
        (Criterion(share=0.75, low=60, high=100), "In the range of the criterion, 60 to 100"),
    ],
)
def test_the_share_of_a_result_is_called_what_it_is(
    client: FlaskClient, place: Installation, lead: tuple[str, str], criterion: Criterion, term: str
) -> None:
    rules = Protocol(dimensions=("economic",), criterion=criterion)
    with place.database.writing() as session:
        study = f.closed_study(place, session, lead[0], n_rounds=1, protocol=rules).id
    page = client.get(f"/studies/{study}/results/1/items/S02.likelihood").text
    assert f"<dt>{term}</dt>" in page
    assert ("range of the criterion" in page) == (criterion.kind == "share")
