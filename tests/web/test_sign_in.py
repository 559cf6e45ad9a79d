"""Signing in and out with a browser: what the cookie holds, what ends a session, and what outlives it."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from copkit_delphi.domain.permission import Role
from copkit_delphi.people import accounts, passwords
from copkit_delphi.people.models import SecondFactor
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from copkit_delphi.web.errors import SECRETS
from tests import factories
from tests.web import panel

SignIn = Callable[[str], FlaskClient]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def email(place) -> str:
    with place.database.writing() as session:
        return factories.make_account(session, role=Role.READER).email


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found
    return str(found.value)


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", value)
    return client


def get_in(client: FlaskClient) -> int:
    return client.get("/account").status_code


def test_nothing_in_the_cookie_can_be_read_or_changed(app: Flask, sign_in: SignIn, email: str) -> None:
    client = sign_in(email)
    value = cookie(client)
    for part in (value, *value.split(".")):
        plain = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        assert b"{" + b'"' not in plain
        assert b"csrf" not in plain
        assert b"_user_id" not in plain
    changed = value[:40] + ("A" if value[40] != "A" else "B") + value[41:]
    assert get_in(with_cookie(app, changed)) == 302
    for invented in ("planted", "é", "=" * 2000, value.upper()):
        assert get_in(with_cookie(app, invented)) == 302


def test_the_cookie_says_whom_it_may_be_sent_to(app: Flask, email: str) -> None:
    sent = {"email": email, "password": factories.PASSWORD}
    said = app.test_client().post("/sign-in", data=sent).headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert "Path=/" in said
    assert "Domain" not in said


def test_a_planted_cookie_is_not_adopted(app: Flask, email: str) -> None:
    mallory, victim = app.test_client(), app.test_client()
    mallory.post("/sign-out")  # a cookie of this site that Mallory knows
    planted = cookie(mallory)
    victim.set_cookie("session", planted)
    victim.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    assert get_in(victim) == 200
    assert cookie(victim) != planted
    assert get_in(mallory) == 302
    assert get_in(with_cookie(app, planted)) == 302


def test_after_signing_out_a_copy_of_the_cookie_is_dead(app: Flask, sign_in: SignIn, email: str) -> None:
    client = sign_in(email)
    copy = with_cookie(app, cookie(client))
    assert get_in(copy) == 200
    answer = client.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert get_in(copy) == 302


def test_signing_in_again_ends_the_session_before(app: Flask, sign_in: SignIn, email: str) -> None:
    client = sign_in(email)
    copy = with_cookie(app, cookie(client))
    client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    assert get_in(client) == 200
    assert get_in(copy) == 302


def test_new_roles_change_the_cookie_and_the_old_one_is_dead(
    app: Flask, place, sign_in: SignIn, email: str
) -> None:
    client = sign_in(email)
    copy = with_cookie(app, cookie(client))
    with place.database.writing() as session:
        account = accounts.by_email(session, email).id
        accounts.give_role(
            session, account_id=account, role=Role.FACILITATOR, at=factories.NOW, actor="admin"
        )
    assert get_in(client) == 200
    assert get_in(copy) == 302
    assert get_in(client) == 200


def test_staff_are_out_after_half_an_hour(sign_in: SignIn, email: str, monkeypatch) -> None:
    client = sign_in(email)
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(minutes=29))
    assert get_in(client) == 200
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(minutes=31))
    assert get_in(client) == 302


def test_a_form_that_outlived_the_session_gives_its_text_back_and_no_password(
    sign_in: SignIn, email: str, monkeypatch
) -> None:
    client = sign_in(email)
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(minutes=31))
    sent = {"text": "An hour of <b>work</b>.", "owner-current": "my own password", "reason": "safety"}
    answer = client.post("/account/password", data=sent)
    assert answer.status_code == 401
    assert "An hour of &lt;b&gt;work&lt;/b&gt;." in answer.text
    assert "Sign in, in a new tab" in answer.text
    assert "my own password" not in answer.text
    assert "safety" not in answer.text


def test_a_form_whose_cookie_is_gone_gives_its_text_back(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/studies/x/amend", data={"text": "Two words"})
    assert answer.status_code in (400, 404)
    answer = app.test_client().post("/account/password", data={"text": "Two words", "new": "a secret phrase"})
    assert (answer.status_code, "Two words" in answer.text, "a secret" in answer.text) == (400, True, False)


def test_every_password_and_code_is_kept_off_the_page_that_gives_text_back() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "copkit_delphi" / "web").rglob("*.py"))
    secret = set(re.findall(r"(\w+) = PasswordField\(", sources))
    assert secret
    assert secret | {"code", "csrf_token"} == SECRETS


@pytest.mark.parametrize("known", [True, False])
def test_a_missing_key_of_second_factors_is_said_in_words(tmp_path, migrated, known: bool) -> None:
    shutil.copy(migrated, tmp_path / "copkit.sqlite3")
    app = create_app(Settings(data_dir=tmp_path, second_factor="required"), clock=lambda _: factories.NOW)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    place = app.extensions[KEY]
    with place.database.writing() as session:
        account = factories.make_account(session)
        sealed = place.factor_vault.seal({"secret": "JBSWY3DPEHPK3PXP"})
        session.add(SecondFactor(account_id=account.id, seal=sealed, last_step=0))
    key = place.settings.keys_dir / "factors.key"
    key.unlink()
    if known:
        key.write_bytes(b"another key of 32 bytes length..")
    client = app.test_client()
    client.post("/sign-in", data={"email": account.email, "password": factories.PASSWORD})
    answer = client.post("/sign-in/code", data={"code": "123456"})
    assert (answer.status_code, "put the saved keys back" in answer.text) == (503, True)


def test_an_address_is_not_told_by_how_long_a_refusal_takes(place, email: str) -> None:
    def seconds(address: str) -> float:
        before = time.process_time()
        with place.database.reading() as session:
            assert passwords.check(session, email=address, password="not the password") is None
        return time.process_time() - before

    seconds(email)
    pairs = [(seconds(email), seconds("nobody@staff.example")) for _ in range(7)]
    known, unknown = (statistics.median(one) for one in zip(*pairs, strict=True))
    assert 1 / 3 < known / unknown < 3


def test_two_applications_share_their_limits_by_redis(tmp_path, migrated, email: str) -> None:
    url = os.environ.get("COPKIT_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.exceptions.ConnectionError:
        pytest.skip("no Redis answers")
    source = {"REMOTE_ADDR": "fd00::" + secrets.token_hex(2)}
    sent = {"email": f"{secrets.token_hex(8)}@staff.example", "password": "wrong password"}

    def guess(name: str, times: int) -> list[int]:
        (tmp_path / name).mkdir()
        shutil.copy(migrated, tmp_path / name / "copkit.sqlite3")
        app = create_app(Settings(data_dir=tmp_path / name, redis_url=url))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        client = app.test_client()
        return [client.post("/sign-in", data=sent, environ_base=source).status_code for _ in range(times)]

    assert guess("one", 6) == [422] * 6
    assert guess("two", 5) == [422] * 4 + [429]


# Panellists ----------------------------------------------------------------------------------------------------------


def test_after_leaving_a_copy_of_the_cookie_is_dead(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    copy = with_cookie(app, cookie(client))
    assert copy.get("/panel").status_code == 200
    left = client.post("/panel/leave")
    assert "storage" in left.headers["Clear-Site-Data"]
    assert copy.get("/panel").status_code == 410
    assert client.get("/panel").status_code == 410


def test_a_replaced_link_ends_the_sessions_it_opened(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    assert client.get("/panel").status_code == 200
    panel.link(place, study)
    assert client.get("/panel").status_code == 410


def test_entering_as_somebody_else_ends_the_session_before(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    copy = with_cookie(app, cookie(client))
    client.post(panel.link(place, study, 1))
    assert client.get("/panel").status_code == 200
    assert copy.get("/panel").status_code == 410


def test_the_database_tells_no_hour_of_a_panellist(app: Flask, place) -> None:
    panel.enter(app, place, panel.started(place))
    with place.database.reading() as session:
        (row,) = session.execute(sql("SELECT * FROM panellist_session")).all()
    assert row.day == str(factories.NOW.date())
    assert all(":" not in str(value) for value in row)


def test_what_was_typed_outlives_the_session(app: Flask, place, monkeypatch) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    client = panel.enter(app, place, study, path=path)
    kept = panel.fields(client, reason="Kept while I typed")
    assert client.post("/panel/1/draft", data=kept).status_code == 200
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=3))
    answer = client.post("/panel/1", data={**kept, "reason": "Typed, then I had lunch"})
    assert answer.status_code == 410
    assert "Typed, then I had lunch" in answer.text
    assert "Open your personal link again" in answer.text
    assert client.post(path).status_code == 303
    page = client.get("/panel/1").text
    assert "Kept while I typed" in page
    assert client.post("/panel/1", data=panel.fields(client, reason="Kept while I typed")).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 80


def test_messages_that_no_page_has_shown_do_not_outgrow_the_cookie(app: Flask, place) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session).email
    client = app.test_client()
    client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    for _ in range(120):
        assert client.post("/account/sessions", data={"session": "none"}).status_code == 303
    held = client.get_cookie("session")
    assert held
    assert len(held.value) < 4000
    assert "Signed out there" in client.get("/account").get_data(as_text=True)
