"""Mail of a study in the browser: reminders, failed invitations, texts in four languages, and one person's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from copkit_delphi.domain.mail import LANGUAGES, LETTERS
from copkit_delphi.elicitation import letter_texts, letter_words, ratings
from copkit_delphi.elicitation.models import LetterText, Study
from copkit_delphi.people import outbox, vault
from copkit_delphi.people.models import Account, OutboxMessage
from copkit_delphi.reporting import catalogues
from tests import factories
from tests.cli.test_catalogues import glossary
from tests.web import panel

_PLACES = re.compile(r"\{\w+\}")


@pytest.fixture
def study(place: Any) -> Study:
    made = panel.started(place, sizes={}, title="Drones over ports")
    place.deliver_outbox()
    return made


@pytest.fixture
def client(study: Study, place: Any, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    with place.database.reading() as session:
        return sign_in(session.scalars(select(Account.email)).first() or "")


def queued(place: Any) -> list[dict[str, str]]:
    with place.database.reading() as session:
        seals = session.scalars(select(OutboxMessage.seal).where(OutboxMessage.state == "queued"))
        return [place.vault.open(seal) for seal in seals]


def test_the_default_install_says_that_nobody_was_mailed(client: FlaskClient, study: Study) -> None:
    page = client.get(f"/studies/{study.id}/mail").text
    assert "Nobody was mailed" in page
    assert "Written to the folder" in page


def test_a_down_server_is_told_with_its_time_and_that_nothing_is_lost(
    client: FlaskClient, study: Study, place: Any, app: Flask
) -> None:
    client.post(f"/studies/{study.id}/mail/reminders")

    def down(_id: str, _message: Any) -> None:
        raise ConnectionRefusedError

    outbox.deliver(place.database, place.vault, down, sender="x@x.example", clock=place.clock)
    object.__setattr__(
        place, "settings", place.settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    )
    page = client.get(f"/studies/{study.id}/mail").text
    assert "has not taken anything since" in page
    assert "09:00" in page
    assert "2 mails wait; nothing is lost" in page
    assert "has not taken anything since" in client.get(f"/studies/{study.id}").text


def test_a_reminder_by_hand_goes_to_both_and_only_once(client: FlaskClient, study: Study, place: Any) -> None:
    assert "Remind 2 people now" in client.get(f"/studies/{study.id}/mail").text
    assert client.post(f"/studies/{study.id}/mail/reminders").status_code == 303
    assert sorted(mail["to"] for mail in queued(place)) == ["ann@panel.example", "bob@panel.example"]
    page = client.post(f"/studies/{study.id}/mail/reminders", follow_redirects=True).text
    assert "0 reminders are on their way" in page
    assert "reminders are a day apart" in page
    assert len(queued(place)) == 2


def test_planned_days_are_kept_and_impossible_ones_stand_on_the_page(
    client: FlaskClient, study: Study, place: Any
) -> None:
    client.post(f"/studies/{study.id}/mail/plan", data={"first": "3", "second": "1"})
    page = client.get(f"/studies/{study.id}/mail").text
    assert "3 days before the deadline: Friday 6 November" in page, page[
        page.index("days before the deadline:") :
    ][:60]
    refused = client.post(f"/studies/{study.id}/mail/plan", data={"first": "9", "second": ""})
    assert refused.status_code == 422
    assert "has passed already" in refused.text
    assert 'value="9"' in refused.text
    assert client.post(f"/studies/{study.id}/mail/plan", data={"first": "x"}).status_code == 422
    later = place.__class__(
        place.settings, place.database, place.vault, place.links,
        lambda _session: factories.NOW + timedelta(days=4, minutes=1),
    )  # fmt: skip
    assert [later.send_reminders(), later.send_reminders()] == [2, 0]


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_text_is_complete_and_names_only_what_is_known(kind: str, language: str) -> None:
    text = letter_texts.shipped(kind, language)
    checked = letter_texts.checked(Study(title="A title that stands in no mail"), kind, text)
    assert checked.subject == text.subject
    assert text.names_link or not LETTERS[kind].needs_link
    words = letter_words.LANGUAGES[language]
    assert (len(words.DAYS), len(words.MONTHS)) == (7, 12)
    said = letter_texts.filled(text, {"name": "Ann {link}", "link": "https://x.example/p/1"})
    assert "{" not in said.body.replace("Ann {link}", "")
    assert "Ann {link}" in said.body  # what a name holds is no placeholder


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_mail_is_there_in_every_language_with_every_placeholder(language: str) -> None:
    words, english = letter_words.LANGUAGES[language], letter_words.LANGUAGES["en"]
    assert words.TEXTS.keys() == LETTERS.keys() <= outbox.KINDS.keys()
    for kind, parts in words.TEXTS.items():
        for mine, first in zip(parts, english.TEXTS[kind], strict=True):
            assert sorted(_PLACES.findall(mine)) == sorted(_PLACES.findall(first)), (kind, language)
        assert language == "en" or parts != english.TEXTS[kind], (kind, language)
    assert letter_words.LANGUAGES.keys() == LANGUAGES.keys()
    assert "2026" in letter_texts.day(date(2026, 12, 4), language)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_mails_name_pages_and_people_as_the_pages_do(language: str) -> None:
    """Titles that the English mail quotes are those of the catalogue; so are the terms of the glossary."""
    said, terms = catalogues.catalogue(language), glossary(language)["terms"]
    for kind, english in letter_words.LANGUAGES["en"].TEXTS.items():
        first, mine = (_PLACES.sub("", " ".join(parts)) for parts in (english, words_of(language, kind)))
        for title in re.findall("“(.+?)”", first):
            assert said.gettext(title) != title
            assert said.gettext(title) in mine, (kind, title)
        for term in terms:
            if re.search(rf"\b(?:{term['found_by']})\b", first, re.IGNORECASE):
                assert any(stem in mine.lower() for stem in term["stems"]), (kind, term["english"])


def words_of(language: str, kind: str) -> tuple[str, ...]:
    return letter_words.LANGUAGES[language].TEXTS[kind]


def test_a_mail_that_a_study_may_not_word_has_no_page(client: FlaskClient, study: Study) -> None:
    path = f"/studies/{study.id}/mail/reveal/en"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"subject": "x", "body": "x"}).status_code == 404
    assert client.post(f"{path}/reset").status_code == 404
    assert client.get(f"/studies/{study.id}/mail/wording/de").status_code == 200
    assert "/mail/reveal/" not in client.get(f"/studies/{study.id}/mail").text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Dear {name}", "Put {link}"),
        ("{link} {nmae}", "{nmae} is not known"),
        ("{link} {name.__class__}", "is not known"),
        ("{link} about drones over PORTS", "Leave out the title"),
        ("", "needs a subject and a text"),
        ("{link}" + "x" * 5000, "at most"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_and_stays_on_the_page(
    client: FlaskClient, study: Study, place: Any, body: str, said: str
) -> None:
    path = f"/studies/{study.id}/mail/invitation/en"
    answer = client.post(path, data={"subject": "My subject", "body": body})
    assert answer.status_code == 422
    assert said in answer.text
    assert "My subject" in answer.text
    with place.database.reading() as session:
        assert session.scalars(select(LetterText)).all() == []


def test_an_own_text_is_previewed_saved_used_in_the_language_of_the_person_and_reset(
    client: FlaskClient, study: Study, place: Any
) -> None:
    path = f"/studies/{study.id}/mail/reminder/de"
    typed = {"subject": "Bitte, {name}", "body": "Guten Tag {name}: {link} bis {deadline}"}
    preview = client.post(path, data={**typed, "preview": "1"})
    assert "Bitte, Alex Example" in preview.text
    assert "Montag, 9. November 2026, 09:00 Uhr" in preview.text
    assert "Guten Tag" not in client.get(path).text.partition("<textarea")[2].partition("Ihr Urteil")[0][-40:]
    client.post(path, data=typed)
    with place.database.reading() as session:
        people = {one.name: one.id for one in vault.contacts(session, place.vault, study_id=study.id)}
    client.post(f"/studies/{study.id}/panel/{people['Ann']}/language", data={"language": "de"})
    client.post(f"/studies/{study.id}/mail/language", data={"language": "pl"})
    client.post(f"/studies/{study.id}/mail/reminders")
    subjects = {mail["to"]: mail["subject"] for mail in queued(place)}
    assert subjects["ann@panel.example"] == "Bitte, Ann"
    assert subjects["bob@panel.example"] == letter_words.LANGUAGES["pl"].TEXTS["reminder"][0]
    assert "Drones" not in repr(queued(place))
    client.post(path + "/reset")
    assert "As it comes with the product" in client.get(path).text


@pytest.mark.parametrize("path", ["mail/nonsense/en", "mail/invitation/xx"])
def test_no_such_text(client: FlaskClient, study: Study, path: str) -> None:
    assert client.get(f"/studies/{study.id}/{path}").status_code == 404
    assert client.post(f"/studies/{study.id}/{path}", data={}).status_code == 404


def test_a_language_there_is_none_in_is_refused(client: FlaskClient, study: Study) -> None:
    assert client.post(f"/studies/{study.id}/mail/language", data={"language": "xx"}).status_code == 422


def test_whoever_says_no_and_why_stands_by_name_and_gets_nothing_more(
    app: Flask, client: FlaskClient, study: Study, place: Any
) -> None:
    bob = panel.enter(app, place, study, 1, consent=False)
    assert "you need not" in bob.get("/panel").text
    bob.post("/panel/decline", data={"why": "no_time"})
    page = client.get(f"/studies/{study.id}").text
    assert "Declined" in page
    with place.database.reading() as session:
        people = {one.name: one.id for one in vault.contacts(session, place.vault, study_id=study.id)}
    assert "No time for it now" in client.get(f"/studies/{study.id}/panel/{people['Bob']}").text
    client.post(f"/studies/{study.id}/mail/reminders")
    assert [mail["to"] for mail in queued(place)] == ["ann@panel.example"]
    assert client.post(f"/studies/{study.id}/panel/{people['Bob']}/link").status_code == 409


def test_opening_a_link_is_noted_once_continue_is_pressed(
    app: Flask, client: FlaskClient, study: Study, place: Any
) -> None:
    path = panel.link(place, study, 0)
    app.test_client().get(path)
    assert "Link opened" not in client.get(f"/studies/{study.id}").text
    panel.enter(app, place, study, 0, consent=False, path=path)
    assert "Link opened" in client.get(f"/studies/{study.id}").text
    panel.enter(app, place, study, 0, path=path)
    assert "Accepted" in client.get(f"/studies/{study.id}").text


def test_news_are_told_to_whom_they_concern_and_once(
    app: Flask, client: FlaskClient, study: Study, place: Any
) -> None:
    panel.enter(app, place, study, 0)
    assert client.post(f"/studies/{study.id}/mail/deadline-moved/send").status_code == 409
    client.post(
        f"/studies/{study.id}/rounds/1/deadline",
        data={"deadline": "2026-11-20T12:00", "reason": "A holiday."},
    )
    assert "2 people have not been told" in client.get(f"/studies/{study.id}/mail").text
    client.post(f"/studies/{study.id}/mail/deadline-moved/send")
    client.post(f"/studies/{study.id}/mail/deadline-moved/send")
    mail, other = sorted(queued(place), key=lambda one: one["to"])
    assert (mail["to"], other["to"]) == ("ann@panel.example", "bob@panel.example")
    assert "Friday 20 November 2026, 12:00 UTC" in mail["text"]
    assert "/p/" not in mail["text"]


def test_a_moved_deadline_reaches_everybody_invited_who_has_not_stopped(
    app: Flask, client: FlaskClient, study: Study, place: Any
) -> None:
    client.post(
        f"/studies/{study.id}/rounds/1/deadline",
        data={"deadline": "2026-11-20T12:00", "reason": "A holiday."},
    )

    def people() -> str:
        told = re.search(r"Deadline moved: (\d+)", client.get(f"/studies/{study.id}/mail").text)
        assert told
        return told.group(1)

    assert people() == "2"  # nobody opened the invitation yet
    with place.database.writing() as session:
        ann, _ = panel.real(session, study)
        ratings.decline(session, panellist_id=ann.id)
    assert people() == "1"
    contacts = re.findall(rf"/studies/{study.id}/panel/(\w+)\"", client.get(f"/studies/{study.id}").text)
    for contact in contacts:
        client.post(f"/studies/{study.id}/panel/{contact}/take-back")
    assert people() == "0"


def test_the_calendar_file_moves_with_the_deadline_and_names_no_study(
    app: Flask, client: FlaskClient, study: Study, place: Any
) -> None:
    ann = panel.enter(app, place, study, 0)
    first = ann.get("/panel/deadline.ics")
    assert first.mimetype == "text/calendar"
    client.post(
        f"/studies/{study.id}/rounds/1/deadline",
        data={"deadline": "2026-11-20T12:00", "reason": "A holiday."},
    )
    client.post(f"/studies/{study.id}/mail/deadline-moved/send")
    second = queued(place)[0]["calendar"]

    def line(text: str, name: str) -> str:
        return next(row for row in text.splitlines() if row.startswith(name))

    assert line(first.text, "UID") == line(second, "UID")
    assert (line(first.text, "SEQUENCE"), line(second, "SEQUENCE")) == ("SEQUENCE:0", "SEQUENCE:1")
    assert line(first.text, "DTEND") == "DTEND:20261109T090000Z"
    assert line(second, "DTEND") == "DTEND:20261120T120000Z"
    assert "Drones" not in first.text + second


def test_pages_by_name_answer_within_a_constant_number_of_queries(
    client: FlaskClient, study: Study, place: Any
) -> None:
    counts = [0]

    def count(*_args: Any) -> None:
        counts[-1] += 1

    event.listen(place.database.engine, "before_cursor_execute", count)
    client.get(f"/studies/{study.id}")  # writes down that the names are opened
    seen = []
    for people in (
        "\n".join(f"Z{n}; z{n}@x.example; Industry" for n in range(12)),
        "\n".join(f"P{n}; p{n}@x.example; Industry" for n in range(120)),
    ):
        with place.database.writing() as session:
            factories.add_people(place, session, study, people)
        client.post(f"/studies/{study.id}/mail/invite")
        place.deliver_outbox()
        found = []
        for path in ("", "?page=2", "/mail"):
            counts.append(0)
            assert client.get(f"/studies/{study.id}{path}").status_code == 200
            found.append(counts[-1])
        seen.append(found)
    assert seen[0] == seen[1]
    page = client.get(f"/studies/{study.id}?group=Industry&page=3").text
    assert "page 3 of 6" in page
    assert page.count("Send a new link") == 25
    assert "Nobody fits" in client.get(f"/studies/{study.id}?state=declined").text
    assert "page 1 of" in client.get(f"/studies/{study.id}?page=zzz").text


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_no_figure_stands_close_to_the_next_column(
    study: Study, place: Any, site: str, browser: Any, width: int
) -> None:
    with place.database.reading() as session:
        email = session.scalars(select(Account.email)).first()
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{site}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/studies**")
    page.goto(f"{site}/studies/{study.id}/mail")
    ends = page.locator("section[aria-labelledby=log-title] tbody td").evaluate_all(
        "cells => cells.map(cell => { const range = document.createRange(); range.selectNodeContents(cell);"
        " const box = range.getBoundingClientRect(); return [box.top, box.left, box.right]; })"
    )
    beside = [(one, other) for one, other in pairwise(ends) if other[1] > one[1]]
    assert len(beside) >= 3
    assert all(other[1] - one[2] >= (24 if width > 700 else 8) for one, other in beside)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["invitation", "round-opened"])
def test_whoever_is_asked_to_a_round_reads_whom_to_turn_to_past_the_facilitators(
    language: str, kind: str
) -> None:
    assert "{contact}" in letter_texts.shipped(kind, language).body
