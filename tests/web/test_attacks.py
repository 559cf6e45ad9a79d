"""What somebody with bad intent sends: forged forms, foreign hosts, odd bodies, guesses; and what the server keeps."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from copkit_delphi.web.doors import DOORS
from tests import factories
from tests.web import panel
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "stage"]

Make = Callable[..., Flask]


@pytest.fixture
def real(tmp_path: Path, migrated: Path) -> Make:
    """Make applications with tokens and limits on, as they are served."""

    def make(**settings: object) -> Flask:
        shutil.copy(migrated, tmp_path / "copkit.sqlite3")
        return create_app(
            Settings(data_dir=tmp_path, second_factor="required", **settings),
            clock=lambda _session: factories.NOW,
        )

    return make


# Forged forms --------------------------------------------------------------------------------------------------------


def _writing(app: Flask) -> list[tuple[str, str]]:
    """Return endpoint and a path of every route that takes POST."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        return [
            (rule.endpoint, adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST"))
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ())
        ]


def test_every_form_asks_for_its_token(real: Make) -> None:
    app = real()
    routes = _writing(app)
    assert len(routes) > 35
    assert {endpoint for endpoint, _ in routes} <= DOORS.keys()
    for endpoint, path in routes:
        for sent in ({}, {"csrf_token": ""}, {"csrf_token": "invented"}):
            assert app.test_client().post(path, data=sent).status_code == 400, endpoint


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_form_sent_from_another_site_is_refused(app: Flask, headers: dict[str, str]) -> None:
    answer = app.test_client().post("/sign-out", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "http://localhost"}])
def test_a_form_of_this_site_is_taken_with_the_origin_browsers_send(
    app: Flask, headers: dict[str, str]
) -> None:
    assert app.test_client().post("/sign-out", headers=headers).status_code == 302


def test_forms_work_over_https_without_a_referrer_which_our_pages_do_not_send(real: Make) -> None:
    client = real(public_url="https://delphi.example").test_client()
    at = {"base_url": "https://delphi.example"}
    page = client.get("/sign-in", **at).get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = {"csrf_token": token, "email": "a@b.example", "password": "guess"}
    answer = client.post("/sign-in", data=sent, **at)
    assert answer.status_code == 422
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


# Foreign hosts, odd requests -----------------------------------------------------------------------------------------


def test_only_the_hosts_of_this_installation_are_answered(real: Make) -> None:
    client = real(public_url="https://delphi.example").test_client()
    assert client.get("/", base_url="https://delphi.example").status_code == 200
    assert client.get("/", base_url="http://127.0.0.1:8000").status_code == 200
    refused = client.get("/", base_url="http://evil.example")
    assert refused.status_code == 400
    assert "evil.example" not in refused.get_data(as_text=True)


@pytest.mark.parametrize("body", ['{"title": 5}', '["a"]', '{"title": "\\ud800", "marking": "TLP:RED"}', "{"])
def test_forms_take_form_data_only(stage: Stage, body: str) -> None:
    answer = stage[Role.FACILITATOR].post("/studies/new", data=body, content_type="application/json")
    assert answer.status_code == 415


@pytest.mark.parametrize("page", ["close", "deadline", "moderation"])
def test_a_round_with_a_huge_number_is_no_round(stage: Stage, page: str) -> None:
    assert stage[Role.FACILITATOR].get(f"{stage.base}/rounds/{10**30}/{page}").status_code == 404


def test_too_large_a_body_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"email": "x" * (2 * 1024 * 1024)})
    assert answer.status_code == 413


# Guesses -------------------------------------------------------------------------------------------------------------


def _tries(app: Flask, email: str, source: str, times: int) -> list[int]:
    app.config["WTF_CSRF_ENABLED"] = False
    sent = {"email": email, "password": "guess"}
    client = app.test_client()
    return [
        client.post("/sign-in", data=sent, environ_base={"REMOTE_ADDR": f"10.0.0.{n if source == 'many' else 1}"}).status_code
        for n in range(times)
    ]  # fmt: skip


def test_guesses_at_one_account_are_limited_from_any_number_of_sources(real: Make) -> None:
    app = real()
    assert _tries(app, "someone@x.example", "many", 11) == [422] * 10 + [429]
    assert _tries(app, " SOMEONE@x.example", "many", 1) == [429]
    assert _tries(app, "another@x.example", "many", 1) == [422]


def test_guesses_of_one_source_are_limited_over_all_accounts(real: Make) -> None:
    app = real()
    said = [_tries(app, f"{n}@x.example", "one", 1)[0] for n in range(61)]
    assert said == [422] * 60 + [429]
    assert _tries(app, "0@x.example", "many", 1) == [422]  # 10.0.0.0, another source


