"""The administrator's pages: accounts, roles everywhere and in studies by title, facts, audit; nothing of a study."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts
from copkit_delphi.people.models import Account, AuditEvent, OutboxMessage, SecondFactor
from tests import factories as f

TITLE = "Drones over harbours"


@pytest.fixture
def client(place: Installation, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    with place.database.writing() as session:
        email = f.make_account(session, "Ada Administrator", Role.ADMIN).email
    return sign_in(email)


@pytest.fixture
def study(place: Installation) -> str:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        return f.running_study(place, session, lead, title=TITLE, people="Ann Able; ann@x.example; Industry")[
            0
        ].id


def made(place: Installation, name: str = "Olga Other", role: Role | None = None) -> tuple[str, str]:
    with place.database.writing() as session:
        account = f.make_account(session, name, role)
        return account.id, account.email


def held(place: Installation, account: str, study_id: str = "") -> set[str]:
    with place.database.reading() as session:
        identity = accounts.identity(session, accounts.get(session, account))
        return set(identity.by_study.get(study_id, ()) if study_id else identity.everywhere)


def test_an_account_is_made_and_listed(client: FlaskClient, place: Installation) -> None:
    typed = {
        "name": "Nora New",
        "email": " Nora@X.example ",
        "organisation": "Harbour police",
        "roles": ["reader"],
    }
    page = client.post("/admin/accounts/new", data=typed, follow_redirects=True).text
    assert "Nora New" in page
    assert "has not chosen a password yet" in page
    for sought in ("nora", "harbour"):
        assert "nora@x.example" in client.get(f"/admin/accounts?q={sought}").text
    with place.database.reading() as session:
        account = session.scalars(select(Account).where(Account.email == "nora@x.example")).one()
    assert held(place, account.id) == {"reader"}
    again = client.post("/admin/accounts/new", data={**typed, "email": "ＮORA@x.example"})
    assert again.status_code == 422
    assert "There is an account" in again.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "", "email": "a@x.example"}, "Give a name."),
        ({"name": "A", "email": "nothing"}, "is not an e-mail address"),
        ({"name": "A", "email": ""}, "Give the address."),
        ({"name": "A", "email": "a@x.example", "roles": ["owner"]}, "choice"),
        ({"name": "A" * 121, "email": "a@x.example"}, "at most 120"),
    ],
)
def test_what_cannot_be_an_account_comes_back_with_what_was_typed(
    client: FlaskClient, place: Installation, typed: dict[str, object], says: str
) -> None:
    answer = client.post("/admin/accounts/new", data=typed)
    assert answer.status_code == 422
    assert says in answer.text
    with place.database.reading() as session:
        assert not session.scalars(select(Account).where(Account.email == "a@x.example")).all()


def test_a_role_in_a_study_is_given_and_taken_by_its_title(
    client: FlaskClient, place: Installation, study: str
) -> None:
    account, _ = made(place)
    page = f"/admin/accounts/{account}"
    assert TITLE in client.get(page).text
    client.post(f"{page}/studies", data={"study": study, "study_role": "owner"})
    assert held(place, account, study) == {"owner"}
    refused = client.post(f"{page}/studies", data={"study": study, "study_role": "ethics_reviewer"})
    assert refused.status_code == 422
    assert "cannot hold this role in this study" in refused.text
    for wrong in ({"study": "absent", "study_role": "owner"}, {"study": study, "study_role": "admin"}, {}):
        assert client.post(f"{page}/studies", data=wrong).status_code == 422
    client.post(f"{page}/studies/take", data={"study": study, "role": "owner"})
    assert held(place, account, study) == set()


def test_roles_everywhere_and_a_description(client: FlaskClient, place: Installation) -> None:
    account, _ = made(place)
    page = f"/admin/accounts/{account}"
    client.post(f"{page}/roles", data={"role": "facilitator"})
    assert held(place, account) == {"facilitator"}
    client.post(f"{page}/roles/take", data={"role": "facilitator"})
    assert held(place, account) == set()
    assert client.post(f"{page}/roles", data={"role": "owner"}).status_code == 422
    assert client.post(f"{page}/roles/take", data={"role": "nonsense"}).status_code == 404
    client.post(
        page, data={"name": "Olga Changed", "organisation": "Ministry", "role": "admin", "is_active": ""}
    )
    shown = client.get(page).text
    assert "Olga Changed" in shown
    assert "Ministry" in shown
    assert held(place, account) == set()
    assert client.post(page, data={"name": " "}).status_code == 422


def test_a_deactivated_account_is_out_at_its_next_request(
    client: FlaskClient, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    account, email = made(place, role=Role.READER)
    reader = sign_in(email)
    assert reader.get("/account").status_code == 200
    client.post(f"/admin/accounts/{account}/deactivate")
    assert reader.get("/account").status_code == 302
    assert "Nobody can sign in to this account" in client.get(f"/admin/accounts/{account}").text
    client.post(f"/admin/accounts/{account}/reactivate")
    assert sign_in(email).get("/account").status_code == 200


def test_a_role_that_was_taken_is_gone_at_the_next_request(
    client: FlaskClient, place: Installation, sign_in: Callable[[str], FlaskClient], study: str
) -> None:
    account, email = made(place)
    page = f"/admin/accounts/{account}/studies"
    client.post(page, data={"study": study, "study_role": "analyst"})
    analyst = sign_in(email)
    assert analyst.get(f"/studies/{study}").status_code == 200
    client.post(f"{page}/take", data={"study": study, "role": "analyst"})
    assert analyst.get(f"/studies/{study}").status_code in (302, 404)


def test_an_administrator_does_not_reach_for_roles_of_their_own(
    client: FlaskClient, place: Installation, study: str
) -> None:
    with place.database.reading() as session:
        own = session.scalars(select(Account).where(Account.name == "Ada Administrator")).one().id
    page = f"/admin/accounts/{own}"
    assert "This is your own account" in client.get(page).text
    for path, data in (
        ("/studies", {"study": study, "study_role": "observer"}),
        ("/roles", {"role": "reader"}),
        ("/roles/take", {"role": "admin"}),
        ("/deactivate", {}),
    ):
        assert client.post(f"{page}{path}", data=data).status_code == 403
    assert held(place, own) == {"admin"}
    assert held(place, own, study) == set()


def test_an_administrator_sees_the_title_of_a_study_and_nothing_else_of_it(
    client: FlaskClient, place: Installation, study: str
) -> None:
    account, _ = made(place)
    pages = [f"/admin/accounts/{account}", "/admin/accounts", "/admin/installation", "/admin/audit"]
    shown = " ".join(client.get(page).text for page in pages)
    assert TITLE in shown
    for hidden in ("Ann Able", "ann@x.example", "Example Ministry", "Industry"):
        assert hidden not in shown
    for path in ("", "/roles", "/audit", "/results", "/brief", "/set-up/panel"):
        assert client.get(f"/studies/{study}{path}").status_code == 404


def test_the_refusal_for_somebody_of_the_panel_does_not_say_so(
    client: FlaskClient, place: Installation, study: str
) -> None:
    with place.database.writing() as session:
        account = accounts.create(
            session, email="ann@x.example", name="Twin", password=f.PASSWORD, at=f.NOW, actor="test"
        ).id
    answer = client.post(
        f"/admin/accounts/{account}/studies", data={"study": study, "study_role": "observer"}
    )
    assert answer.status_code == 422
    refusal = re.findall(r'class="err"[^>]*>([^<]*)<', answer.text)
    assert refusal == ["This account cannot hold this role in this study. Choose somebody else."]
    with place.database.reading() as session:
        (noted,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "role:refuse")).all()
    assert (noted.study_id, noted.detail) == (study, '{"role":"observer"}')
    page = client.get("/admin/audit").text
    assert "A role refused: Observer" in page


def test_the_audit_tells_who_did_what_to_whom(client: FlaskClient, place: Installation, study: str) -> None:
    account, _ = made(place)
    client.post(f"/admin/accounts/{account}/studies", data={"study": study, "study_role": "owner"})
    client.post(f"/admin/accounts/{account}/deactivate")
    page = client.get("/admin/audit").text
    for told in (
        "Account deactivated",
        "Role given: Accountable owner, Olga Other",
        TITLE,
        "Ada Administrator",
    ):
        assert told in page
    assert client.get("/admin/audit?page=99").status_code == 200
    for wrong in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get("/admin/audit", query_string={"page": wrong}).status_code == 404


def test_absent_accounts_are_not_there(client: FlaskClient) -> None:
    assert client.get("/admin/accounts/absent").status_code == 404
    for path in (
        "",
        "/roles",
        "/studies",
        "/deactivate",
        "/invite",
        "/reset",
        "/sign-out",
        "/reactivate",
        "/roles/take",
        "/studies/take",
    ):
        answer = client.post(f"/admin/accounts/absent{path}", data={"role": "reader", "name": "A"})
        assert answer.status_code == 404, path


def test_administrators_start_at_their_accounts(client: FlaskClient, app: Flask) -> None:
    del app
    assert client.get("/home").location == "/admin/accounts"
    assert "Administration" in client.get("/help").text


def test_the_way_in_is_the_owners(
    client: FlaskClient, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    account, email = made(place, role=Role.READER)
    reader = sign_in(email)
    page = f"/admin/accounts/{account}"
    assert client.post(f"{page}/invite").status_code == 409
    assert client.post(f"{page}/reset").status_code == 303
    assert reader.get("/account").status_code == 200
    assert client.post(f"{page}/sign-out").status_code == 303
    assert reader.get("/account").status_code == 302
    with place.database.reading() as session:
        (mail,) = session.scalars(select(OutboxMessage)).all()
        assert place.vault.open(mail.seal or b"")["to"] == email
    client.post(f"{page}/deactivate")
    assert client.post(f"{page}/reset").status_code == 409


def test_a_lost_second_factor_is_removed_and_its_owner_told(client: FlaskClient, place: Installation) -> None:
    account, email = made(place, role=Role.READER)
    with place.database.writing() as session:
        session.add(SecondFactor(account_id=account, seal=b"sealed", last_step=0))
    page = f"/admin/accounts/{account}"
    assert "Remove the second factor" in client.get(page).text
    assert client.post(f"{page}/factor/remove").status_code == 303
    assert "Remove the second factor" not in client.get(page).text
    with place.database.reading() as session:
        (mail,) = session.scalars(select(OutboxMessage)).all()
        assert place.vault.open(mail.seal or b"")["to"] == email
        own = session.scalars(select(Account).where(Account.name == "Ada Administrator")).one().id
    assert client.post(f"/admin/accounts/{own}/factor/remove").status_code == 403


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.READER, Role.TRAINER])
def test_nobody_else_administers(
    place: Installation, sign_in: Callable[[str], FlaskClient], role: Role
) -> None:
    account, email = made(place, role=role)
    other = sign_in(email)
    assert other.get("/admin/accounts").status_code == 403
    assert other.post(f"/admin/accounts/{account}/roles", data={"role": "admin"}).status_code == 403
    assert held(place, account) == {str(role)}
    assert "Administration" not in other.get("/help").text
