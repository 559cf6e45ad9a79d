"""A lost link is replaced through the invited address alone, and nothing tells whether an address is known."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from copkit_delphi.cli.runtime import Worker
from copkit_delphi.elicitation.models import Letter, LostLink
from copkit_delphi.people import carriers
from copkit_delphi.people.models import AuditEvent
from tests.web import panel


def text(answer) -> str:
    return answer.get_data(as_text=True)


def asked(app: Flask, email: str):
    return app.test_client().post("/link/lost", data={"email": email})


def mails(place) -> list[tuple[str, str]]:
    """Return recipient and text of every mail that left, in no order."""
    found = map(carriers.read, place.settings.outbox_dir.glob("*.eml"))
    return [(str(one["To"]), carriers.text_of(one)) for one in found if one is not None]


def fresh(place, email: str) -> str:
    """Return the path of the link in the mail that somebody asked for."""
    (body,) = [body for to, body in mails(place) if to == email and "somebody asked" in body]
    return re.search(r"/p/[\w.-]+", body)[0]


def test_the_answer_and_the_work_are_the_same_for_a_known_and_an_unknown_address(app: Flask, place) -> None:
    panel.started(place)
    answers = [asked(app, email) for email in ("ann@panel.example", "nobody@panel.example")]
    assert {answer.status_code for answer in answers} == {303}
    pages = [app.test_client().get(answer.headers["Location"]) for answer in answers]
    assert text(pages[0]) == text(pages[1])
    with place.database.reading() as session:  # neither was looked up: a sealed row each, and no mail
        sizes = [len(seal) for seal in session.scalars(select(LostLink.seal))]
    assert len(sizes) == 2


def test_a_fresh_link_comes_by_mail_and_the_old_one_stops_when_it_is_used(app: Flask, place) -> None:
    study = panel.started(place)
    old = panel.link(place, study)
    at_work = panel.enter(app, place, study, path=old)
    asked(app, " ANN@panel.example")
    asked(app, "nobody@panel.example")
    Worker(place).once()
    new = fresh(place, "ann@panel.example")
    assert not [to for to, _ in mails(place) if to == "nobody@panel.example"]
    assert study.title not in fresh(place, "ann@panel.example")
    assert app.test_client().get(new).status_code == 200
    assert at_work.get("/panel").status_code == 200  # a stranger who knows the address puts nobody out
    assert app.test_client().post(new).status_code == 303
    assert app.test_client().get(old).status_code == 410
    assert at_work.get("/panel").status_code == 410
    assert app.test_client().get(new).status_code == 200


def test_one_mail_for_each_open_study_and_none_for_a_withdrawn_one(app: Flask, place) -> None:
    first, _second = panel.started(place), panel.started(place)
    asked(app, "ann@panel.example")
    Worker(place).once()
    assert len([1 for to, body in mails(place) if "somebody asked" in body]) == 2
    panel.enter(app, place, first).post("/panel/withdraw")
    for path in place.settings.outbox_dir.glob("*.eml"):
        path.unlink()
    asked(app, "ann@panel.example")
    Worker(place).once()
    assert len([1 for to, body in mails(place) if "somebody asked" in body]) == 1


def test_no_facilitator_is_told_and_the_audit_names_no_study(app: Flask, place) -> None:
    panel.started(place)
    with place.database.reading() as session:
        letters = session.scalar(select(func.count()).select_from(Letter))
    asked(app, "ann@panel.example")
    Worker(place).once()
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == letters
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "panel:lost-link"))
        assert (event.study_id, event.detail) == ("", '{"asked":1}')
        assert session.scalar(select(func.count()).select_from(LostLink)) == 0


def test_a_mailbox_is_not_filled_whoever_asks(app: Flask, place, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    codes = [
        asked(app, email).status_code
        for email in ("a@x.example", "A@x.example", "a@x.example", "a@x.example")
    ]
    assert codes == [303, 303, 303, 429]


def test_an_address_is_asked_for_in_words(app: Flask) -> None:
    answer = asked(app, "")
    assert answer.status_code == 422
    assert "Give your e-mail address." in text(answer)


def test_the_way_stands_where_somebody_without_a_link_looks(app: Flask, place) -> None:
    study = panel.started(place)
    old = panel.link(place, study)
    panel.link(place, study)
    for address in (old, old[:-3], "/sign-in", "/help"):
        assert 'href="/link/lost"' in text(app.test_client().get(address)), address


def test_continue_goes_to_the_next_unanswered_page_on_any_device(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    assert app.test_client().post(path).headers["Location"] == "/panel"  # nobody agreed yet
    client = panel.enter(app, place, study, path=path)
    client.post("/panel/1", data=panel.fields(client, confidence="2", track_record="40"))
    where = app.test_client().post(path).headers["Location"]
    shown = client.get("/panel").get_data(as_text=True)
    assert re.search(r"/panel/\d", where)
    assert f'href="{where}"' in shown