def test_the_right_password_is_refused_while_locked_and_nobody_else_is(real: Make) -> None:
    app = real()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.extensions[KEY].database.writing() as session:
        locked, other = (factories.make_account(session, role=Role.READER).email for _ in range(2))

    def sign_in(email: str, password: str, n: int = 0) -> Any:
        headers = {"X-Forwarded-For": f"10.9.8.{n}"}
        return app.test_client().post(
            "/sign-in", data={"email": email, "password": password}, headers=headers
        )

    assert [sign_in(locked, "guess", n).status_code for n in range(11)][-1] == 429
    refused = sign_in(locked, factories.PASSWORD, 99)
    assert refused.status_code == 429
    assert 200 < int(refused.headers["Retry-After"]) <= 301
    for _ in range(12):  # what succeeds counts for nothing
        assert sign_in(other, factories.PASSWORD).status_code == 302


def test_known_and_unknown_addresses_get_the_same_answer(real: Make) -> None:
    app = real()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.extensions[KEY].database.writing() as session:
        known = factories.make_account(session).email
    answers = [
        app.test_client().post("/sign-in", data={"email": email, "password": "guess"})
        for email in (known, "x" * len(known))
    ]
    first, second = (answer.text.replace(known, "").replace("x" * len(known), "") for answer in answers)
    assert answers[0].status_code == answers[1].status_code == 422
    assert first == second
    assert [name for name, _ in answers[0].headers] == [name for name, _ in answers[1].headers]


def test_forwarded_addresses_count_only_where_a_proxy_is_named(real: Make) -> None:
    def tries(app: Flask) -> list[int]:
        return [
            app.test_client().get("/p/guess", headers={"X-Forwarded-For": f"10.1.0.{n}"}).status_code
            for n in range(61)
        ]

    assert tries(real())[-1] == 429
    assert tries(real(proxies=1))[-1] == 404


def test_a_password_is_checked_while_others_write(app: Flask, place, monkeypatch) -> None:
    def check(*_: object, **__: object) -> None:
        with place.database.writing() as answering:
            answering.execute(sql("DELETE FROM draft"))

    monkeypatch.setattr("copkit_delphi.web.public.passwords.check", check)
    sent = {"email": "someone@x.example", "password": "guess"}
    assert app.test_client().post("/sign-in", data=sent).status_code == 422


# What is kept --------------------------------------------------------------------------------------------------------


def test_an_unexpected_error_logs_where_and_not_what(app: Flask, capsys, monkeypatch) -> None:
    def broken(**_: object) -> None:
        secret = "Judge Judy said no"  # noqa: F841 - a local that a careless log would print
        raise RuntimeError("tell nobody about Judge Judy")

    monkeypatch.setattr("copkit_delphi.web.public.passwords.check", lambda *_a, **_k: broken())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert (
        app.test_client().post("/sign-in", data={"email": "judy@x.example", "password": "p"}).status_code
        == 500
    )
    said = "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "test_attacks.py" in said
    assert "Judy" not in said
    assert "judy@x.example" not in said


def test_database_errors_do_not_repeat_what_was_sent(place) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            values = {"id": "twice", "study": "s", "seal": b"Judge Judy"}
            session.execute(sql("INSERT INTO sealed_identity VALUES (:id, :study, :seal)"), values)

    with place.database.session() as session, pytest.raises(IntegrityError) as raised:
        twice(session)
    assert "Judy" not in str(raised.value)


def test_the_database_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir(mode=0o755)
    create_app(Settings(data_dir=folder))
    for name in ("copkit.sqlite3", "keys/session.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


# Panellists ----------------------------------------------------------------------------------------------------------


def test_a_panellist_who_stopped_can_still_take_the_own_answers(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/1", data=panel.fields(client, reason="Mine to keep"))
    client.post("/panel/decline")
    copy = client.get("/panel/answers.csv")
    assert copy.status_code == 200
    assert "Mine to keep" in copy.get_data(as_text=True)


def test_a_session_that_is_kept_busy_ends_after_twelve_hours(app: Flask, place, monkeypatch) -> None:
    client = panel.enter(app, place, panel.started(place))
    for _ in range(12):
        monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=1))
        assert client.get("/panel").status_code == 200
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(minutes=1))
    assert client.get("/panel").status_code == 410


@pytest.mark.parametrize(
    "target", ["//evil", "/\\evil", "/\t/evil", "/\r\nX: y", "https:evil", "https://evil"]
)
def test_after_signing_in_nobody_is_sent_elsewhere(app: Flask, place, target: str) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session).email
    sent = {"email": email, "password": factories.PASSWORD}
    answer = app.test_client().post("/sign-in", query_string={"next": target}, data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home")


def test_a_link_ends_a_week_after_the_last_deadline_though_a_further_round_is_planned(
    app: Flask, place, monkeypatch
) -> None:
    with place.database.writing() as session:
        facilitator = factories.make_account(session).id
        study, round_ = factories.running_study(place, session, facilitator, people=panel.PEOPLE)
        factories.answer(session, round_)
        factories.close_round(session, round_, actor=facilitator)
    path = panel.link(place, study)
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(days=13))
    assert app.test_client().get(path).status_code == 200
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(days=2))
    assert app.test_client().get(path).status_code == 410
