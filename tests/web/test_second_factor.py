"""The second factor and one's own account with a browser: what a password alone opens, codes, limits, links."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from copkit_delphi.domain.permission import Role
from copkit_delphi.people import passwords
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.factories import PASSWORD

NEW = "three green lamps by the lake"


@dataclass
class Desk:
    """An installation that asks for the second factor, and people who sign in to it."""

    app: Flask
    emails: dict[Role, str]
    monkeypatch: pytest.MonkeyPatch

    def client(self, role: Role, password: str = PASSWORD) -> FlaskClient:
        client = self.app.test_client()
        assert (
            client.post("/sign-in", data={"email": self.emails[role], "password": password}).status_code
            == 302
        )
        return client

    def enrolled(self, role: Role) -> tuple[FlaskClient, str, list[str]]:
        """Sign in and set an authenticator up; return the browser, the secret and the recovery codes."""
        client = self.client(role)
        secret = secret_of(client.get("/account/second-factor").text)
        answer = client.post("/account/second-factor", data={"code": code(secret), "current": PASSWORD})
        assert answer.headers["Location"] == "/account/recovery-codes", answer.text
        codes = re.findall(r"<li><code>([a-z0-9-]{19})</code>", client.get("/account/recovery-codes").text)
        assert len(set(codes)) == 10
        self.forward(seconds=60)
        return client, secret, codes

    def forward(self, **step: int) -> None:
        self.monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(**step))

    def mails(self, to: str) -> list[str]:
        place = self.app.extensions[KEY]
        place.deliver_outbox()
        found = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in place.settings.outbox_dir.glob("*.eml")
        ]
        return [one.get_content() for one in found if one["To"] == to]


def secret_of(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


def code(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(factories.NOW.timestamp()))


@pytest.fixture
def make(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Desk]:
    def made() -> Desk:
        shutil.copy(migrated, tmp_path / "copkit.sqlite3")
        settings = Settings(data_dir=tmp_path, second_factor="required")
        app = create_app(settings, clock=lambda _session: factories.NOW)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with app.extensions[KEY].database.writing() as session:
            emails = {
                role: factories.make_account(session, role=role).email
                for role in (Role.ADMIN, Role.FACILITATOR, Role.READER)
            }
        return Desk(app, emails, monkeypatch)

    return made


@pytest.fixture
def desk(make) -> Desk:
    return make()


# A password alone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR])
def test_a_password_alone_opens_nothing_but_the_factor_pages(desk: Desk, role: Role) -> None:
    client = desk.client(role)
    for path in ("/studies", "/home", "/account", "/studies/new", "/account/recovery-codes"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/code"), (
            path
        )
    assert (
        client.post("/account/password", data={"current": PASSWORD, "new": NEW, "again": NEW}).status_code
        == 401
    )
    assert client.get("/sign-in/code").headers["Location"] == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200


def test_who_needs_none_is_in_with_a_password_and_may_set_one_up(desk: Desk) -> None:
    assert desk.client(Role.READER).get("/account").status_code == 200
    client, _, _ = desk.enrolled(Role.READER)
    assert client.get("/account").status_code == 200
    assert desk.client(Role.READER).get("/account").location == "/sign-in/code?next=/account"


def test_a_role_that_needs_a_factor_asks_for_it_at_the_next_page(desk: Desk) -> None:
    client = desk.client(Role.READER)
    place = desk.app.extensions[KEY]
    with place.database.writing() as session:
        account = passwords.accounts.by_email(session, desk.emails[Role.READER])
        passwords.accounts.give_role(
            session, account_id=account.id, role=Role.FACILITATOR, at=factories.NOW, actor="admin"
        )
    answer = client.get("/account")
    assert (answer.status_code, answer.location) == (302, "/sign-in/code?next=/account")
    assert client.get("/sign-in/code").location == "/account/second-factor"


def test_setting_up_needs_the_password_and_a_right_code(desk: Desk) -> None:
    client = desk.client(Role.FACILITATOR)
    secret = secret_of(client.get("/account/second-factor").text)
    assert secret == secret_of(client.get("/account/second-factor").text)
    for sent in ({"code": code(secret), "current": "wrong"}, {"code": "000000", "current": PASSWORD}, {}):
        answer = client.post("/account/second-factor", data=sent)
        assert answer.status_code == 422
        assert secret_of(answer.text) == secret
    assert client.get("/studies").status_code == 302
    with desk.app.extensions[KEY].database.reading() as session:
        assert session.execute(sql("SELECT count(*) FROM second_factor")).scalar_one() == 0


def test_the_secret_is_sealed_and_the_codes_are_hashed(desk: Desk) -> None:
    _, secret, codes = desk.enrolled(Role.ADMIN)
    with desk.app.extensions[KEY].database.reading() as session:
        stored = repr(session.execute(sql("SELECT * FROM second_factor")).all())
        stored += repr(session.execute(sql("SELECT * FROM recovery_code")).all())
    assert secret not in stored
    assert not any(one in stored for one in codes)


# Codes ---------------------------------------------------------------------------------------------------------------


def test_a_code_works_once_also_with_a_space_in_it(desk: Desk) -> None:
    _, secret, _ = desk.enrolled(Role.FACILITATOR)
    now = code(secret)
    first, second = desk.client(Role.FACILITATOR), desk.client(Role.FACILITATOR)
    before = first.get_cookie("session").value
    answer = first.post("/sign-in/code?next=/studies", data={"code": f" {now[:3]} {now[3:]}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studies")
    assert first.get("/studies").status_code == 200
    copy = desk.app.test_client()
    copy.set_cookie("session", before)
    assert (
        copy.get("/studies").headers["Location"].startswith("/sign-in?")
    )  # the session before the code is dead
    for again in (now, f"{now[:3]} {now[3:]}"):
        assert second.post("/sign-in/code", data={"code": again}).status_code == 401
    assert second.get("/studies").status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(-30, 303), (0, 303), (30, 303), (-90, 401), (90, 401)])
def test_a_code_fits_one_step_before_and_after(desk: Desk, seconds: int, status: int) -> None:
    _, secret, _ = desk.enrolled(Role.FACILITATOR)
    desk.forward(seconds=120)
    shown = pyotp.TOTP(secret).at(int(factories.NOW.timestamp()) + seconds)
    assert desk.client(Role.FACILITATOR).post("/sign-in/code", data={"code": shown}).status_code == status


def test_a_recovery_code_works_once(desk: Desk) -> None:
    _, _, codes = desk.enrolled(Role.FACILITATOR)
    for status in (303, 401):
        client = desk.client(Role.FACILITATOR)
        assert client.post("/sign-in/code", data={"code": codes[0].upper()}).status_code == status
    for odd in ("", " ", "é" * 6, "0" * 5000):
        assert client.post("/sign-in/code", data={"code": odd}).status_code == 401


def test_wrong_codes_are_limited_apart_from_passwords_and_a_new_sign_in_gives_no_new_tries(make) -> None:
    desk = make()
    _, secret, _ = desk.enrolled(Role.FACILITATOR)
    client = desk.client(Role.FACILITATOR)
    said = [client.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(6)]
    assert said == [401] * 5 + [429]
    fresh = desk.client(Role.FACILITATOR)
    refused = fresh.post("/sign-in/code", data={"code": code(secret)})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 901  # whole seconds, rounded up
    other = desk.client(Role.ADMIN)
    assert other.get("/account/second-factor").status_code == 200


# One's own account ---------------------------------------------------------------------------------------------------


def test_changing_the_password_needs_the_current_one_and_a_code(desk: Desk) -> None:
    client, secret, _ = desk.enrolled(Role.FACILITATOR)
    sent = {"current": PASSWORD, "new": NEW, "again": NEW}
    for wrong, status in (
        ({"current": "wrong"}, 422),
        ({"current": ""}, 422),
        ({"again": "something else"}, 422),
        ({"code": "000000"}, 401),
        ({"code": code(secret), "new": "password1234", "again": "password1234"}, 422),
    ):
        assert client.post("/account/password", data={**sent, **wrong}).status_code == status
    desk.forward(seconds=60)
    elsewhere = desk.client(Role.FACILITATOR)
    assert client.post("/account/password", data={**sent, "code": code(secret)}).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").headers["Location"].startswith("/sign-in?")
    assert any(
        "password of your account was changed" in text for text in desk.mails(desk.emails[Role.FACILITATOR])
    )
    desk.client(Role.FACILITATOR, NEW)


def test_guesses_at_the_current_password_are_limited(make) -> None:
    client = make().client(Role.READER)
    sent = {"current": "guess", "new": NEW, "again": NEW}
    said = [client.post("/account/password", data=sent).status_code for _ in range(11)]
    assert said == [422] * 10 + [429]


def test_taking_the_factor_away_asks_for_another_where_the_role_needs_one(desk: Desk) -> None:
    client, secret, _ = desk.enrolled(Role.FACILITATOR)
    sent = {"owner-current": PASSWORD, "owner-code": "000000"}
    assert client.post("/account/second-factor/remove", data=sent).status_code == 401
    assert client.get("/studies").status_code == 200
    taken = client.post("/account/second-factor/remove", data={**sent, "owner-code": code(secret)})
    assert taken.status_code == 303
    assert client.get("/sign-in/code").headers["Location"] == "/account/second-factor"
    assert any("was removed" in text for text in desk.mails(desk.emails[Role.FACILITATOR]))


def test_new_recovery_codes_void_the_old_ones(desk: Desk) -> None:
    client, secret, old = desk.enrolled(Role.FACILITATOR)
    sent = {"owner-current": PASSWORD, "owner-code": code(secret)}
    assert client.post("/account/recovery-codes", data=sent).status_code == 303
    assert old[0] not in client.get("/account/recovery-codes").text
    assert desk.client(Role.FACILITATOR).post("/sign-in/code", data={"code": old[0]}).status_code == 401


def test_a_set_up_authenticator_is_not_replaced_without_its_code(desk: Desk) -> None:
    client, _, _ = desk.enrolled(Role.FACILITATOR)
    secret = secret_of(client.get("/account/second-factor").text)
    client.post("/account/second-factor", data={"code": code(secret), "current": PASSWORD})
    assert desk.client(Role.FACILITATOR).post("/sign-in/code", data={"code": code(secret)}).status_code == 401


def test_a_person_sees_the_own_sessions_and_ends_another(desk: Desk) -> None:
    client, other = desk.client(Role.READER), desk.client(Role.READER)
    page = client.get("/account").text
    assert page.count("Another browser") == 1
    found = re.search(r'name="session" value="([0-9a-f]{16})"', page)
    assert found
    assert client.post("/account/sessions", data={"session": found[1]}).status_code == 303
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


# Links ---------------------------------------------------------------------------------------------------------------


def opened(desk: Desk, text: str) -> FlaskClient:
    client = desk.app.test_client()
    path = re.search(r"/password/link/\S+", text)
    assert path
    for _ in range(2):  # a mail gateway opens it first
        answer = client.get(path[0])
        assert (answer.status_code, answer.headers["Location"]) == (303, "/password/new")
        assert client.get("/password/new").status_code == 200
    return client


def test_a_forgotten_password_tells_nothing_and_its_link_skips_no_factor(desk: Desk) -> None:
    desk.enrolled(Role.FACILITATOR)
    known = desk.emails[Role.FACILITATOR]
    answers = [
        desk.app.test_client().post("/password/forgot", data={"email": address}, follow_redirects=True)
        for address in (known, "nobody@x.example", "no address at all")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert desk.mails("nobody@x.example") == []
    (text,) = (text for text in desk.mails(known) if "/password/link/" in text)
    client = opened(desk, text)
    weak = client.post("/password/new", data={"new": "password1234", "again": "password1234"})
    assert weak.status_code == 422
    assert "guessed first" in weak.text
    assert client.post("/password/new", data={"new": NEW, "again": NEW}).headers["Location"] == "/sign-in"
    assert client.post("/password/new", data={"new": NEW, "again": NEW}).status_code == 410
    assert desk.client(Role.FACILITATOR, NEW).get("/studies").headers["Location"].startswith("/sign-in/code")


def test_a_link_that_ran_out_opens_nothing(desk: Desk) -> None:
    known = desk.emails[Role.READER]
    desk.app.test_client().post("/password/forgot", data={"email": known})
    client = opened(desk, desk.mails(known)[0])
    desk.forward(minutes=31)
    assert client.get("/password/new").status_code == 410
    assert client.post("/password/new", data={"new": NEW, "again": NEW}).status_code == 410
    assert desk.app.test_client().get("/password/new").status_code == 410


def test_with_the_factor_off_every_page_of_signed_in_people_says_so(desk: Desk, app: Flask, place) -> None:
    del desk
    with place.database.writing() as session:
        email = factories.make_account(session).email
    client = app.test_client()
    assert "SECOND FACTOR OFF" not in client.get("/").text
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    for path in ("/studies", "/account", "/briefs", "/help"):
        assert "SECOND FACTOR OFF" in client.get(path).text


def test_pages_of_signed_in_people_say_when_the_session_ends(desk: Desk) -> None:
    client = desk.client(Role.READER)
    answer = client.get("/account")
    assert "You stay signed in for 30 minutes" in answer.text
    assert answer.headers["Session-Ends-In"] == "1800"
    desk.forward(minutes=1)
    assert 'data-ends-in="' not in desk.app.test_client().get("/").text
