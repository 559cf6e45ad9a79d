"""Leaving by one press: what the page says beforehand, what is gone afterwards, and who is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask

from copkit_delphi.cli.runtime import Worker
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.withdrawals import mark
from copkit_delphi.people.models import SealedIdentity
from tests import factories
from tests.web import panel

PERSON = "Zacharias Unmistakable"
PEOPLE = f"{PERSON}; zacharias@unmistakable.example; Industry\nBob; bob@panel.example; Civil society"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_one_press_without_a_reason_erases_and_says_so(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    client = panel.enter(app, place, study)
    client.post("/panel/1", data=panel.fields(client, round_=2))
    key = panel.link(place, study)
    client, second = (panel.enter(app, place, study, path=key) for _ in range(2))
    page = text(client.get("/panel/withdraw"))
    for said in ("need not give a reason", "stay as they were published", "Removed", "computed without you"):
        assert said in page
    assert "textarea" not in page
    assert panel.values(place)
    after = client.post("/panel/withdraw", follow_redirects=True)
    assert after.status_code == 200
    assert "You have withdrawn" in text(after)
    assert panel.values(place) == {}
    assert client.get("/panel").status_code == 410
    other = second.get("/panel/1")
    assert other.status_code == 410
    assert "You have withdrawn" in text(other)
    assert second.post("/panel/withdraw").status_code == 410


def test_the_personal_link_answers_kindly(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    panel.enter(app, place, study, path=path).post("/panel/withdraw")
    for answer in (app.test_client().get(path), app.test_client().post(path)):
        assert answer.status_code == 410
        assert "Thank you for the time you gave" in text(answer)
        assert "Ask for a new one" not in text(answer)


def test_before_consent_too(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place), consent=False)
    assert 'href="/panel/withdraw"' in text(client.get("/panel"))
    assert client.post("/panel/withdraw").headers["Location"] == "/panel/withdrawn"


def test_looking_at_the_page_changes_nothing(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    client.get("/panel/withdraw")
    assert client.get("/panel").status_code == 200
    assert app.test_client().post("/panel/withdraw").status_code == 410


def test_a_tab_that_stayed_open_does_not_promise_that_anything_is_kept(app: Flask, place) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = panel.entered_with_token(app, place, panel.started(place))
    tab = panel.fields(client) | {"csrf_token": panel.token(client, "/panel/1"), "reason": "Typed before"}
    leaving = client.post("/panel/withdraw", data={"csrf_token": panel.token(client, "/panel/withdraw")})
    assert leaving.status_code == 303
    answers = [
        client.post("/panel/1", data=tab),
        client.post("/panel/1/draft", data=tab),
        client.post("/panel/submit", data=tab),
        client.get("/panel/1"),
    ]
    for answer in answers:
        assert answer.status_code == 410
        assert "ou have withdrawn" in text(answer)
        assert "is kept" not in text(answer)
        assert "personal link again" not in text(answer)
    assert answers[1].json["message"]


def test_a_device_that_was_idle_while_another_withdrew_says_what_is_true(
    app: Flask, place, monkeypatch
) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    phone, laptop = (panel.enter(app, place, study, path=path) for _ in range(2))
    phone.post("/panel/withdraw")
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=3))
    assert "You have withdrawn" in text(laptop.get("/panel/1"))


def test_whoever_withdrew_from_one_study_enters_another_in_the_same_browser(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/withdraw")
    other = panel.link(place, panel.started(place, title="Another study"))
    assert client.post(other).status_code == 303
    assert client.get("/panel").status_code == 200
    client.post("/panel/leave")
    assert "Your session has ended" in text(client.get("/panel"))


def test_the_facilitator_gets_no_mail_and_reads_nothing_of_it_in_the_audit(
    app: Flask, place, sign_in
) -> None:
    with place.database.writing() as session:
        facilitator = factories.make_account(session)
        study, _ = factories.running_study(place, session, facilitator.id, people=PEOPLE)
    staff = sign_in(facilitator.email)
    Worker(place).once()
    invited = text(staff.get(f"/studies/{study.id}"))
    assert PERSON in invited
    panel.enter(app, place, study).post("/panel/withdraw")
    Worker(place).once()
    assert not any("withdr" in mail.read_text() for mail in place.settings.outbox_dir.glob("*.eml"))
    seen = text(staff.get(f"/studies/{study.id}"))
    assert PERSON not in seen
    assert "withdr" not in text(staff.get(f"/studies/{study.id}/audit")).lower()


def test_the_name_is_in_no_file_afterwards(app: Flask, place) -> None:
    """Database, write-ahead log, mails in the folder, keys and lists: read as bytes, the vault's seal included."""
    with place.database.writing() as session:
        study, _ = factories.running_study(place, session, factories.make_account(session).id, people=PEOPLE)
    Worker(place).once()
    seal = seal_of(place, study)
    code = code_of(place, study)
    assert PERSON.encode() in everything(place.settings.data_dir)
    assert seal in everything(place.settings.data_dir)
    panel.enter(app, place, study).post(
        "/panel/withdraw"
    ).close()  # as a server does after the answer has left
    Worker(place).once()
    left = everything(place.settings.data_dir)
    for gone in (PERSON.encode(), b"zacharias@unmistakable.example", seal):
        assert gone not in left
    assert mark(code).encode() in (place.settings.keys_dir / "erasures.log").read_bytes()
    assert b"bob@panel.example" in left


def seal_of(place, study) -> bytes:
    with place.database.reading() as session:
        rows = session.query(SealedIdentity).all()
        return next(row.seal for row in rows if place.vault.open(row.seal)["name"] == PERSON)


def code_of(place, study) -> str:
    with place.database.reading() as session:
        found: Panellist = panel.real(session, study)[0]
        return found.id


def everything(folder: Path) -> bytes:
    """Return the bytes of every file of an installation."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
